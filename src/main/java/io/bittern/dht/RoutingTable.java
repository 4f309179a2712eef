package io.bittern.dht;

import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The nodes that a node knows, many near to itself and few far away (BEP 5).
 *
 * <p>Only who has answered gets in; a host has one place, and a network one in each bucket. Nodes with an id that fits
 * their address (BEP 42) push out others.
 */
final class RoutingTable {

    /* Bucket i holds the nodes whose ids share exactly i leading bits with our own, the last one all that share more.
     * Only the last is split. The first buckets are larger than k, which saves every lookup its first step. */

    /** Nodes of a bucket, of an answer, and of the set that stores something. */
    static final int K = 8;

    private static final int[] FIRST_SIZES = {128, 64, 32, 16};
    /* Without anybody to replace it a bad node stays a while: when our own network is down, all seem bad. */
    private static final int HOPELESS = 10;

    private NodeId own;
    private final List<Bucket> buckets = new ArrayList<>();
    private final Map<Object, TableNode> byHost = new HashMap<>();

    RoutingTable(NodeId own, long now) {
        this.own = own;
        buckets.add(new Bucket(size(0), now));
    }

    private static int size(int depth) {
        return depth < FIRST_SIZES.length ? FIRST_SIZES[depth] : K;
    }

    NodeId own() {
        return own;
    }

    /** Takes another id of our own; the nodes find their new places. */
    void move(NodeId to, long now) {
        List<TableNode> all = nodes().toList();
        own = to;
        buckets.clear();
        buckets.add(new Bucket(size(0), now));
        byHost.clear();
        all.forEach(node -> insert(node, now));
    }

    /** A node has answered us. */
    void answered(Contact contact, long now) {
        if (contact.id().equals(own)) {
            return;
        }
        TableNode node = new TableNode(contact, now);
        TableNode known = byHost.get(Origin.host(contact.address()));
        if (known != null && known.contact.equals(contact)) {
            known.heard(true, now);
            bucket(contact.id()).touch(now);
            return;
        }
        if (known != null) {
            boolean sameNode = known.contact.address().equals(contact.address());
            if (!sameNode && known.isGood(now)) {
                return;
            }
            remove(known);
            if (sameNode && !node.bound) {
                return; // who calls himself otherwise at will is not kept
            }
        }
        insert(node, now);
    }

    /** A node has asked us: if we know it, it is alive. */
    void asked(Contact contact, long now) {
        TableNode known = byHost.get(Origin.host(contact.address()));
        if (known != null && known.contact.equals(contact)) {
            known.heard(false, now);
        }
    }

    /** A node has not answered. */
    void failed(InetSocketAddress address, long now) {
        TableNode node = byHost.get(Origin.host(address));
        if (node == null || !node.contact.address().equals(address)) {
            return;
        }
        node.failed();
        if (node.isBad()) {
            Bucket bucket = bucket(node.contact.id());
            Optional<TableNode> spare =
                    bucket.takeSpare(each -> !byHost.containsKey(Origin.host(each.contact.address())));
            if (spare.isPresent() || node.failures() >= HOPELESS) {
                remove(node);
            }
            spare.ifPresent(next -> place(bucket, next, now));
        }
    }

    private void insert(TableNode node, long now) {
        Bucket bucket = bucket(node.contact.id());
        while (bucket.isFull() && isLast(bucket) && buckets.size() < NodeId.BITS) {
            split(now);
            bucket = bucket(node.contact.id());
        }
        if (bucket.hasNetworkOf(node.contact)) {
            return;
        }
        if (bucket.isFull()) {
            Optional<TableNode> weakest = bucket.weakest(node);
            if (weakest.isEmpty()) {
                bucket.spare(node);
                return;
            }
            remove(weakest.get());
        }
        place(bucket, node, now);
    }

    private void place(Bucket bucket, TableNode node, long now) {
        bucket.add(node, now);
        byHost.put(Origin.host(node.contact.address()), node);
    }

    private void remove(TableNode node) {
        bucket(node.contact.id()).nodes.remove(node);
        byHost.remove(Origin.host(node.contact.address()));
    }

    private boolean isLast(Bucket bucket) {
        return bucket == buckets.get(buckets.size() - 1);
    }

    private void split(long now) {
        int depth = buckets.size() - 1;
        Bucket last = buckets.get(depth);
        Bucket deeper = new Bucket(size(depth + 1), now);
        buckets.add(deeper);
        for (TableNode node : last.takeOut(each -> own.sharedBits(each.contact.id()) > depth)) {
            if (byHost.get(Origin.host(node.contact.address())) == node && !deeper.isFull()) {
                deeper.nodes.add(node);
            } else {
                byHost.remove(Origin.host(node.contact.address()), node);
                deeper.spare(node);
            }
        }
    }

    private int depth(NodeId id) {
        return Math.min(own.sharedBits(id), buckets.size() - 1);
    }

    private Bucket bucket(NodeId id) {
        return buckets.get(depth(id));
    }

    /** The nodes nearest to a target that are worth a query: good ones, and if these are few others that are not bad. */
    List<Contact> nearest(NodeId target, int most, long now) {
        return nearest(target, most, true, now);
    }

    /** The same for somebody who asks: strangers are not told of nodes on our own network. */
    List<Contact> nearest(NodeId target, int most, InetSocketAddress asker, long now) {
        return nearest(target, most, Addresses.isLocal(asker.getAddress()), now);
    }

    private List<Contact> nearest(NodeId target, int most, boolean local, long now) {
        Selection selection = new Selection(target, most, local, now);
        int start = depth(target);
        buckets.get(start).nodes.forEach(selection::offer);
        // whatever is deeper shares just as many bits with the target; what is shallower shares ever less
        for (int i = start + 1; i < buckets.size(); i++) {
            buckets.get(i).nodes.forEach(selection::offer);
        }
        for (int i = start - 1; i >= 0 && !selection.isFull(); i--) {
            buckets.get(i).nodes.forEach(selection::offer);
        }
        return selection.contacts();
    }

    /** A node whose state is in question or soon will be, the least suspicious first: it wants a ping, and is not named again soon. */
    Optional<Contact> questionable(long now) {
        return nodes().filter(node -> node.isDoubtful(now))
                .max(Comparator.comparingInt((TableNode node) -> -node.failures())
                        .thenComparingLong(node -> node.silence(now)))
                .map(node -> {
                    node.doubted(now);
                    return node.contact;
                });
    }

    /** A point in a bucket where nothing happened for long: it wants a lookup, and counts as changed now. */
    Optional<NodeId> stale(RandomGenerator random, long now) {
        for (int depth = 0; depth < buckets.size(); depth++) {
            if (buckets.get(depth).isStale(now)) {
                buckets.get(depth).touch(now);
                return Optional.of(own.randomSharing(depth, random));
            }
        }
        return Optional.empty();
    }

    /** How many nodes there are, good or not. */
    int size() {
        return byHost.size();
    }

    /** How many of them were heard of lately. */
    int goodNodes(long now) {
        return (int) nodes().filter(node -> node.isGood(now)).count();
    }

    /** All contacts, the good before the others, in a steady order. */
    List<Contact> contacts(long now) {
        return nodes().sorted(Comparator.comparing((TableNode node) -> !node.isGood(now)))
                .map(node -> node.contact)
                .toList();
    }

    private Stream<TableNode> nodes() {
        return buckets.stream().flatMap(bucket -> bucket.nodes.stream());
    }
}
