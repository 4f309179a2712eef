package io.bittern.wire;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BString;
import io.bittern.bencode.BencodeException;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.BencodeWriter;
import io.bittern.bencode.Limits;
import io.bittern.net.Addresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom the sender is connected to, and to whom no longer, since its last message (BEP 11).
 *
 * @param added new ones, of both families; hostile until they are looked at
 * @param dropped gone ones
 */
public record PexMessage(List<Contact> added, List<InetSocketAddress> dropped) {

    /** It wants encrypted connections. */
    public static final int ENCRYPTION = 0x01;

    /** It wants nothing of anybody. */
    public static final int UPLOAD_ONLY = 0x02;

    /** It speaks uTP. */
    public static final int UTP = 0x04;

    /** The sender has dialled it, so that it can be reached. */
    public static final int REACHABLE = 0x10;

    /** Somebody to connect to; the flags are as above. */
    public record Contact(InetSocketAddress address, int flags) {}

    public PexMessage {
        added = List.copyOf(added);
        dropped = List.copyOf(dropped);
    }

    /** Reads a payload; throws if it is not a dictionary, or if a list is not of whole addresses with a flag for each, or for none. */
    public static PexMessage decode(byte[] payload) throws WireException {
        BDictionary said;
        try {
            said = BencodeReader.read(payload, Limits.PEER)
                    .asDictionary()
                    .orElseThrow(() -> new WireException("a peer exchange that is not a dictionary"));
        } catch (BencodeException wrong) {
            throw new WireException("a peer exchange that cannot be read: " + wrong.getMessage());
        }
        List<Contact> added = new ArrayList<>();
        List<InetSocketAddress> dropped = new ArrayList<>();
        for (Family family : Family.values()) {
            added.addAll(contacts(family.addresses(said, "added"), bytes(said, "added" + family.suffix + ".f")));
            dropped.addAll(family.addresses(said, "dropped"));
        }
        return new PexMessage(added, dropped);
    }

    /** The payload that says this. */
    public byte[] encode() {
        BDictionary.Builder said = BDictionary.builder();
        for (Family family : Family.values()) {
            List<Contact> ours = added.stream()
                    .filter(contact -> family.has(contact.address()))
                    .toList();
            byte[] flags = new byte[ours.size()];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = (byte) ours.get(i).flags();
            }
            family.put(said, "added", ours.stream().map(Contact::address).toList());
            if (flags.length > 0) {
                said.put("added" + family.suffix + ".f", flags);
            }
            family.put(said, "dropped", dropped.stream().filter(family::has).toList());
        }
        return BencodeWriter.write(said.build());
    }

    private static List<Contact> contacts(List<InetSocketAddress> addresses, byte[] flags) throws WireException {
        if (flags.length != 0 && flags.length != addresses.size()) {
            throw new WireException(
                    "a peer exchange of " + addresses.size() + " addresses with " + flags.length + " flags");
        }
        List<Contact> contacts = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            contacts.add(new Contact(addresses.get(i), flags.length == 0 ? 0 : flags[i] & 0xff));
        }
        return contacts;
    }

    private static byte[] bytes(BDictionary said, String key) {
        return said.string(key).map(BString::bytes).orElse(new byte[0]);
    }

    private enum Family {
        IPV4("", Addresses.COMPACT_IPV4),
        IPV6("6", Addresses.COMPACT_IPV6);

        private final String suffix;
        private final int size;

        Family(String suffix, int size) {
            this.suffix = suffix;
            this.size = size;
        }

        private boolean has(InetSocketAddress contact) {
            InetAddress address = contact.getAddress();
            return address != null && (this == IPV4) == address instanceof Inet4Address;
        }

        private List<InetSocketAddress> addresses(BDictionary said, String key) throws WireException {
            byte[] packed = bytes(said, key + suffix);
            if (packed.length % size != 0) {
                throw new WireException("a peer exchange with a list of " + packed.length + " bytes");
            }
            return this == IPV4 ? Addresses.decodeIpv4(packed) : Addresses.decodeIpv6(packed);
        }

        private void put(BDictionary.Builder said, String key, List<InetSocketAddress> addresses) {
            if (!addresses.isEmpty()) {
                said.put(
                        key + suffix, this == IPV4 ? Addresses.encodeIpv4(addresses) : Addresses.encodeIpv6(addresses));
            }
        }
    }
}
