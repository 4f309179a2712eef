package io.bittern.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Rules about addresses: which can be dialled, which are local, and how peers are packed (BEP 23 and BEP 7). */
public final class Addresses {

    /** Bytes of a packed IPv4 peer. */
    public static final int COMPACT_IPV4 = 6;

    /** Bytes of a packed IPv6 peer. */
    public static final int COMPACT_IPV6 = 18;

    private static final int PORT = 2;

    /** How far an address reaches. */
    public enum Scope {
        /** Nobody can be there: unspecified, multicast, broadcast, reserved. */
        UNUSABLE,
        /** This machine. */
        LOOPBACK,
        /** This network: private ranges, link-local, carrier-grade translation. */
        PRIVATE,
        /** Everywhere else. */
        GLOBAL
    }

    private Addresses() {}

    /** Whether nobody can be reached there: port 0, no address, or one of {@link Scope#UNUSABLE}. */
    public static boolean isMartian(InetSocketAddress peer) {
        return peer.isUnresolved() || peer.getPort() == 0 || scope(peer.getAddress()) == Scope.UNUSABLE;
    }

    /** Whether the address is on this machine or this network, where strangers must not send us. */
    public static boolean isLocal(InetAddress address) {
        Scope scope = scope(address);
        return scope == Scope.LOOPBACK || scope == Scope.PRIVATE;
    }

    /** How far an address reaches; IPv4 in the clothes of IPv6 counts as what it is. */
    public static Scope scope(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return scope4(bytes, 0);
        }
        return startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff) ? scope4(bytes, 12) : scope6(address, bytes);
    }

    private static Scope scope4(byte[] bytes, int offset) {
        int first = bytes[offset] & 0xff;
        int second = bytes[offset + 1] & 0xff;
        if (first == 0 || first >= 224) {
            return Scope.UNUSABLE;
        }
        if (first == 127) {
            return Scope.LOOPBACK;
        }
        boolean inside = first == 10
                || (first == 172 && second >> 4 == 1)
                || (first == 192 && second == 168)
                || (first == 169 && second == 254)
                || (first == 100 && second >> 6 == 1);
        return inside ? Scope.PRIVATE : Scope.GLOBAL;
    }

    private static Scope scope6(InetAddress address, byte[] bytes) {
        if (address.isLoopbackAddress()) {
            return Scope.LOOPBACK;
        }
        // "::" and the long withdrawn ::a.b.c.d, multicast, and the discard prefix 100::/64
        if (startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                || startsWith(bytes, 0xff)
                || startsWith(bytes, 1, 0, 0, 0, 0, 0, 0, 0)) {
            return Scope.UNUSABLE;
        }
        boolean unique = (bytes[0] & 0xfe) == 0xfc;
        return unique || address.isLinkLocalAddress() || address.isSiteLocalAddress() ? Scope.PRIVATE : Scope.GLOBAL;
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xff) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    /** Packs the IPv4 peers among these, 6 bytes each. */
    public static byte[] encodeIpv4(Collection<InetSocketAddress> peers) {
        return encode(peers, Inet4Address.class, COMPACT_IPV4);
    }

    /** Packs the IPv6 peers among these, 18 bytes each. */
    public static byte[] encodeIpv6(Collection<InetSocketAddress> peers) {
        return encode(peers, Inet6Address.class, COMPACT_IPV6);
    }

    private static byte[] encode(Collection<InetSocketAddress> peers, Class<? extends InetAddress> family, int size) {
        List<InetSocketAddress> fitting = peers.stream()
                .filter(peer -> family.isInstance(peer.getAddress()))
                .toList();
        ByteBuffer packed = ByteBuffer.allocate(fitting.size() * size);
        fitting.forEach(peer -> packed.put(peer.getAddress().getAddress()).putShort((short) peer.getPort()));
        return packed.array();
    }

    /** Unpacks IPv4 peers; martians are among them, and bytes after the last whole peer are left out. */
    public static List<InetSocketAddress> decodeIpv4(byte[] packed) {
        return decode(packed, COMPACT_IPV4);
    }

    /** Unpacks IPv6 peers; martians are among them, and bytes after the last whole peer are left out. */
    public static List<InetSocketAddress> decodeIpv6(byte[] packed) {
        return decode(packed, COMPACT_IPV6);
    }

    private static List<InetSocketAddress> decode(byte[] packed, int size) {
        ByteBuffer buffer = ByteBuffer.wrap(packed);
        List<InetSocketAddress> peers = new ArrayList<>(packed.length / size);
        while (buffer.remaining() >= size) {
            byte[] address = new byte[size - PORT];
            buffer.get(address);
            peers.add(new InetSocketAddress(unpacked(address).orElseThrow(), buffer.getShort() & 0xffff));
        }
        return peers;
    }

    /** The address that these bytes are, if there are 4 or 16. */
    public static Optional<InetAddress> unpacked(byte[] bytes) {
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException neitherFourNorSixteen) {
            return Optional.empty();
        }
    }

    /** An address as text, {@code 192.0.2.1:6881} or {@code [2001:db8::1]:6881}, without asking for its name. */
    public static String text(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return address.getHostString() + ":" + address.getPort();
        }
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
