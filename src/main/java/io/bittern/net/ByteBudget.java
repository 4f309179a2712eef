package io.bittern.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that may be on their way or in memory at once, shared by all peers of a client; safe for many threads.
 *
 * <p>Who takes gives back exactly what was taken, whatever happens in between: after any churn nothing is taken.
 */
public final class ByteBudget {

    /* What waits for the disk is in nobody's way as long as it is in the processor's cache and the collector finds little of it. */
    private static final int BACKLOG = 16;

    private final long capacity;
    private final Backlog backlog;
    private final AtomicLong taken = new AtomicLong();

    /** A budget of so many bytes. */
    public ByteBudget(long capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a budget needs bytes, not " + capacity);
        }
        this.capacity = capacity;
        this.backlog = new Backlog(capacity / BACKLOG);
    }

    /** What has come of these bytes and waits for the disk: a sixteenth of the capacity should be enough of it. */
    public Backlog backlog() {
        return backlog;
    }

    /** Takes as much as is free, at most {@code wanted}; returns what was taken, perhaps 0. */
    public long takeUpTo(long wanted) {
        requireNoDebt(wanted);
        while (true) {
            long now = taken.get();
            long granted = Math.min(wanted, capacity - now);
            if (taken.compareAndSet(now, now + granted)) {
                return granted;
            }
        }
    }

    /** Takes all of it or nothing. */
    public boolean take(long bytes) {
        requireNoDebt(bytes);
        while (true) {
            long now = taken.get();
            if (bytes > capacity - now) {
                return false;
            }
            if (taken.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }

    /** Gives back what was taken. */
    public void giveBack(long bytes) {
        requireNoDebt(bytes);
        while (true) {
            long now = taken.get();
            if (bytes > now) {
                throw new IllegalStateException("more given back than taken");
            }
            if (taken.compareAndSet(now, now - bytes)) {
                return;
            }
        }
    }

    private static void requireNoDebt(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("not a number of bytes: " + bytes);
        }
    }

    /** Bytes taken now. */
    public long taken() {
        return taken.get();
    }

    /** Bytes that could be taken at most. */
    public long capacity() {
        return capacity;
    }
}
