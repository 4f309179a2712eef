package io.bittern.piece;

import io.bittern.metainfo.PieceSizes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Every piece of a torrent in its place: verified, unwanted, untouched or begun. */
final class Pieces {

    /* Every change to a piece takes it out of the ordered sets, changes it and puts it back where it then belongs.
     * A begun piece with free blocks lies open: those with the fewest left to give come first, so that they end. */

    private final PieceSizes sizes;
    private final Wishes wishes;
    private final Ranking ranking;
    private final Map<Integer, PieceProgress> begun = new TreeMap<>();
    private static final Comparator<PieceProgress> NEAREST_TO_ITS_END =
            Comparator.comparingInt(PieceProgress::free).thenComparingInt(PieceProgress::piece);

    private final Map<Integer, NavigableSet<PieceProgress>> open = new HashMap<>(2);
    private final NavigableSet<Integer> askable = new TreeSet<>();
    private final Map<Integer, Integer> attempts = new HashMap<>();
    private List<Integer> urgent = List.of();
    private Set<Integer> late = Set.of();
    private boolean inOrder;
    private int openCount;
    private long heldBytes;
    private long turns;

    Pieces(PieceSizes sizes, Ranking ranking) {
        this.sizes = sizes;
        this.wishes = new Wishes(sizes);
        this.ranking = ranking;
    }

    Wishes wishes() {
        return wishes;
    }

    Ranking ranking() {
        return ranking;
    }

    /** Whether new pieces are begun in the order of the payload. */
    boolean inOrder() {
        return inOrder;
    }

    void inOrder(boolean now) {
        inOrder = now;
    }

    /** Pieces that somebody waits for, the first to come first. */
    List<Integer> urgent() {
        return urgent;
    }

    /** Whether a piece should be there by now. */
    boolean late(int piece) {
        return late.contains(piece);
    }

    void hurry(List<Integer> inTurn, Set<Integer> lateNow) {
        urgent = List.copyOf(inTurn);
        late = Set.copyOf(lateNow);
    }

    long heldBytes() {
        return heldBytes;
    }

    int attempt(int piece) {
        return attempts.getOrDefault(piece, 0);
    }

    /** How many blocks a piece has, but for the last. */
    int usualBlocks() {
        return sizes.blocks(0);
    }

    /** Whether a piece is wanted with that priority and nobody has begun it. */
    boolean untouched(int piece, int priority) {
        return piece < sizes.count() && ranking.contains(piece) && wishes.priority(piece) == priority;
    }

    boolean missing(int piece) {
        return wishes.missing().get(piece);
    }

    /** Begun pieces, wanted or not. */
    Collection<PieceProgress> begun() {
        return begun.values();
    }

    /** Begun pieces of one priority with free blocks, nearest to their end first. */
    Collection<PieceProgress> open(int priority) {
        return openSet(priority);
    }

    /** Whether no wanted block is free. */
    boolean nothingFree() {
        return openCount == 0 && ranking.isEmpty();
    }

    private NavigableSet<PieceProgress> openSet(int priority) {
        return open.computeIfAbsent(priority, none -> new TreeSet<>(NEAREST_TO_ITS_END));
    }

    /** Forgets all that was begun and starts from what the store says; returns the leases that ended. */
    List<Revocation> open(Bitfield verified, Map<Integer, Bitfield> held) {
        List<Revocation> ended = new ArrayList<>();
        begun.values().forEach(progress -> ended.addAll(progress.revokeAll()));
        begun.clear();
        open.clear();
        askable.clear();
        openCount = 0;
        heldBytes = 0;
        ranking.clear();
        wishes.open(verified);
        wishes.missing().forEach(piece -> ranking.add(piece, wishes.priority(piece)));
        new TreeMap<>(held).forEach((piece, blocks) -> answer(piece, attempt(piece), blocks));
        return ended;
    }

    /** Changes one piece that is not verified. */
    <T> T change(int piece, Function<PieceProgress, T> change) {
        PieceProgress progress = takeOut(piece);
        T result = change.apply(progress);
        putBack(progress);
        return result;
    }

    /** Every block of a lease, or of a part of one, is with the store; returns what others had of it. */
    List<Revocation> fetched(int peer, Lease lease) {
        return stale(lease)
                ? List.of()
                : change(lease.piece(), progress -> progress.fetched(peer, lease.firstBlock(), lease.endBlock()));
    }

    /** What is left of a lease, or of a part of one, is not fetched. */
    void giveBack(int peer, Lease lease) {
        if (!stale(lease)) {
            change(lease.piece(), progress -> {
                progress.giveBack(peer, lease.firstBlock(), lease.endBlock());
                return progress;
            });
        }
    }

    private boolean stale(Lease lease) {
        return over(lease.piece(), lease.attempt());
    }

    private boolean over(int piece, int attempt) {
        return wishes.verified().get(piece) || attempt != attempt(piece);
    }

    /** All leases of a peer, which are in doubt from now on. */
    List<Lease> leave(int peer) {
        List<Lease> leases = new ArrayList<>();
        for (PieceProgress progress : List.copyOf(begun())) {
            if (progress.leasedTo(peer)) {
                leases.addAll(change(progress.piece(), left -> left.leave(peer)));
            }
        }
        return leases;
    }

    /** The store's answer for an attempt; returns the leases that ended. */
    List<Revocation> answer(int piece, int attempt, Bitfield blocks) {
        return over(piece, attempt) ? List.of() : change(piece, progress -> progress.answer(blocks));
    }

    /** The pieces to ask the store about, which are asked from now on. */
    List<Integer> ask() {
        List<Integer> asked = new ArrayList<>(askable);
        asked.forEach(piece -> begin(piece).ask());
        askable.clear();
        return asked;
    }

    List<Revocation> prioritise(int piece, int priority) {
        PieceProgress progress = takeOut(piece);
        wishes.prioritise(piece, priority);
        List<Revocation> ended = priority == 0 ? progress.revokeAll() : List.of();
        putBack(progress);
        return ended;
    }

    List<Revocation> verified(int piece) {
        List<Revocation> ended = takeOut(piece).revokeAll();
        wishes.mark(piece, true);
        return ended;
    }

    List<Revocation> rejected(int piece, int attempt) {
        if (wishes.verified().get(piece) || attempt < attempt(piece)) {
            return List.of();
        }
        List<Revocation> ended = takeOut(piece).revokeAll();
        attempts.put(piece, attempt + 1);
        putBack(begin(piece));
        return ended;
    }

    void damaged(int piece) {
        wishes.mark(piece, false);
        putBack(begin(piece));
    }

    private PieceProgress begin(int piece) {
        PieceProgress progress = begun.get(piece);
        return progress != null ? progress : new PieceProgress(piece, attempt(piece), sizes.blocks(piece), turns);
    }

    private PieceProgress takeOut(int piece) {
        PieceProgress progress = begin(piece);
        if (openSet(wishes.priority(piece)).remove(progress)) {
            openCount--;
        }
        if (begun.remove(piece) == null) {
            ranking.remove(piece);
            turns++;
        }
        askable.remove(piece);
        heldBytes -= heldBytes(progress);
        return progress;
    }

    private void putBack(PieceProgress progress) {
        int piece = progress.piece();
        int priority = wishes.priority(piece);
        if (!progress.blank()) {
            begun.put(piece, progress);
        } else if (missing(piece)) {
            ranking.add(piece, priority);
        }
        if (!progress.blank() && progress.free() > 0 && missing(piece)) {
            openSet(priority).add(progress);
            openCount++;
        }
        if (progress.askable()) {
            askable.add(piece);
        }
        heldBytes += heldBytes(progress);
    }

    private long heldBytes(PieceProgress progress) {
        int last = progress.blocks() - 1;
        int spare = progress.holds(last) ? PieceSizes.BLOCK - sizes.blockLength(progress.piece(), last) : 0;
        return (long) progress.heldBlocks() * PieceSizes.BLOCK - spare;
    }

    /** Throws if a piece is not in exactly the places where it belongs. */
    void check() {
        wishes.check();
        for (int piece = 0; piece < sizes.count(); piece++) {
            PieceProgress progress = begun.get(piece);
            boolean lies = progress != null && missing(piece) && progress.free() > 0;
            Invariant.holds(ranking.contains(piece) == (progress == null && missing(piece)), "ranked", piece);
            Invariant.holds(progress == null || !wishes.verified().get(piece), "begun and verified", piece);
            Invariant.holds(lies == openSet(wishes.priority(piece)).contains(begin(piece)), "open", piece);
            Invariant.holds((progress != null && progress.askable()) == askable.contains(piece), "askable", piece);
        }
        begun.values().forEach(PieceProgress::check);
        Invariant.holds(begun.values().stream().noneMatch(PieceProgress::blank), "blank", "begun");
        Invariant.holds(open.values().stream().mapToInt(Collection::size).sum() == openCount, "open", openCount);
        long held = begun.values().stream().mapToLong(this::heldBytes).sum();
        Invariant.holds(held == heldBytes, "held bytes", held);
    }
}
