package io.bittern.dht;

import io.bittern.net.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Nodes in virtual time, joined by a network that delays and loses packets; the same seed gives the same run. */
final class DhtNetwork {

    static final long SECOND = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000L;

    /** A packet under way, or, without a payload, a node's deadline. */
    private record Event(
            long at, long number, InetSocketAddress from, InetSocketAddress to, byte @Nullable [] payload) {}

    /** What somebody makes of a packet himself; null for what the node in his place does. */
    @FunctionalInterface
    interface Liar {
        byte @Nullable [] answer(Node node, Message.Query query);
    }

    /** One node. */
    static final class Node {
        final InetSocketAddress address;
        final Dht dht;
        final List<DhtEvent> events = new ArrayList<>();

        @Nullable
        Liar liar;

        private long wake = Long.MAX_VALUE;

        Node(InetSocketAddress address, Dht dht) {
            this.address = address;
            this.dht = dht;
        }

        Contact contact() {
            return new Contact(dht.id(), address);
        }
    }

    final Random random;
    final List<Node> nodes = new ArrayList<>();
    private final Map<InetSocketAddress, Node> byAddress = new HashMap<>();
    private final Map<InetSocketAddress, Long> bytesToStrangers = new HashMap<>();
    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    double loss;
    long now;
    long packets;
    private long number;
    private long digest;

    DhtNetwork(long seed) {
        random = new Random(seed);
    }

    /** Any address in the open, of a network of its own. */
    InetSocketAddress newAddress() {
        while (true) {
            byte[] bytes = new byte[4];
            random.nextBytes(bytes);
            try {
                InetSocketAddress address =
                        new InetSocketAddress(InetAddress.getByAddress(bytes), 1024 + random.nextInt(60_000));
                if (Addresses.scope(address.getAddress()) == Addresses.Scope.GLOBAL
                        && !byAddress.containsKey(address)) {
                    return address;
                }
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A node that knows some others. */
    Node join(int routers, Function<Family, DhtSettings> settings) {
        List<InetSocketAddress> known = new ArrayList<>();
        for (int i = 0; i < Math.min(routers, nodes.size()); i++) {
            known.add(nodes.get(random.nextInt(nodes.size())).address);
        }
        InetSocketAddress address = newAddress();
        return join(address, BoundIds.random(address.getAddress(), random), known, settings.apply(Family.IPV4));
    }

    /** A node with any id. */
    Node join(InetSocketAddress address, NodeId id, List<InetSocketAddress> routers) {
        return join(address, id, routers, DhtSettings.usual(Family.IPV4));
    }

    /** A node of IPv6. */
    Node join6(String host, List<InetSocketAddress> routers) {
        InetSocketAddress address = Nodes.at(host);
        NodeId id = BoundIds.random(address.getAddress(), random);
        return join(address, id, routers, DhtSettings.usual(Family.IPV6));
    }

    private Node join(InetSocketAddress address, NodeId id, List<InetSocketAddress> routers, DhtSettings settings) {
        Node node = new Node(address, new Dht(id, settings, new Random(random.nextLong()), now));
        nodes.add(node);
        byAddress.put(address, node);
        node.dht.start(List.of(), routers, now);
        flush(node);
        return node;
    }

    /** The node is gone, without a word. */
    void leave(Node node) {
        nodes.remove(node);
        byAddress.remove(node.address);
    }

    Node any() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    /** Deals with what a node wants to send and to say. */
    void flush(Node node) {
        for (Dht.Packet packet : node.dht.packets()) {
            send(node.address, packet.to(), packet.payload());
        }
        node.events.addAll(node.dht.events());
        long deadline = Math.max(node.dht.deadline(now), now);
        if (deadline < node.wake) {
            node.wake = deadline;
            queue.add(new Event(deadline, number++, node.address, node.address, null));
        }
    }

    /** Puts a packet on its way, whoever sends it. */
    void send(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        packets++;
        if (!byAddress.containsKey(to)) {
            bytesToStrangers.merge(to, (long) payload.length, Long::sum);
        } else if (random.nextDouble() >= loss) {
            long delay = (20 + random.nextInt(130)) * MILLISECOND;
            queue.add(new Event(now + delay, number++, from, to, payload));
        }
    }

    /** Bytes that were sent to an address where no node is. */
    long bytesTo(InetSocketAddress stranger) {
        return bytesToStrangers.getOrDefault(stranger, 0L);
    }

    /** Lets time pass. */
    void pass(long nanos) {
        long until = now + nanos;
        while (!queue.isEmpty() && queue.peek().at <= until) {
            Event event = queue.poll();
            now = event.at;
            Node node = byAddress.get(event.to);
            if (node != null) {
                deliver(node, event);
            }
        }
        now = until;
    }

    private void deliver(Node node, Event event) {
        byte[] payload = event.payload;
        digest = digest * 31 + event.at;
        if (payload == null) {
            if (event.at == node.wake) {
                node.wake = Long.MAX_VALUE;
                node.dht.tick(now);
                flush(node);
            }
            return;
        }
        byte[] lie = lie(node, payload);
        if (lie != null) {
            send(node.address, event.from, lie);
        } else {
            node.dht.received(event.from, payload, now);
            flush(node);
        }
    }

    private static byte @Nullable [] lie(Node node, byte[] payload) {
        Liar liar = node.liar;
        if (liar == null) {
            return null;
        }
        try {
            return KrpcReader.read(payload) instanceof Message.Query query ? liar.answer(node, query) : null;
        } catch (KrpcException e) {
            return null;
        }
    }

    /** Equal for equal runs. */
    long digest() {
        return digest * 31 + packets;
    }
}
