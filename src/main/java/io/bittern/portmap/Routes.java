package io.bittern.portmap;

import io.bittern.net.Addresses;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Finds the gateways of this machine: where Linux tells its routes, otherwise only our own addresses. */
public final class Routes {

    private static final int UP = 1;
    private static final int VIA_GATEWAY = 2;
    private static final byte[] ELSEWHERE = {(byte) 192, 0, 2, 1};

    /**
     * A default route.
     *
     * @param network the name of the interface
     * @param metric the smaller the better
     */
    record Hop(String network, InetAddress gateway, long metric) {}

    private Routes() {}

    /**
     * The routes along which it makes sense to ask: of IPv4 when our address is not of the internet anyway, of IPv6 when
     * there is a gateway.
     *
     * @param bindAddress the one address on which we listen, if it is one
     */
    public static List<Route> find(Optional<String> bindAddress) {
        List<Route> routes = new ArrayList<>();
        try {
            Optional<InetAddress> bound = bindAddress.isPresent()
                    ? Optional.of(InetAddress.getByName(bindAddress.get()))
                            .filter(address -> !address.isAnyLocalAddress())
                    : Optional.empty();
            ipv4(bound).ifPresent(routes::add);
            ipv6(bound).ifPresent(routes::add);
        } catch (IOException none) {
            return routes; // no network, nobody to ask
        }
        return routes;
    }

    private static Optional<Route> ipv4(Optional<InetAddress> bound) throws IOException {
        Optional<InetAddress> gateway =
                ipv4(read("/proc/net/route"), ByteOrder.nativeOrder()).map(Hop::gateway);
        InetAddress local =
                bound.isPresent() ? bound.get() : localTowards(gateway.orElse(InetAddress.getByAddress(ELSEWHERE)));
        boolean inside = local instanceof Inet4Address && Addresses.scope(local) == Addresses.Scope.PRIVATE;
        return inside ? Optional.of(new Route(gateway, local, prefix(local))) : Optional.empty();
    }

    private static Optional<Route> ipv6(Optional<InetAddress> bound) throws IOException {
        Optional<Hop> hop = ipv6(read("/proc/net/ipv6_route"));
        NetworkInterface network =
                hop.isPresent() ? NetworkInterface.getByName(hop.get().network()) : null;
        if (hop.isEmpty() || network == null) {
            return Optional.empty();
        }
        InetAddress gateway =
                Inet6Address.getByAddress(null, hop.get().gateway().getAddress(), network);
        return network.inetAddresses()
                .filter(address -> address instanceof Inet6Address
                        && Addresses.scope(address) == Addresses.Scope.GLOBAL
                        && bound.map(address::equals).orElse(true))
                .findFirst()
                .map(local -> new Route(Optional.of(gateway), local, Long.SIZE));
    }

    /** Our address on the way to another; nothing is sent. */
    private static InetAddress localTowards(InetAddress other) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(other, 9));
            return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
        }
    }

    private static int prefix(InetAddress local) throws IOException {
        NetworkInterface network = NetworkInterface.getByInetAddress(local);
        return network == null
                ? 8 * local.getAddress().length
                : network.getInterfaceAddresses().stream()
                        .filter(address -> address.getAddress().equals(local))
                        .map(InterfaceAddress::getNetworkPrefixLength)
                        .findFirst()
                        .orElse((short) (8 * local.getAddress().length));
    }

    private static String read(String table) {
        try {
            return Files.readString(Path.of(table));
        } catch (IOException notLinux) {
            return "";
        }
    }

    /** The best default route in the words of {@code /proc/net/route}; addresses are in the byte order of the machine. */
    static Optional<Hop> ipv4(String table, ByteOrder order) {
        List<Hop> hops = new ArrayList<>();
        for (String line : table.lines().skip(1).toList()) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length >= 8 && words[1].equals("00000000") && words[7].equals("00000000")) {
                number(words[3], 16)
                        .filter(Routes::leadsOn)
                        .flatMap(flags -> address(words[2], 4, order))
                        .ifPresent(gateway -> hops.add(
                                new Hop(words[0], gateway, number(words[6], 10).orElse(Long.MAX_VALUE))));
            }
        }
        return best(hops);
    }

    /** The best default route in the words of {@code /proc/net/ipv6_route}. */
    static Optional<Hop> ipv6(String table) {
        List<Hop> hops = new ArrayList<>();
        for (String line : table.lines().toList()) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length >= 10 && words[0].equals("0".repeat(32)) && words[1].equals("00")) {
                number(words[8], 16)
                        .filter(Routes::leadsOn)
                        .flatMap(flags -> address(words[4], 16, ByteOrder.BIG_ENDIAN))
                        .ifPresent(gateway -> hops.add(
                                new Hop(words[9], gateway, number(words[5], 16).orElse(Long.MAX_VALUE))));
            }
        }
        return best(hops);
    }

    private static Optional<Hop> best(List<Hop> hops) {
        return hops.stream().min((one, other) -> Long.compare(one.metric(), other.metric()));
    }

    private static boolean leadsOn(long flags) {
        return (flags & UP) != 0 && (flags & VIA_GATEWAY) != 0;
    }

    private static Optional<Long> number(String text, int radix) {
        try {
            return Optional.of(Long.parseLong(text, radix));
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }

    private static Optional<InetAddress> address(String hex, int length, ByteOrder order) {
        try {
            byte[] bytes = HexFormat.of().parseHex(hex);
            if (bytes.length != length) {
                return Optional.empty();
            }
            return Addresses.unpacked(
                    order == ByteOrder.BIG_ENDIAN
                            ? bytes
                            : ByteBuffer.allocate(length)
                                    .putInt(Integer.reverseBytes(
                                            ByteBuffer.wrap(bytes).getInt()))
                                    .array());
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
