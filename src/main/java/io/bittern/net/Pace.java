package io.bittern.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * So many things a second, one after the other, such as announces; safe for many threads.
 *
 * <p>Who wants to do some reserves them and waits as long as it is told, in the order of the reservations. What has been
 * reserved is done: for bytes, which may be wanted no more or stay away, there is {@link RateLimit}.
 */
public final class Pace {

    /* A virtual clock: "busyUntil" is when what is reserved so far will have been done. It never lags more than the
     * burst behind the present, so silence earns no more than the burst. */

    private static final long NEVER = Long.MIN_VALUE;
    private static final double NANOS = 1e9;
    private static final long BURST_NANOS = 100_000_000L;
    /* No single reservation lasts longer than this, nor does the queue, so that no sum overflows. */
    private static final long LONGEST_NANOS = 1L << 60;

    private final double perSecond;
    private final AtomicLong busyUntil = new AtomicLong(NEVER);

    private Pace(double perSecond) {
        this.perSecond = perSecond;
    }

    /** No bound. */
    public static Pace unlimited() {
        return new Pace(0);
    }

    /** So many a second; 0 is no bound. */
    public static Pace of(long perSecond) {
        if (perSecond < 0) {
            throw new IllegalArgumentException("a pace is not negative: " + perSecond);
        }
        return new Pace(perSecond);
    }

    /** Whether there is a bound at all. */
    public boolean limited() {
        return perSecond > 0;
    }

    /**
     * Reserves so many; 0 only asks how long the queue is.
     *
     * @param now monotonic time in nanoseconds
     * @return nanoseconds until their turn, 0 for now
     */
    public long reserve(long things, long now) {
        if (things < 0) {
            throw new IllegalArgumentException("not a number of things: " + things);
        }
        if (!limited()) {
            return 0;
        }
        long cost = (long) Math.min(Math.ceil(things / perSecond * NANOS), LONGEST_NANOS);
        while (true) {
            long until = busyUntil.get();
            // differences, because a monotonic clock may start anywhere and wrap
            long queued = until == NEVER ? -BURST_NANOS : Math.max(until - now, -BURST_NANOS);
            if (busyUntil.compareAndSet(until, now + Math.min(queued + cost, LONGEST_NANOS))) {
                return Math.max(0, queued);
            }
        }
    }
}
