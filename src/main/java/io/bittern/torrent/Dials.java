package io.bittern.torrent;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * How many connections all torrents of a client try to make: so many at a time, and so many in a second. Safe for many
 * threads; times are monotonic nanoseconds.
 *
 * <p>A dial of which nobody tells the end has ended when the longest time for one is over.
 */
public final class Dials {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int halfOpen;
    private final int perSecond;
    private final long longest;
    private final Deque<Long> underWay = new ArrayDeque<>();
    private long windowSince = Long.MIN_VALUE;
    private int inWindow;

    /** @param longest how long a dial may take */
    public Dials(int halfOpen, int perSecond, Duration longest) {
        this.halfOpen = halfOpen;
        this.perSecond = perSecond;
        this.longest = longest.toNanos();
    }

    /** Begins as many dials as may begin now, at most so many as are wanted; returns how many. */
    synchronized int begin(int wanted, long now) {
        int begun = Math.max(0, Math.min(wanted, room(now)));
        inWindow += begun;
        for (int i = 0; i < begun; i++) {
            underWay.addLast(now);
        }
        return begun;
    }

    /** A dial that began at that time has come to an end, good or bad. */
    synchronized void ended(long begunAt) {
        underWay.removeFirstOccurrence(begunAt);
    }

    /** When there may be room for one more: now, or when the second is over. */
    synchronized long next(long now) {
        if (room(now) > 0) {
            return now;
        }
        return inWindow >= perSecond ? windowSince + SECOND : now + SECOND;
    }

    private int room(long now) {
        while (!underWay.isEmpty() && now - underWay.getFirst() > longest) {
            underWay.removeFirst();
        }
        if (windowSince == Long.MIN_VALUE || now - windowSince >= SECOND) {
            windowSince = now;
            inWindow = 0;
        }
        return Math.min(halfOpen - underWay.size(), perSecond - inWindow);
    }
}
