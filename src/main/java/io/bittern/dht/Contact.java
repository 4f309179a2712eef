package io.bittern.dht;

import io.bittern.bencode.BString;
import io.bittern.net.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A node as others speak of it: where it is and what it calls itself. */
public record Contact(NodeId id, InetSocketAddress address) {

    /** Packs the contacts of one family among these, 26 or 38 bytes each (BEP 5, BEP 32). */
    static byte[] pack(Collection<Contact> contacts, Family family) {
        List<Contact> fitting = contacts.stream()
                .filter(contact -> Family.of(contact.address) == family)
                .toList();
        ByteBuffer packed = ByteBuffer.allocate(fitting.size() * family.contactLength());
        for (Contact contact : fitting) {
            packed.put(contact.id.bytes()).put(packedAddress(contact.address));
        }
        return packed.array();
    }

    /** Unpacks contacts, no more than so many; martians and addresses of another family are left out. */
    static List<Contact> unpack(BString packed, Family family, int most) {
        List<Contact> contacts = new ArrayList<>();
        ByteBuffer from = ByteBuffer.wrap(packed.bytes());
        while (from.remaining() >= family.contactLength() && contacts.size() < most) {
            NodeId id = NodeId.read(from);
            byte[] address = new byte[family.peerLength()];
            from.get(address);
            Contact contact = new Contact(id, unpackedAddress(address));
            if (Family.of(contact.address) == family && !Addresses.isMartian(contact.address)) {
                contacts.add(contact);
            }
        }
        return contacts;
    }

    /** An address and its port in 6 or 18 bytes. */
    static byte[] packedAddress(InetSocketAddress address) {
        byte[] host = address.getAddress().getAddress();
        return ByteBuffer.allocate(host.length + Short.BYTES)
                .put(host)
                .putShort((short) address.getPort())
                .array();
    }

    /** What 6 or 18 bytes say. */
    static InetSocketAddress unpackedAddress(byte[] packed) {
        byte[] host = new byte[packed.length - Short.BYTES];
        int port = ByteBuffer.wrap(packed).get(host).getShort() & 0xffff;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + packed.length + " bytes", e);
        }
    }

    @Override
    public String toString() {
        return id + "@" + Addresses.text(address);
    }
}
