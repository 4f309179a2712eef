package io.bittern.net;

/**
 * Bytes that may go at a rate: they gather with time, and whoever takes more than are there makes a debt that time pays.
 *
 * <p>Not safe for threads, but for {@link #rate}. Times are monotonic nanoseconds.
 */
final class Bucket {

    private static final double SECOND = 1e9;

    /** What may gather while nobody takes any: more than the time that a busy machine lets a timer wait, and little of ten seconds. */
    private static final double SAVED_SECONDS = 0.2;

    /** The most that may be there for being given back, and a portion: so a limit is held within 5 % of ten seconds all the same. */
    private static final double BACK_SECONDS = 0.5;

    /** The longest debt, on top of some portions: beyond it bytes that nobody could hold back are let off. */
    private static final double OWED_SECONDS = 2;

    private static final double OWED_BYTES = 4.0 * RateLimit.PORTION;

    private volatile long rate;
    private double bytes;
    private boolean used;
    private long at;

    Bucket(long rate) {
        this.rate = rate;
    }

    /** Bytes a second, 0 for no limit. */
    long rate() {
        return rate;
    }

    boolean limited() {
        return rate > 0;
    }

    /** Another rate from now on; it begins with nothing gathered, and with the debt of the one before. */
    void rate(long bytesPerSecond, long now) {
        if (bytesPerSecond != rate) {
            gather(now);
            bytes = limited() ? Math.min(bytes, 0) : 0;
            rate = bytesPerSecond;
        }
    }

    /** Whether a portion may be taken. */
    boolean open(long now) {
        gather(now);
        return !limited() || bytes >= 0;
    }

    /** Nanoseconds until it is open. */
    long untilOpen(long now) {
        return open(now) ? 0 : (long) Math.ceil(-bytes / rate * SECOND);
    }

    /** Whether less is there than half of what silence gathers. */
    boolean low(long now) {
        gather(now);
        return limited() && bytes < saved() / 2;
    }

    void take(long taken, long now) {
        if (limited()) {
            gather(now);
            bytes = Math.max(bytes - taken, -(rate * OWED_SECONDS + OWED_BYTES));
        }
    }

    /** Bytes that were taken and have not gone: they may go now, but for what is too much at a time. */
    void giveBack(long back) {
        if (limited()) {
            bytes = Math.min(bytes + back, Math.max(bytes, rate * BACK_SECONDS + RateLimit.PORTION));
        }
    }

    private double saved() {
        return rate * SAVED_SECONDS;
    }

    /** A clock of another thread may be a little ahead. */
    private void gather(long now) {
        long passed = now - at;
        if (!used) {
            used = true;
            bytes = saved();
            at = now;
        } else if (passed > 0) {
            bytes = Math.max(bytes, Math.min(saved(), bytes + passed / SECOND * rate));
            at = now;
        }
    }
}
