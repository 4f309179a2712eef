package io.bittern.dht;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Addresses and contacts by short names. */
final class Nodes {

    static final long SECOND = 1_000_000_000L;
    static final long MINUTE = 60 * SECOND;

    private Nodes() {}

    static InetAddress host(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static InetSocketAddress at(String literal, int port) {
        return new InetSocketAddress(host(literal), port);
    }

    static InetSocketAddress at(String literal) {
        return at(literal, 6881);
    }

    /** The id that begins with these hexadecimal digits and goes on with zeros. */
    static NodeId id(String digits) {
        return NodeId.fromHex(digits + "0".repeat(2 * NodeId.LENGTH - digits.length()));
    }

    static Contact contact(String digits, String literal) {
        return new Contact(id(digits), at(literal));
    }
}
