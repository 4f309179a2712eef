package io.bittern.piece;

/**
 * What one peer has, and how many of our missing pieces are among it.
 *
 * <p>A peer that came as a seed is not counted piece by piece: it shares one full set with all of its kind.
 */
final class PeerPieces {

    private final Bitfield pieces;
    private final boolean counted;
    private int useful;
    private boolean fast;

    private PeerPieces(Bitfield pieces, boolean counted, int useful) {
        this.pieces = pieces;
        this.counted = counted;
        this.useful = useful;
    }

    /** A peer of which nothing is known yet. */
    static PeerPieces nothing(int count) {
        return new PeerPieces(new Bitfield(count), true, 0);
    }

    /** A peer that has everything. */
    static PeerPieces everything(Bitfield full, Bitfield missing) {
        return new PeerPieces(full, false, missing.count());
    }

    /** The same, counted piece by piece. */
    PeerPieces countable() {
        PeerPieces same = new PeerPieces(pieces.copy(), true, useful);
        same.fast = fast;
        return same;
    }

    /** Whether a whole piece took it little time when it last asked. */
    boolean fast() {
        return fast;
    }

    void fast(boolean now) {
        fast = now;
    }

    Bitfield pieces() {
        return pieces;
    }

    boolean has(int piece) {
        return pieces.get(piece);
    }

    /** Whether its pieces are in the counts of the {@link Ranking}. */
    boolean counted() {
        return counted;
    }

    /** Whether it has what is missing. */
    boolean interesting() {
        return useful > 0;
    }

    /** Puts a piece in; false if it was in already. */
    boolean add(int piece, Bitfield missing) {
        if (!pieces.set(piece)) {
            return false;
        }
        useful += missing.get(piece) ? 1 : 0;
        return true;
    }

    /** Takes a piece out that was in. */
    void remove(int piece, Bitfield missing) {
        pieces.clear(piece);
        useful -= missing.get(piece) ? 1 : 0;
    }

    /** A piece went missing, or is missing no more. */
    void missingChanged(int piece, boolean nowMissing) {
        if (pieces.get(piece)) {
            useful += nowMissing ? 1 : -1;
        }
    }

    void recount(Bitfield missing) {
        useful = pieces.countCommon(missing);
    }

    void check(int peer, Bitfield missing) {
        Invariant.holds(useful == pieces.countCommon(missing), "interest", peer);
    }
}
