package io.bittern.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A multicast group on the interfaces of this machine, which come and go. */
public final class Multicast {

    /** The interfaces to use, asked again and again. */
    @FunctionalInterface
    public interface Interfaces {

        List<NetworkInterface> list() throws SocketException;

        /** That of one address; without one all that are up and know multicast, or loopback if there is no other. */
        static Interfaces of(Optional<String> address) {
            return () -> {
                if (address.isPresent()) {
                    return ofAddress(address.get());
                }
                List<NetworkInterface> networks = usable(false);
                return networks.isEmpty() ? usable(true) : networks;
            };
        }

        private static List<NetworkInterface> ofAddress(String address) throws SocketException {
            try {
                InetAddress bound = InetAddress.getByName(address);
                return bound.isAnyLocalAddress()
                        ? usable(false)
                        : Optional.ofNullable(NetworkInterface.getByInetAddress(bound)).stream()
                                .toList();
            } catch (UnknownHostException unknown) {
                return List.of();
            }
        }

        private static List<NetworkInterface> usable(boolean loopback) throws SocketException {
            return NetworkInterface.networkInterfaces()
                    .filter(network -> usable(network, loopback))
                    .toList();
        }

        private static boolean usable(NetworkInterface network, boolean loopback) {
            try {
                return network.isUp() && network.isLoopback() == loopback && (loopback || network.supportsMulticast());
            } catch (SocketException gone) {
                return false;
            }
        }
    }

    private final DatagramChannel channel;
    private final InetAddress group;
    private final Interfaces interfaces;
    private final Map<NetworkInterface, MembershipKey> memberships = new HashMap<>();

    private Multicast(DatagramChannel channel, InetAddress group, Interfaces interfaces) {
        this.channel = channel;
        this.group = group;
        this.interfaces = interfaces;
    }

    static DatagramChannel channel(InetSocketAddress group) throws IOException {
        return DatagramChannel.open(
                group.getAddress() instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
    }

    /** Binds the channel to the group's port, which others may have too, and joins the group. */
    static Multicast join(DatagramChannel channel, InetSocketAddress group, Interfaces interfaces) throws IOException {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress(group.getPort()));
        Multicast multicast = new Multicast(channel, group.getAddress(), interfaces);
        multicast.refresh();
        if (multicast.memberships.isEmpty()) {
            throw new IOException("no network of this kind");
        }
        return multicast;
    }

    /** Sends on each interface; those that refuse are passed over. */
    int send(ByteBuffer payload, SocketAddress to) throws IOException {
        refresh();
        int sent = 0;
        for (NetworkInterface network : memberships.keySet()) {
            try {
                channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, network);
                sent = Math.max(sent, channel.send(payload.duplicate(), to));
            } catch (IOException | IllegalArgumentException unreachable) {
                // cables are pulled
            }
        }
        return sent;
    }

    private void refresh() throws IOException {
        List<NetworkInterface> present = interfaces.list();
        memberships.entrySet().removeIf(entry -> {
            boolean gone = !present.contains(entry.getKey());
            if (gone) {
                entry.getValue().drop();
            }
            return gone;
        });
        for (NetworkInterface network : present) {
            if (!memberships.containsKey(network)) {
                try {
                    memberships.put(network, channel.join(group, network));
                } catch (IOException | IllegalArgumentException other) {
                    // an interface without an address of this family
                }
            }
        }
    }
}
