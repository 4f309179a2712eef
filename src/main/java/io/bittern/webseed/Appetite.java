package io.bittern.webseed;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Lease;
import java.util.List;
import java.util.OptionalInt;

/** How many blocks a web seed asks its torrent for: a server has to show that it answers before much is left to it. */
final class Appetite {

    private static final int FEWEST_BLOCKS = 16;
    private static final int MOST_BLOCKS = 128;

    private final int pieceBlocks;
    private final int connections;
    private int each = FEWEST_BLOCKS;
    private int owed;

    Appetite(int pieceBlocks, int connections) {
        this.pieceBlocks = pieceBlocks;
        this.connections = connections;
    }

    /** A request was answered in full. */
    void grow() {
        each = Math.min(2 * each, MOST_BLOCKS);
    }

    /** A request failed. */
    void shrink() {
        each = FEWEST_BLOCKS;
    }

    /** Some of what was asked for has been granted. */
    void fed(List<Lease> leases) {
        owed = Math.max(0, owed - leases.stream().mapToInt(Lease::blocks).sum());
    }

    /**
     * What to tell the torrent, if anything is to be told.
     *
     * @param wanted blocks that are still to come
     * @param whole whether the server only sends whole files
     */
    OptionalInt wants(int wanted, boolean whole) {
        int most = whole
                ? Math.max(pieceBlocks, (int) (Verdict.WHOLE / PieceSizes.BLOCK))
                : connections * Math.max(pieceBlocks, each);
        if (owed + wanted > most / 2) {
            return OptionalInt.empty();
        }
        owed = most - wanted;
        return OptionalInt.of(owed);
    }

    /** Nothing more is wanted for now; what to tell the torrent, if it still owes something. */
    OptionalInt sated() {
        boolean told = owed > 0;
        owed = 0;
        return told ? OptionalInt.of(0) : OptionalInt.empty();
    }
}
