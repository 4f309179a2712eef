package io.bittern.webseed;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Lease;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The blocks that a web seed has been given to fetch, from the grant until the store has them; pure. */
final class Basket {

    /* A block is wanted (and perhaps claimed by a connection), then on its way to the store, then stored. The torrent
     * hears of stored blocks when nothing more of their piece is under way here: a message a piece, not a block. */

    /** A stretch of the payload that one connection is to fetch. */
    record Stretch(long from, long to) {}

    private static final class Needs {
        private final int attempt;
        private final BitSet wanted = new BitSet();
        private final BitSet claimed = new BitSet();
        private final BitSet writing = new BitSet();
        private final BitSet stored = new BitSet();

        private Needs(int attempt) {
            this.attempt = attempt;
        }

        private boolean idle() {
            return wanted.isEmpty() && writing.isEmpty();
        }
    }

    private final PieceSizes sizes;
    private final TreeMap<Integer, Needs> pieces = new TreeMap<>();
    private int wanted;

    Basket(PieceSizes sizes) {
        this.sizes = sizes;
    }

    /** Blocks that are still to come. */
    int wanted() {
        return wanted;
    }

    void add(List<Lease> leases) {
        for (Lease lease : leases) {
            Needs needs = pieces.get(lease.piece());
            if (needs == null || needs.attempt != lease.attempt()) {
                wanted -= needs == null ? 0 : needs.wanted.cardinality();
                needs = new Needs(lease.attempt());
                pieces.put(lease.piece(), needs);
            }
            wanted -= needs.wanted.cardinality();
            needs.wanted.set(lease.firstBlock(), lease.endBlock());
            wanted += needs.wanted.cardinality();
        }
    }

    /** Blocks that are not to be fetched any more. */
    void revoke(List<Lease> leases) {
        for (Lease lease : leases) {
            Needs needs = pieces.get(lease.piece());
            if (needs != null && needs.attempt == lease.attempt()) {
                wanted -= needs.wanted.cardinality();
                needs.wanted.clear(lease.firstBlock(), lease.endBlock());
                wanted += needs.wanted.cardinality();
            }
        }
    }

    /** The next blocks that no connection is at, in the order of the payload: up to so many bytes in one stretch. */
    Optional<Stretch> claim(long most) {
        for (Map.Entry<Integer, Needs> entry : pieces.entrySet()) {
            Needs needs = entry.getValue();
            for (int block = needs.wanted.nextSetBit(0); block >= 0; block = needs.wanted.nextSetBit(block + 1)) {
                if (!needs.claimed.get(block)) {
                    return Optional.of(claimFrom(entry.getKey(), block, most));
                }
            }
        }
        return Optional.empty();
    }

    private Stretch claimFrom(int firstPiece, int firstBlock, long most) {
        long from = sizes.offset(firstPiece) + (long) firstBlock * PieceSizes.BLOCK;
        long to = from;
        int piece = firstPiece;
        int block = firstBlock;
        Needs needs = pieces.get(piece);
        while (needs != null && needs.wanted.get(block) && !needs.claimed.get(block) && to - from < most) {
            needs.claimed.set(block);
            to += sizes.blockLength(piece, block);
            block++;
            if (block == sizes.blocks(piece)) {
                piece++;
                block = 0;
                needs = pieces.get(piece);
            }
        }
        return new Stretch(from, to);
    }

    /** Whatever is still wanted of a stretch may be claimed by another connection. */
    void release(Stretch stretch) {
        int last = (int) ((stretch.to() - 1) / sizes.pieceLength());
        for (int piece = (int) (stretch.from() / sizes.pieceLength()); piece <= last; piece++) {
            Needs needs = pieces.get(piece);
            if (needs != null) {
                int first = (int) (Math.max(0, stretch.from() - sizes.offset(piece)) / PieceSizes.BLOCK);
                long end = Math.min(sizes.lengthOf(piece), stretch.to() - sizes.offset(piece));
                needs.claimed.clear(first, (int) ((end + PieceSizes.BLOCK - 1) / PieceSizes.BLOCK));
            }
        }
    }

    /** Whether a block with a byte of this stretch is wanted. */
    boolean wants(Stretch stretch) {
        return wants(stretch.from(), stretch.to());
    }

    /** Whether a block with a byte of this part of the payload is wanted. */
    boolean wants(long from, long to) {
        for (Map.Entry<Integer, Needs> entry :
                pieces.tailMap((int) (from / sizes.pieceLength()), true).entrySet()) {
            long start = sizes.offset(entry.getKey());
            if (start >= to) {
                return false;
            }
            int first = (int) (Math.max(0, from - start) / PieceSizes.BLOCK);
            int block = entry.getValue().wanted.nextSetBit(first);
            if (block >= 0 && start + (long) block * PieceSizes.BLOCK < to) {
                return true;
            }
        }
        return false;
    }

    /** The attempt for which a block is wanted, -1 if it is not. */
    int wantedAttempt(int piece, int block) {
        Needs needs = pieces.get(piece);
        return needs != null && needs.wanted.get(block) ? needs.attempt : -1;
    }

    /** A block has come whole and goes to the store. */
    void writing(int piece, int block) {
        Needs needs = pieces.get(piece);
        if (needs != null && needs.wanted.get(block)) {
            needs.wanted.clear(block);
            needs.writing.set(block);
            wanted--;
        }
    }

    /** The store has answered for a block; returns the leases of the piece if nothing more of it is under way. */
    List<Lease> stored(int piece, int attempt, int block) {
        Needs needs = pieces.get(piece);
        if (needs == null || needs.attempt != attempt) {
            return List.of();
        }
        needs.writing.clear(block);
        needs.stored.set(block);
        return settle(piece, needs);
    }

    /** Leases of pieces of which nothing more is under way, after a {@link #revoke}. */
    List<Lease> settle() {
        List<Lease> settled = new ArrayList<>();
        new TreeMap<>(pieces).forEach((piece, needs) -> settled.addAll(settle(piece, needs)));
        return settled;
    }

    private List<Lease> settle(int piece, Needs needs) {
        if (!needs.idle()) {
            return List.of();
        }
        pieces.remove(piece);
        return runs(piece, needs.attempt, needs.stored);
    }

    /** Gives up all that has not come: the leases to return. Blocks on their way to the store stay. */
    List<Lease> giveUp() {
        List<Lease> back = new ArrayList<>();
        pieces.forEach((piece, needs) -> {
            back.addAll(runs(piece, needs.attempt, needs.wanted));
            needs.wanted.clear();
            needs.claimed.clear();
        });
        wanted = 0;
        return back;
    }

    private static List<Lease> runs(int piece, int attempt, BitSet blocks) {
        List<Lease> runs = new ArrayList<>();
        for (int from = blocks.nextSetBit(0); from >= 0; ) {
            int end = blocks.nextClearBit(from);
            runs.add(new Lease(piece, attempt, from, end - from));
            from = blocks.nextSetBit(end);
        }
        return runs;
    }
}
