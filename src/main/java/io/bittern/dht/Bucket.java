package io.bittern.dht;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The nodes of one part of the space, and those that wait to take the place of one that turns bad (BEP 5). */
final class Bucket {

    /** Nodes that wait. */
    private static final int SPARES = 8;

    final List<TableNode> nodes = new ArrayList<>();
    private final Deque<TableNode> spares = new ArrayDeque<>();
    private final int size;
    private long lastChanged;

    Bucket(int size, long now) {
        this.size = size;
        this.lastChanged = now;
    }

    boolean isFull() {
        return nodes.size() >= size;
    }

    boolean hasNetworkOf(Contact contact) {
        Object network = Origin.network(contact.address());
        return nodes.stream()
                .anyMatch(node -> Origin.network(node.contact.address()).equals(network));
    }

    void add(TableNode node, long now) {
        nodes.add(node);
        touch(now);
    }

    /** Keeps a node for later; of many the latest are kept. */
    void spare(TableNode node) {
        spares.removeIf(other -> other.contact.address().equals(node.contact.address()));
        spares.addFirst(node);
        if (spares.size() > SPARES) {
            spares.removeLast();
        }
    }

    /** The latest spare that may come in and whose network is not among the nodes yet. */
    Optional<TableNode> takeSpare(Predicate<TableNode> mayComeIn) {
        for (Iterator<TableNode> each = spares.iterator(); each.hasNext(); ) {
            TableNode spare = each.next();
            each.remove();
            if (mayComeIn.test(spare) && !hasNetworkOf(spare.contact)) {
                return Optional.of(spare);
            }
        }
        return Optional.empty();
    }

    /** Whom a better node may replace: a bad one, or one whose id is not bound to its address when the new one's is. */
    Optional<TableNode> weakest(TableNode than) {
        return nodes.stream()
                .filter(node -> node.isBad() || (than.bound && !node.bound))
                .max(Comparator.comparingInt(TableNode::failures));
    }

    /** All that belongs elsewhere now, nodes before spares. */
    List<TableNode> takeOut(Predicate<TableNode> leaving) {
        List<TableNode> out = new ArrayList<>();
        nodes.stream().filter(leaving).forEach(out::add);
        nodes.removeAll(out);
        spares.stream().filter(leaving).forEach(out::add);
        spares.removeAll(out);
        return out;
    }

    /** Something came, answered or was replaced. */
    void touch(long now) {
        lastChanged = now;
    }

    /** Whether nothing happened here for so long that the bucket wants a lookup. */
    boolean isStale(long now) {
        return now - lastChanged >= TableNode.FRESH_NANOS;
    }
}
