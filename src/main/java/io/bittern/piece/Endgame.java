package io.bittern.piece;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Leases of blocks that others have leased already: allowed once no wanted block is free, to peers with nothing else.
 *
 * <p>An idle peer takes from those who have the longest way to go what they come to last, and leaves them what they come
 * to soon: that is on its way before it could be called back, and would come twice.
 */
final class Endgame {

    private static final int PIECES = 8;

    /** A peer is left this part of the most that it had in this endgame, which was some seconds' worth: its next second. */
    private static final int SOON = 3;

    private final Pieces pieces;
    private final Map<Integer, Integer> most = new HashMap<>();

    Endgame(Pieces pieces) {
        this.pieces = pieces;
    }

    /** Pieces of which this peer could be given a block that others have: highest priority first, then who has most to do. */
    List<Integer> candidates(int peer, PeerPieces has) {
        if (!pieces.nothingFree()) {
            most.clear();
            return List.of();
        }
        if (pieces.begun().stream().anyMatch(progress -> progress.leasedTo(peer))) {
            return List.of();
        }
        Map<Integer, Integer> alone = alone();
        Comparator<PieceProgress> byPriority =
                Comparator.comparingInt(progress -> -pieces.wishes().priority(progress.piece()));
        return pieces.begun().stream()
                .filter(progress -> has.has(progress.piece()) && progress.shareable(peer))
                .sorted(byPriority
                        .thenComparingDouble(progress -> -wayToGo(progress, alone))
                        .thenComparingLong(progress -> -progress.begunAt()))
                .limit(PIECES)
                .map(PieceProgress::piece)
                .toList();
    }

    List<Lease> share(int peer, PeerPieces has, int blocks) {
        List<Integer> candidates = candidates(peer, has);
        Map<Integer, Integer> spare = alone();
        spare.replaceAll((holder, left) -> left - most(holder) / SOON);
        List<Lease> leases = new ArrayList<>();
        for (int piece : candidates) {
            leases.addAll(pieces.change(piece, progress -> progress.share(peer, spare, blocks - leases.size())));
        }
        for (int holders = 1; holders < PieceProgress.MOST_HOLDERS && leases.isEmpty(); holders++) {
            int already = holders;
            candidates.stream()
                    .limit(1)
                    .forEach(
                            piece -> leases.addAll(pieces.change(piece, progress -> progress.share(peer, already, 1))));
        }
        return leases;
    }

    /** How many blocks each peer has that nobody else has leased. */
    private Map<Integer, Integer> alone() {
        Map<Integer, Integer> alone = new HashMap<>();
        pieces.begun().forEach(progress -> progress.countAlone(alone));
        alone.forEach((holder, blocks) -> most.merge(holder, blocks, Math::max));
        return alone;
    }

    private double wayToGo(PieceProgress progress, Map<Integer, Integer> alone) {
        return progress.holders().stream()
                .mapToDouble(holder -> (double) alone.getOrDefault(holder, 0) / most(holder))
                .max()
                .orElse(0);
    }

    private int most(int holder) {
        return Math.max(1, most.getOrDefault(holder, 1));
    }
}
