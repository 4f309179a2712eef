package io.bittern.piece;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** The choice of free blocks for one peer. */
final class Granting {

    /* What somebody waits for comes first, from the fast. Then by priority. Within one, a slow peer joins pieces that are begun before it opens another; a fast one finishes
     * those that nobody else is at, then takes whole new pieces, and joins others only when nothing else is left. So
     * a piece lies open only while somebody is at it or nobody who has it asks: there are never many more than peers. */

    /** So many pieces are taken at random rather than by rarity, to have something to give soon. */
    private static final int RANDOM_PIECES = 4;

    /** So many blocks of a late piece are fetched twice at a time. */
    private static final int TWICE = 8;

    private final Pieces pieces;
    private final Sources sources;
    private final int peer;
    private final PeerPieces has;
    private final List<Lease> leases = new ArrayList<>();
    private boolean runs;
    private long left;
    private long most;

    Granting(Pieces pieces, Sources sources, int peer, PeerPieces has) {
        this.pieces = pieces;
        this.sources = sources;
        this.peer = peer;
        this.has = has;
    }

    List<Lease> grant(int blocks, boolean fast) {
        left = blocks;
        most = fast ? 2L * blocks : blocks;
        has.fast(fast);
        hurry(fast);
        for (int priority = Wishes.TOP; priority > 0 && left > 0; priority--) {
            join(priority, progress -> !fast || progress.exclusiveTo(peer));
            begin(priority);
            join(priority, progress -> true);
        }
        return leases;
    }

    /** The same for who fetches neighbours best together: each new piece brings those that follow it. */
    List<Lease> grantRuns(int blocks) {
        runs = true;
        return grant(blocks, true);
    }

    /**
     * All free blocks of one piece that is of nobody else; a piece that others had a part in and left only if there is none.
     */
    List<Lease> grantAlone() {
        left = 1;
        most = Long.MAX_VALUE;
        for (int priority = Wishes.TOP; priority > 0 && left > 0; priority--) {
            join(priority, progress -> progress.onlyFrom(peer));
            begin(priority);
        }
        for (int priority = Wishes.TOP; priority > 0 && left > 0; priority--) {
            join(priority, progress -> progress.exclusiveTo(peer));
        }
        return leases;
    }

    /** Free blocks of these pieces only, whatever their priority. */
    List<Lease> grantOf(int blocks, List<Integer> of) {
        left = blocks;
        most = blocks;
        of.stream().filter(piece -> has.has(piece) && pieces.missing(piece)).forEach(this::take);
        return leases;
    }

    private void hurry(boolean fast) {
        for (int piece : pieces.urgent()) {
            if (left > 0 && has.has(piece) && pieces.missing(piece) && (fast || !sources.fastHas(piece))) {
                take(piece);
                if (fast && left > 0 && pieces.late(piece)) {
                    leases.addAll(pieces.change(piece, this::share));
                }
            }
        }
    }

    private List<Lease> share(PieceProgress progress) {
        List<Lease> shared = progress.share(peer, PieceProgress.MOST_HOLDERS - 1, (int) Math.min(left, TWICE));
        left -= shared.size();
        most -= shared.size();
        return shared;
    }

    private void join(int priority, Predicate<PieceProgress> fit) {
        List<Integer> joined = new ArrayList<>();
        long free = 0;
        for (PieceProgress progress : pieces.open(priority)) {
            if (free >= left) {
                break;
            }
            if (has.has(progress.piece()) && fit.test(progress)) {
                joined.add(progress.piece());
                free += progress.free();
            }
        }
        joined.forEach(this::take);
    }

    private void begin(int priority) {
        while (left > 0) {
            Collection<Integer> next = next(priority);
            if (next.isEmpty()) {
                return;
            }
            next.forEach(piece -> takeNew(piece, priority));
        }
    }

    private Collection<Integer> next(int priority) {
        if (pieces.inOrder()) {
            return oneOrNone(pieces.ranking().first(priority, has.pieces()));
        }
        if (pieces.wishes().verified().count() < RANDOM_PIECES) {
            return oneOrNone(pieces.ranking().random(priority, has.pieces()));
        }
        long enough = (left - 1) / pieces.usualBlocks() + 1;
        return pieces.ranking().rarest(priority, has, (int) enough);
    }

    private static Collection<Integer> oneOrNone(int piece) {
        return piece < 0 ? List.of() : List.of(piece);
    }

    private void takeNew(int piece, int priority) {
        take(piece);
        for (int after = piece + 1; runs && left > 0 && mayFollow(after, priority); after++) {
            take(after);
        }
    }

    private boolean mayFollow(int piece, int priority) {
        return pieces.untouched(piece, priority) && has.has(piece);
    }

    private void take(int piece) {
        if (left > 0) {
            leases.addAll(pieces.change(piece, this::lease));
        }
    }

    private List<Lease> lease(PieceProgress progress) {
        int blocks = progress.free() <= most ? progress.free() : (int) left;
        left -= blocks;
        most -= blocks;
        return progress.lease(peer, blocks);
    }
}
