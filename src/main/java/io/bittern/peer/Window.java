package io.bittern.peer;

import io.bittern.metainfo.PieceSizes;

/** How many requests to keep on the wire: slow start, then three seconds of the peer's rate. */
final class Window {

    /** The least that keeps a peer busy. */
    static final int FLOOR = 8;

    /** The same under a rate limit, where whatever is asked waits for its turn anyway and should not be taken from others. */
    private static final int LIMITED_FLOOR = 2;

    /** Requests that a peer takes which has not said how many ({@code reqq} of BEP 10). */
    static final int UNSAID = 250;

    private static final long SECOND = 1_000_000_000L;
    private static final int SECONDS = 3;
    private static final int LEAST_GROWTH = 5000;

    /* Slow start opens the window by one request a block, so it doubles with each round trip, until a second brings
     * less than 5000 bytes/s more than the one before. */

    private final Rate rate;
    private final int ourCap;
    private boolean limited;
    private int cap;
    private boolean slowStart = true;
    private int grown;
    private long secondFrom = Long.MIN_VALUE;
    private long bytes;
    private double before;

    Window(Rate rate, int cap) {
        this.rate = rate;
        this.ourCap = cap;
        limit(UNSAID);
    }

    /** The peer takes at most so many requests. */
    void limit(int requests) {
        cap = Math.max(1, Math.min(ourCap, requests));
    }

    /** Whether a rate limit holds us. */
    void limited(boolean now) {
        limited = now;
    }

    /** A block came, and has been counted in the rate. */
    void received(int length, long now) {
        if (!slowStart) {
            return;
        }
        if (secondFrom == Long.MIN_VALUE) {
            secondFrom = now;
        } else if (now - secondFrom >= SECOND) {
            endSecond(now);
        }
        bytes += length;
        grown = Math.min(grown + 1, cap);
    }

    int depth(long now) {
        int floor = limited ? LIMITED_FLOOR : FLOOR;
        double blocks = slowStart ? floor + grown : SECONDS * rate.perSecond(now) / PieceSizes.BLOCK;
        return (int) Math.min(cap, Math.max(floor, blocks));
    }

    boolean slowStart() {
        return slowStart;
    }

    private void endSecond(long now) {
        double perSecond = bytes * (double) SECOND / (now - secondFrom);
        slowStart = perSecond - before >= LEAST_GROWTH;
        before = perSecond;
        bytes = 0;
        secondFrom = now;
    }
}
