package io.bittern.store;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;

/** What is known of each piece of a torrent; not for many threads. */
final class Pieces {

    private final PieceSizes sizes;
    private final Bitfield wanted;
    private final Bitfield verified;
    private final Bitfield unproven;
    private int missing;

    /**
     * What is known after the check at the start.
     *
     * @param wanted pieces that hold bytes of selected files
     * @param verified pieces that are on the disk
     * @param unproven of these, pieces that are trusted without having been hashed in this run
     */
    Pieces(PieceSizes sizes, Bitfield wanted, Bitfield verified, Bitfield unproven) {
        this.sizes = sizes;
        this.wanted = wanted;
        this.verified = verified;
        this.unproven = unproven;
        this.missing = missing().count();
    }

    /** Nothing is known yet. */
    static Pieces none(PieceSizes sizes, Bitfield wanted) {
        return new Pieces(sizes, wanted, new Bitfield(sizes.count()), new Bitfield(sizes.count()));
    }

    PieceSizes sizes() {
        return sizes;
    }

    Bitfield verified() {
        return verified;
    }

    Bitfield wanted() {
        return wanted;
    }

    boolean isVerified(int piece) {
        return verified.get(piece);
    }

    boolean isWanted(int piece) {
        return wanted.get(piece);
    }

    /** Whether a verified piece has to be hashed before anybody is given its bytes. */
    boolean isUnproven(int piece) {
        return unproven.get(piece);
    }

    void verified(int piece) {
        if (verified.set(piece) && wanted.get(piece)) {
            missing--;
        }
        unproven.clear(piece);
    }

    void proven(int piece) {
        unproven.clear(piece);
    }

    void proven(Bitfield pieces) {
        unproven.removeAll(pieces);
    }

    void damaged(Bitfield pieces) {
        verified.removeAll(pieces);
        unproven.removeAll(pieces);
        missing = missing().count();
    }

    /** Whether every wanted piece is verified. */
    boolean isComplete() {
        return missing == 0;
    }

    /** Trusts no more that these are still on the disk; returns those of them that are verified. */
    Bitfield doubt(Bitfield pieces) {
        Bitfield doubtful = pieces.copy();
        Bitfield others = pieces.copy();
        others.removeAll(verified);
        doubtful.removeAll(others);
        unproven.addAll(doubtful);
        return doubtful;
    }

    /** Wanted pieces that are not verified. */
    Bitfield missing() {
        Bitfield missing = wanted.copy();
        missing.removeAll(verified);
        return missing;
    }

    /** Bytes of the wanted pieces that are not verified. */
    long missingBytes() {
        Bitfield missing = missing();
        long bytes = 0;
        for (int piece = missing.nextSet(0); piece >= 0; piece = missing.nextSet(piece + 1)) {
            bytes += sizes.lengthOf(piece);
        }
        return bytes;
    }
}
