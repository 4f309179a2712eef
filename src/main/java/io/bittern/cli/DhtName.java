package io.bittern.cli;

import io.bittern.bencode.BString;
import io.bittern.dht.Item;
import io.bittern.dht.NodeId;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the DHT keeps a value: a target, or the public key that it follows from, with a salt if there is one. */
record DhtName(NodeId target, BString salt) {

    private static final Pattern NAME = Pattern.compile("(?:([0-9a-fA-F]{40})|([0-9a-fA-F]{64}))(?::(.*))?");

    static DhtName parse(String text) throws CliException {
        Matcher name = NAME.matcher(text);
        if (!name.matches()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "a name in the DHT is 40 hexadecimal digits, or 64 of a public key, then perhaps :SALT");
        }
        BString salt = salt(name.group(3) == null ? "" : name.group(3));
        return name.group(1) != null
                ? new DhtName(NodeId.fromHex(name.group(1)), salt)
                : new DhtName(Item.Mutable.target(BString.of(HexFormat.of().parseHex(name.group(2))), salt), salt);
    }

    /** A salt of this text. */
    static BString salt(String text) throws CliException {
        BString salt = BString.of(text);
        if (salt.length() > Item.LONGEST_SALT) {
            throw new CliException(ExitCode.USAGE, "a salt has " + Item.LONGEST_SALT + " bytes at most");
        }
        return salt;
    }

    /** What {@link #parse} takes for an item. */
    static String of(Item item) {
        if (!(item instanceof Item.Mutable mutable)) {
            return item.target().toString();
        }
        String key = HexFormat.of().formatHex(mutable.key().bytes());
        return mutable.salt().isEmpty() ? key : key + ":" + mutable.salt().utf8();
    }
}
