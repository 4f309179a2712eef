package io.bittern.dht;

import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Who is behind an address, as far as limits go: whoever has one address of a household or a small network can have all.
 *
 * <p>Local addresses are all apart, with their ports: on one machine, and behind one router, many nodes share them.
 */
final class Origin {

    private record Prefix(long bits, int length) {}

    private Origin() {}

    /** One host: an IPv4 address, or the /64 of an IPv6 address; equal for equal hosts. */
    static Object host(InetSocketAddress address) {
        return prefix(address, 32, 64);
    }

    /** One network: a /24 of IPv4, or a /48 of IPv6; equal for equal networks. */
    static Object network(InetSocketAddress address) {
        return prefix(address, 24, 48);
    }

    private static Object prefix(InetSocketAddress address, int length4, int length6) {
        if (Addresses.isLocal(address.getAddress())) {
            return address;
        }
        byte[] bytes = address.getAddress().getAddress();
        return Family.of(address) == Family.IPV4
                ? new Prefix(ByteBuffer.wrap(bytes).getInt() >>> (32 - length4), length4)
                : new Prefix(ByteBuffer.wrap(bytes).getLong() >>> (64 - length6), length6);
    }
}
