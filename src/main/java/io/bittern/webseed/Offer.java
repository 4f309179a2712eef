package io.bittern.webseed;

import io.bittern.piece.Bitfield;
import java.util.BitSet;

/** What a server has: all pieces, until it turns out that it lacks files. */
final class Offer {

    private final WebPlan plan;
    private final BitSet missing = new BitSet();
    private Bitfield pieces;

    Offer(WebPlan plan) {
        this.plan = plan;
        this.pieces = plan.without(missing);
    }

    boolean has(int piece) {
        return pieces.get(piece);
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** A copy of what it has. */
    Bitfield pieces() {
        return pieces.copy();
    }

    /** The server does not have this file, nor any piece with a byte of it. */
    void lacks(int file) {
        missing.set(file);
        pieces = plan.without(missing);
    }
}
