package io.bittern.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit in bytes/s, shared by everyone under it; safe for many threads.
 *
 * <p>Who wants to send or to ask for bytes reserves them and waits as long as it is told. Reservations line up in the
 * order in which they were made, so the limit is fair among those who reserve little at a time, and nothing is lost
 * when one of them pauses.
 */
public final class RateLimit {

    /* A virtual clock: "busyUntil" is when the bytes reserved so far will have passed. It never lags more than the
     * burst behind the present, so silence earns no more than the burst. */

    private static final long NEVER = Long.MIN_VALUE;
    private static final double NANOS = 1e9;
    private static final long BURST_NANOS = 100_000_000L;
    /* No single reservation lasts longer than this, nor does the queue, so that no sum overflows. */
    private static final long LONGEST_NANOS = 1L << 60;

    private final double bytesPerSecond;
    private final AtomicLong busyUntil = new AtomicLong(NEVER);

    private RateLimit(double bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** No limit. */
    public static RateLimit unlimited() {
        return new RateLimit(0);
    }

    /** So many bytes a second; 0 is no limit. */
    public static RateLimit of(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("a rate is not negative: " + bytesPerSecond);
        }
        return new RateLimit(bytesPerSecond);
    }

    /** Whether there is a limit at all. */
    public boolean limited() {
        return bytesPerSecond > 0;
    }

    /**
     * Reserves bytes; 0 bytes only ask how long the queue is.
     *
     * @param now monotonic time in nanoseconds
     * @return nanoseconds until these bytes may go, 0 for now
     */
    public long reserve(long bytes, long now) {
        if (bytes < 0) {
            throw new IllegalArgumentException("not a number of bytes: " + bytes);
        }
        if (!limited()) {
            return 0;
        }
        long cost = (long) Math.min(Math.ceil(bytes / bytesPerSecond * NANOS), LONGEST_NANOS);
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
