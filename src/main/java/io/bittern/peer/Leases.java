package io.bittern.peer;

import io.bittern.piece.Lease;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The leases of one peer, found by piece without an allocation. */
final class Leases {

    /* A hash table of chains that run through the leases themselves, in buckets by piece: a block is looked up for
     * every 16 KiB that comes in. */

    private @Nullable HeldLease[] buckets = new @Nullable HeldLease[16];
    private final ArrayDeque<HeldLease> toAsk = new ArrayDeque<>();
    private int count;
    private int free;
    private int asked;

    void add(Lease lease) {
        if (count == buckets.length) {
            grow();
        }
        HeldLease held = new HeldLease(lease);
        link(held);
        toAsk.add(held);
        free += lease.blocks();
    }

    /** Blocks that are not asked for yet. */
    int free() {
        return free;
    }

    /** Blocks that are asked for and have not come. */
    int asked() {
        return asked;
    }

    /** The lease whose block is to be asked for next, null if every block is. */
    @Nullable
    HeldLease nextToAsk() {
        HeldLease first = toAsk.peek();
        while (first != null && (first.ended() || first.nextFree() < 0)) {
            toAsk.remove();
            first = toAsk.peek();
        }
        return first;
    }

    /** The lease that has that block in that state, null if none. */
    @Nullable
    HeldLease find(int piece, int block, byte state) {
        HeldLease held = buckets[bucket(piece)];
        while (held != null && !held.has(piece, block, state)) {
            held = held.next;
        }
        return held;
    }

    void mark(HeldLease held, int block, byte state) {
        count(held.state(block), -1);
        count(state, 1);
        held.mark(block, state);
    }

    void remove(HeldLease held) {
        held.end();
        int bucket = bucket(held.lease().piece());
        HeldLease before = buckets[bucket];
        if (before == held) {
            buckets[bucket] = held.next;
            count--;
            return;
        }
        while (before != null && before.next != held) {
            before = before.next;
        }
        if (before != null) {
            before.next = held.next;
            count--;
        }
    }

    /** The leases of a piece and attempt. */
    List<HeldLease> of(int piece, int attempt) {
        List<HeldLease> found = new ArrayList<>(1);
        for (HeldLease held = buckets[bucket(piece)]; held != null; held = held.next) {
            if (held.lease().piece() == piece && held.lease().attempt() == attempt) {
                found.add(held);
            }
        }
        return found;
    }

    /** The leases of which the peer has still to send a block. */
    List<HeldLease> open() {
        List<HeldLease> found = new ArrayList<>();
        each(held -> {
            if (held.open()) {
                found.add(held);
            }
        });
        return found;
    }

    private void count(byte state, int change) {
        if (state == HeldLease.FREE) {
            free += change;
        } else if (state == HeldLease.ASKED) {
            asked += change;
        }
    }

    private void grow() {
        List<HeldLease> all = new ArrayList<>(count);
        each(all::add);
        buckets = new @Nullable HeldLease[2 * buckets.length];
        count = 0;
        all.forEach(this::link);
    }

    private void link(HeldLease held) {
        int bucket = bucket(held.lease().piece());
        held.next = buckets[bucket];
        buckets[bucket] = held;
        count++;
    }

    private void each(Consumer<HeldLease> use) {
        for (HeldLease first : buckets) {
            for (HeldLease held = first; held != null; held = held.next) {
                use.accept(held);
            }
        }
    }

    private int bucket(int piece) {
        return piece & (buckets.length - 1);
    }
}
