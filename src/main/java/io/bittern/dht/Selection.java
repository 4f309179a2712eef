package io.bittern.dht;

import io.bittern.net.Addresses;
import java.util.List;

/** The nodes of a table that are worth naming as the nearest to a target. */
final class Selection {

    /* Ids that do not fit their address (BEP 42) can be as near to the target as their owners like. They get no more than
     * half of the places, while there are others. */

    private final int most;
    private final boolean local;
    private final long now;
    private final Nearest bound;
    private final Nearest unbound;
    private final Nearest doubtful;

    /** @param local whether nodes on our own network may be named */
    Selection(NodeId target, int most, boolean local, long now) {
        this.most = most;
        this.local = local;
        this.now = now;
        this.bound = new Nearest(target, most);
        this.unbound = new Nearest(target, most);
        this.doubtful = new Nearest(target, most);
    }

    void offer(TableNode node) {
        if (node.isBad() || (!local && Addresses.isLocal(node.contact.address().getAddress()))) {
            return;
        }
        if (!node.isGood(now)) {
            doubtful.offer(node.contact);
        } else {
            (node.bound ? bound : unbound).offer(node.contact);
        }
    }

    /** Whether nodes that are farther away make no difference any more. */
    boolean isFull() {
        return bound.size() == most;
    }

    /** Nearest first: good nodes, and if these are few others that are not bad. */
    List<Contact> contacts() {
        int others = Math.max(most / 2, most - bound.size());
        unbound.contacts().stream().limit(others).forEach(bound::offer);
        doubtful.contacts().stream().limit(most - bound.size()).forEach(bound::offer);
        return bound.contacts();
    }
}
