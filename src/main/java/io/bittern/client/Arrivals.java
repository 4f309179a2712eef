package io.bittern.client;

import io.bittern.piece.Bitfield;
import java.util.BitSet;
import java.util.function.BooleanSupplier;

/** Which pieces of a torrent are there, for threads that wait for them. */
final class Arrivals {

    private final BitSet there = new BitSet();
    private boolean ended;

    /** These are there, and no others. */
    synchronized void open(Bitfield verified) {
        there.clear();
        verified.forEach(there::set);
        notifyAll();
    }

    synchronized void add(int piece) {
        there.set(piece);
        notifyAll();
    }

    /** Nothing more comes. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Lets those who wait look whether they still want to. */
    synchronized void wake() {
        notifyAll();
    }

    synchronized boolean has(int piece) {
        return there.get(piece);
    }

    /** Waits for a piece for as long as the caller wants; whether it is there. */
    synchronized boolean await(int piece, BooleanSupplier wanted) throws InterruptedException {
        while (!there.get(piece) && !ended && wanted.getAsBoolean()) {
            wait();
        }
        return there.get(piece);
    }
}
