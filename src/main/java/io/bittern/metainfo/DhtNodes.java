package io.bittern.metainfo;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BInteger;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The nodes of the DHT that a torrent names (BEP 5), as text: {@code HOST:PORT}, with brackets around an IPv6 address. */
final class DhtNodes {

    /** Nodes that are taken from one torrent. */
    static final int MOST = 32;

    private static final int MOST_READ = 1000;
    private static final Pattern TEXT = Pattern.compile("(?:\\[([^\\]]+)]|([^:]+)):([0-9]{1,5})");
    /* Names in ASCII only, whose parts are as DNS has them; so is every IPv4 address. */
    private static final Pattern NAME = Pattern.compile(
            "(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\\.?");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+|0x[0-9a-f.x]+");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9a-f:]{2,39}(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3})?");

    private DhtNodes() {}

    /** Those of a torrent that can be asked, each once; entries that are not such are left out. */
    static List<String> of(BDictionary torrent) {
        Set<String> nodes = new LinkedHashSet<>();
        List<Bencode> entries = torrent.list("nodes").map(BList::values).orElse(List.of());
        for (Bencode entry : entries.subList(0, Math.min(MOST_READ, entries.size()))) {
            if (nodes.size() < MOST) {
                entry.asList().flatMap(DhtNodes::node).ifPresent(nodes::add);
            }
        }
        return List.copyOf(nodes);
    }

    private static Optional<String> node(BList entry) {
        return entry.size() == 2
                ? entry.values()
                        .get(0)
                        .asString()
                        .flatMap(host -> entry.values().get(1).asInteger().flatMap(port -> text(host.utf8(), port)))
                : Optional.empty();
    }

    private static Optional<String> text(String name, long port) {
        String host = name.toLowerCase(Locale.ROOT);
        if (port < 1 || port > 65_535) {
            return Optional.empty();
        }
        if (IPV6.matcher(host).matches()) {
            return Optional.of("[" + host + "]:" + port);
        }
        // what looks like a number is an address or nothing: "1" and "0x7f000001" are addresses to some systems
        boolean usable = NUMBERS.matcher(host).matches()
                ? IPV4.matcher(host).matches()
                : NAME.matcher(host).matches();
        return usable ? Optional.of(host + ":" + port) : Optional.empty();
    }

    /** Refuses what is not an address as text. */
    static void check(String address) {
        split(address);
    }

    /** Addresses as a torrent has them. */
    static BList list(List<String> addresses) {
        List<Bencode> entries = new ArrayList<>();
        addresses.forEach(address -> entries.add(split(address)));
        return new BList(entries);
    }

    private static BList split(String address) {
        Matcher parts = TEXT.matcher(address);
        if (parts.matches()) {
            String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
            int port = Integer.parseInt(parts.group(3));
            boolean bracketed = parts.group(1) != null;
            if (text(host, port)
                    .filter(text -> text.startsWith("[") == bracketed)
                    .isPresent()) {
                return BList.of(BString.of(host), new BInteger(port));
            }
        }
        throw new IllegalArgumentException("not HOST:PORT or [IPV6]:PORT: " + Text.clean(address));
    }
}
