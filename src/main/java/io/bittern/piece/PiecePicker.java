package io.bittern.piece;

import io.bittern.metainfo.PieceSizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Decides which peer fetches which blocks: priorities first, then what is begun, then the rarest piece (BEP 3).
 *
 * <p>A block that is missing is free, leased to one peer, leased to several (in endgame, or when somebody waits), held, or in doubt. Blocks
 * of leases that were given back or revoked are in doubt until the store has said which of them it holds. A peer
 * that was not told to {@link #join} gets nothing and its messages change nothing. For one thread.
 */
public final class PiecePicker {

    private final PieceSizes sizes;
    private final Pieces pieces;
    private final Endgame endgame;
    private final Sources sources;

    /** A picker that wants every piece and grants nothing before it is told what there is. */
    public PiecePicker(PieceSizes sizes, RandomGenerator random) {
        this.sizes = sizes;
        this.pieces = new Pieces(sizes, new Ranking(sizes.count(), random));
        this.endgame = new Endgame(pieces);
        this.sources = new Sources(sizes.count(), pieces.wishes(), pieces.ranking());
    }

    /** The live set of verified pieces: copy it before it is sent, and leave it alone. */
    public Bitfield verified() {
        return pieces.wishes().verified();
    }

    /**
     * Starts, or starts again after a recheck, from what the store found; every lease ends.
     *
     * <p>Attempts go on counting: the store's do, too.
     *
     * @return the leases that ended
     */
    public List<Revocation> open(Bitfield verified, Map<Integer, Bitfield> heldBlocksByPiece) {
        List<Revocation> ended = pieces.open(verified, heldBlocksByPiece);
        sources.recount();
        return ended;
    }

    /**
     * Wants pieces as much as this says.
     *
     * @return the leases that ended, since their pieces are no longer wanted
     */
    public List<Revocation> want(Priorities priorities) {
        List<Revocation> ended = new ArrayList<>();
        for (int piece = 0; piece < sizes.count(); piece++) {
            if (pieces.wishes().priority(piece) != priorities.of(piece)) {
                ended.addAll(setPriority(piece, priorities.of(piece)));
            }
        }
        return ended;
    }

    /**
     * Sets the priority of a piece: 0 unwanted, 4 the default, 7 the highest.
     *
     * @return the leases that ended, if it is no longer wanted
     */
    public List<Revocation> setPriority(int piece, int priority) {
        return changeMissing(piece, () -> pieces.prioritise(piece, priority));
    }

    /**
     * Sets whether new pieces are begun in the order of the payload instead of by rarity, which is for those who want to
     * use a file before it is complete and a burden for the swarm. Priorities come first all the same.
     */
    public void inOrder(boolean now) {
        pieces.inOrder(now);
    }

    /**
     * Wants pieces before all others, in this order: somebody waits for them. As long as a fast peer has such a piece
     * slow ones get it only in its usual turn.
     *
     * @param late those that should be there by now: a fast peer gets blocks of them although others have them leased
     */
    public void hurry(List<Integer> inTurn, Set<Integer> late) {
        pieces.hurry(inTurn, late);
    }

    /** Whether every wanted piece is verified. */
    public boolean complete() {
        return pieces.wishes().complete();
    }

    /** Bytes of all wanted pieces. */
    public long wantedBytes() {
        return pieces.wishes().wantedBytes();
    }

    /** Bytes of the wanted pieces that are verified. */
    public long verifiedWantedBytes() {
        return pieces.wishes().verifiedWantedBytes();
    }

    /** Bytes of the blocks that are known to be held in pieces that are not verified, wanted or not. */
    public long heldBytes() {
        return pieces.heldBytes();
    }

    /** A peer is there, with no pieces yet. */
    public void join(int peer) {
        sources.join(peer);
    }

    /** A peer has got a piece. */
    public void has(int peer, int piece) {
        sources.has(peer, piece);
    }

    /** A peer has these pieces, besides those that it was known to have. */
    public void hasAll(int peer, Bitfield all) {
        sources.hasAll(peer, all);
    }

    /** A peer has lost a piece. */
    public void lacks(int peer, int piece) {
        sources.lacks(peer, piece);
    }

    /** A peer is gone; its leases, which are returned, are in doubt. */
    public List<Lease> leave(int peer) {
        return sources.leave(peer) ? pieces.leave(peer) : List.of();
    }

    /** Whether a peer has a wanted piece that is not verified. */
    public boolean interesting(int peer) {
        return sources.of(peer).interesting();
    }

    /** Whether a peer has every piece. */
    public boolean seed(int peer) {
        return sources.of(peer).pieces().isFull();
    }

    /**
     * Leases free blocks to a peer.
     *
     * @param blocks how many at most; for a fast peer it may be up to twice as many, to the end of a piece
     * @param fast whether a whole piece takes the peer little time: it gets pieces for itself
     */
    public List<Lease> grant(int peer, int blocks, boolean fast) {
        return granting(peer, blocks).map(some -> some.grant(blocks, fast)).orElse(List.of());
    }

    /** Leases free blocks of these pieces to a peer, as far as it has them and we want them, and of no others. */
    public List<Lease> grantOf(int peer, int blocks, List<Integer> of) {
        return granting(peer, blocks).map(some -> some.grantOf(blocks, of)).orElse(List.of());
    }

    /** Leases free blocks as to a fast peer, whole pieces that lie side by side where there are some. */
    public List<Lease> grantRuns(int peer, int blocks) {
        return granting(peer, blocks).map(some -> some.grantRuns(blocks)).orElse(List.of());
    }

    private Optional<Granting> granting(int peer, int blocks) {
        PeerPieces has = sources.of(peer);
        return has.interesting() && blocks > 0
                ? Optional.of(new Granting(pieces, sources, peer, has))
                : Optional.empty();
    }

    /**
     * Leases one piece, all of it that is free, to a peer whose blocks shall not be mixed with those of others.
     *
     * <p>It is a piece of which nobody else has had blocks; if there is none, one that nobody else is at.
     */
    public List<Lease> grantAlone(int peer) {
        return granting(peer, 1).map(Granting::grantAlone).orElse(List.of());
    }

    /**
     * Every block of a lease, or of a part of one, is with the store, as the peer says.
     *
     * @return what others had leased of it in endgame and need not fetch any more
     */
    public List<Revocation> fetched(int peer, Lease lease) {
        return pieces.fetched(peer, lease);
    }

    /** A peer will not fetch what is left of these leases: unless somebody else has them too, the blocks are in doubt. */
    public void giveBack(int peer, List<Lease> leases) {
        leases.forEach(lease -> pieces.giveBack(peer, lease));
    }

    /**
     * Pieces that the store must be asked about: with blocks in doubt, or with every block said to be held but no verdict.
     *
     * <p>A piece is returned once for each question: who calls this asks the store for every piece returned and hands
     * the answer to {@link #held}. To be called after {@link #giveBack}, {@link #leave} and {@link #held}.
     */
    public List<Integer> doubtful() {
        return pieces.ask();
    }

    /** How often a piece has been started before. */
    public int attempt(int piece) {
        return pieces.attempt(piece);
    }

    /**
     * The store's answer: these blocks of a piece are held, whatever state they were in; blocks in doubt that were asked
     * about and are not held are free. An answer for another attempt, or for a verified piece, changes nothing.
     *
     * @return leases, or parts of them, on blocks that are held
     */
    public List<Revocation> held(int piece, int attempt, Bitfield blocks) {
        return pieces.answer(piece, attempt, blocks);
    }

    /**
     * In endgame, up to 8 pieces of which an idle peer could fetch blocks that others have leased; else none.
     *
     * <p>Before {@link #grantShared} the store is asked which of their blocks are held.
     */
    public List<Integer> endgameCandidates(int peer) {
        return endgame.candidates(peer, sources.of(peer));
    }

    /** In endgame, leases blocks to an idle peer that others have leased and come to last, one by one. */
    public List<Lease> grantShared(int peer, int blocks) {
        return endgame.share(peer, sources.of(peer), blocks);
    }

    /** A piece is on the disk and its hash is right; returns the leases that ended. */
    public List<Revocation> verified(int piece) {
        return changeMissing(piece, () -> pieces.verified(piece));
    }

    /** The hash of an attempt was wrong: the next one begins, with all blocks free; returns the leases that ended. */
    public List<Revocation> rejected(int piece, int attempt) {
        return pieces.rejected(piece, attempt);
    }

    /** Pieces that were verified are so no longer. */
    public void damaged(Bitfield damaged) {
        damaged.forEach(piece -> {
            if (verified().get(piece)) {
                changeMissing(piece, () -> {
                    pieces.damaged(piece);
                    return List.of();
                });
            }
        });
    }

    private List<Revocation> changeMissing(int piece, Supplier<List<Revocation>> change) {
        boolean before = pieces.missing(piece);
        List<Revocation> ended = change.get();
        boolean after = pieces.missing(piece);
        if (before != after) {
            sources.missingChanged(piece, after);
        }
        return ended;
    }

    /** What the work so far has cost, in pieces looked at. */
    long steps() {
        return pieces.ranking().steps();
    }

    /** Throws if what is written down about pieces, blocks, peers and leases does not fit together. */
    void checkInvariants() {
        pieces.check();
        sources.check();
    }
}
