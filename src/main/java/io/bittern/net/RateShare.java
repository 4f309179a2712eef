package io.bittern.net;

/**
 * One connection's part of a {@link RateLimit}, in one direction: what it may move, what it has paid for and what came of
 * that. For one thread at a time.
 *
 * <p>Bytes are paid for before they move where that can be, and when they move otherwise: so in the end as many are paid
 * for as have moved.
 */
public final class RateShare {

    private static final long SOONEST = 1_000_000L;
    private static final long LATEST = 500_000_000L;

    private final RateLimit limit;
    private final Place place = new Place();
    private long retryAt = Long.MAX_VALUE;
    private long paid;

    public RateShare(RateLimit limit) {
        this.limit = limit;
    }

    /** Its place in the queue; other threads hand portions out to it, under the lock. */
    private final class Place implements RateLimit.Member {

        private final Bucket own = new Bucket(0);
        private int needed;
        private int given;

        @Override
        public boolean open(long now) {
            return own.open(now);
        }

        @Override
        public int serve(long now) {
            if (!open(now)) {
                return 0;
            }
            int portion = Math.min(needed - given, RateLimit.PORTION);
            given += portion;
            own.take(portion, now);
            return portion;
        }

        @Override
        public boolean waits() {
            return given < needed;
        }

        private boolean take(int bytes, long now) {
            own.rate(limit.each(), now);
            needed = bytes;
            if (waits()) {
                limit.await(this, now);
            }
            if (waits()) {
                return false;
            }
            empty(given - bytes);
            return true;
        }

        /** Leaves the queue, with nothing in the hand. */
        private void empty(int back) {
            limit.leave(this);
            given = 0;
            giveBack(back);
        }

        private void pay(long bytes, long now) {
            own.rate(limit.each(), now);
            own.take(bytes, now);
            limit.take(bytes, now);
        }

        private void giveBack(long bytes) {
            own.giveBack(bytes);
            limit.giveBack(bytes);
        }

        private long patience(long now) {
            return Math.max(own.untilOpen(now), limit.patience(this, now));
        }
    }

    /** Whether there is a limit now. */
    public boolean limited() {
        return limit.limited() || limit.each() > 0;
    }

    /**
     * Pays for bytes that are to move if their turn has come; otherwise it waits in the queue until it gets them or
     * {@link #rest}s, and is to try again at {@link #retryAt}.
     */
    public boolean take(int bytes, long now) {
        if (!limited()) {
            rest();
            paid += bytes;
            return true;
        }
        synchronized (limit.lock()) {
            boolean taken = place.take(bytes, now);
            paid += taken ? bytes : 0;
            retryAt = taken ? Long.MAX_VALUE : now + Math.max(SOONEST, Math.min(place.patience(now), LATEST));
            return taken;
        }
    }

    /** When to try again to take, never if it does not wait. It is never long, since limits change and others leave. */
    public long retryAt() {
        return retryAt;
    }

    /** It has nothing to move for now: somebody else may. */
    public void rest() {
        if (retryAt != Long.MAX_VALUE) {
            retryAt = Long.MAX_VALUE;
            synchronized (limit.lock()) {
                place.empty(place.given);
            }
        }
    }

    /** Bytes have moved, paid for or not. */
    public void moved(long bytes, long now) {
        long before = Math.min(bytes, paid);
        paid -= before;
        if (bytes > before && limited()) {
            synchronized (limit.lock()) {
                place.pay(bytes - before, now);
            }
        }
    }

    /** Bytes that were paid for will not move, or not soon: if they do all the same they are paid for then. */
    public void giveBack(long bytes) {
        long back = Math.min(bytes, paid);
        paid -= back;
        if (back > 0 && limited()) {
            synchronized (limit.lock()) {
                place.giveBack(back);
            }
        }
    }

    /** Gives back all that has been paid for. */
    public void giveBackAll() {
        giveBack(paid);
    }

    /** Bytes that have been paid for and have not moved. */
    public long paid() {
        return paid;
    }

    /** The connection has ended. */
    public void close() {
        rest();
        giveBackAll();
    }
}
