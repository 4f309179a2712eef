package io.bittern.peer;

import io.bittern.piece.Lease;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lease while we fetch its blocks, and what has become of each. */
final class HeldLease {

    /** Where a block of a lease is. */
    static final byte FREE = 0;

    static final byte ASKED = 1;
    static final byte STORING = 2;
    static final byte REVOKED = 3;

    /** Returned to the torrent, alone. */
    static final byte GIVEN_BACK = 4;

    private final Lease lease;
    private final byte[] states;
    private int cursor;
    private int open;
    private int left;
    private boolean ended;

    /** The next in the same bucket of {@link Leases}. */
    @Nullable
    HeldLease next;

    HeldLease(Lease lease) {
        this.lease = lease;
        states = new byte[lease.blocks()];
        open = lease.blocks();
        left = lease.blocks();
    }

    Lease lease() {
        return lease;
    }

    /** Whether this is about that block of that piece, and the block is there. */
    boolean has(int piece, int block, byte state) {
        return lease.piece() == piece
                && block >= lease.firstBlock()
                && block < lease.endBlock()
                && states[block - lease.firstBlock()] == state;
    }

    byte state(int block) {
        return states[block - lease.firstBlock()];
    }

    void mark(int block, byte state) {
        byte was = state(block);
        states[block - lease.firstBlock()] = state;
        open -= was <= ASKED && state > ASKED ? 1 : 0;
        left -= state >= REVOKED ? 1 : 0;
    }

    /** The first block that nobody has asked for, -1 if none. */
    int nextFree() {
        while (cursor < states.length && states[cursor] != FREE) {
            cursor++;
        }
        return cursor < states.length ? lease.firstBlock() + cursor : -1;
    }

    /** Whether the peer has still to send a block of it. */
    boolean open() {
        return open > 0;
    }

    /** The store has one block more. */
    void blockStored() {
        left--;
    }

    /** Whether every block is with the store or was revoked. */
    boolean finished() {
        return left == 0;
    }

    /** The lease in runs, without the blocks that were given back. */
    List<Lease> kept() {
        List<Lease> runs = new ArrayList<>(1);
        int from = 0;
        for (int at = 0; at <= states.length; at++) {
            if (at == states.length || states[at] == GIVEN_BACK) {
                if (at > from) {
                    runs.add(new Lease(lease.piece(), lease.attempt(), lease.firstBlock() + from, at - from));
                }
                from = at + 1;
            }
        }
        return runs;
    }

    boolean ended() {
        return ended;
    }

    void end() {
        ended = true;
    }
}
