package io.bittern.torrent;

import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import java.util.BitSet;

/** A second book of who has leased which block, to find out whether any is leased twice while others are free. */
final class SimLeases {

    private static final int BLOCKS = SimSwarm.SIZES.blocks(0);

    private final Bitfield[] held;
    private final long[] holders = new long[SimSwarm.SIZES.count() * BLOCKS];
    private final BitSet doubted = new BitSet();
    private final BitSet asked = new BitSet();
    private final Bitfield verified = new Bitfield(SimSwarm.SIZES.count());
    private int doubles;

    /** @param held the blocks that are held of each piece */
    SimLeases(Bitfield[] held) {
        this.held = held;
    }

    int doubles() {
        return doubles;
    }

    void lease(int peer, Lease lease) {
        for (int block = first(lease); block < end(lease); block++) {
            boolean again = (holders[block] & bit(peer)) != 0;
            doubles += again || (holders[block] != 0 && !nothingFree()) ? 1 : 0;
            holders[block] |= bit(peer);
            doubted.clear(block);
        }
    }

    /** A lease, or a part of one, ends with its blocks fetched or revoked. */
    void drop(int peer, Lease lease) {
        for (int block = first(lease); block < end(lease); block++) {
            holders[block] &= ~bit(peer);
        }
    }

    /** A lease ends without its blocks: what nobody else has leased is in doubt. */
    void giveBack(int peer, Lease lease) {
        for (int block = first(lease); block < end(lease); block++) {
            release(peer, block);
        }
    }

    void left(int peer) {
        for (int block = 0; block < holders.length; block++) {
            release(peer, block);
        }
    }

    /** The store is asked what it holds of a piece. */
    void asked(int piece) {
        for (int block = piece * BLOCKS; block < (piece + 1) * BLOCKS; block++) {
            asked.set(block, doubted.get(block));
        }
    }

    /** The store's answer frees what it was asked about, not what came into doubt since. */
    void answered(int piece) {
        for (int block = piece * BLOCKS; block < (piece + 1) * BLOCKS; block++) {
            doubted.set(block, doubted.get(block) && !asked.get(block));
        }
    }

    void verified(int piece) {
        verified.set(piece);
        doubted.clear(piece * BLOCKS, (piece + 1) * BLOCKS);
    }

    private void release(int peer, int block) {
        if (holders[block] == bit(peer)) {
            doubted.set(block);
        }
        holders[block] &= ~bit(peer);
    }

    private boolean nothingFree() {
        for (int block = 0; block < holders.length; block++) {
            int piece = block / BLOCKS;
            if (holders[block] == 0
                    && !doubted.get(block)
                    && !verified.get(piece)
                    && !held[piece].get(block % BLOCKS)) {
                return false;
            }
        }
        return true;
    }

    private static int first(Lease lease) {
        return lease.piece() * BLOCKS + lease.firstBlock();
    }

    private static int end(Lease lease) {
        return first(lease) + lease.blocks();
    }

    /** There are never more than 64 peers. */
    private static long bit(int peer) {
        return 1L << peer;
    }
}
