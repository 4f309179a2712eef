package io.bittern.dht;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** The two address families: each has a DHT of its own (BEP 32). */
public enum Family {
    IPV4(4, "nodes", "n4"),
    IPV6(16, "nodes6", "n6");

    private static final int PORT = 2;

    private final int addressLength;
    private final String key;
    private final String want;

    Family(int addressLength, String key, String want) {
        this.addressLength = addressLength;
        this.key = key;
        this.want = want;
    }

    /** The family of an address; IPv4 in the clothes of IPv6 is IPv4. */
    public static Family of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }

    /** The family of an address. */
    static Family of(InetSocketAddress address) {
        return of(address.getAddress());
    }

    /** The type of its addresses. */
    public Class<? extends InetAddress> addresses() {
        return this == IPV4 ? Inet4Address.class : Inet6Address.class;
    }

    /** This machine, as a peer without a port. */
    InetSocketAddress ourselves() {
        byte[] loopback = new byte[addressLength];
        loopback[0] = (byte) (this == IPV4 ? 127 : 0);
        loopback[addressLength - 1] = 1;
        return Contact.unpackedAddress(Arrays.copyOf(loopback, peerLength()));
    }

    /** Bytes of a packed address with its port. */
    int peerLength() {
        return addressLength + PORT;
    }

    /** Bytes of a packed contact. */
    int contactLength() {
        return NodeId.LENGTH + peerLength();
    }

    /** The key of this family's contacts in an answer. */
    String key() {
        return key;
    }

    /** The word in {@code want} that asks for this family's contacts. */
    String want() {
        return want;
    }
}
