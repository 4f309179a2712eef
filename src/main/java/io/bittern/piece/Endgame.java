package io.bittern.piece;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Leases of blocks that others have leased already: allowed once no wanted block is free, to peers with nothing else.
 */
final class Endgame {

    private static final int PIECES = 8;

    private final Pieces pieces;

    Endgame(Pieces pieces) {
        this.pieces = pieces;
    }

    /** Pieces of which this peer could be given a block that others have: highest priority first, then least shared. */
    List<Integer> candidates(int peer, PeerPieces has) {
        if (!pieces.nothingFree() || pieces.begun().stream().anyMatch(progress -> progress.leasedTo(peer))) {
            return List.of();
        }
        Comparator<PieceProgress> byPriority =
                Comparator.comparingInt(progress -> -pieces.wishes().priority(progress.piece()));
        return pieces.begun().stream()
                .filter(progress -> has.has(progress.piece()) && progress.shareable(peer))
                .sorted(byPriority.thenComparingInt(PieceProgress::shares))
                .limit(PIECES)
                .map(PieceProgress::piece)
                .toList();
    }

    List<Lease> share(int peer, PeerPieces has, int blocks) {
        List<Integer> candidates = candidates(peer, has);
        List<Lease> leases = new ArrayList<>();
        for (int holders = 1; holders < PieceProgress.MOST_HOLDERS; holders++) {
            for (int piece : candidates) {
                int most = blocks - leases.size();
                int already = holders;
                leases.addAll(pieces.change(piece, progress -> progress.share(peer, already, most)));
            }
        }
        return leases;
    }
}
