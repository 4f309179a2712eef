package io.bittern.dht;

/** A limit on a rate: whatever is above it is not delayed but refused. */
final class Throttle {

    /* A bucket of tokens that fills steadily; a monotonic clock may start anywhere, so only differences count. */

    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double burst;
    private double tokens;
    private long filledAt;

    /** So many a second, and so many at once after silence. */
    Throttle(double perSecond, double burst, long now) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.filledAt = now;
    }

    /** Takes so many if they may go now; what is more than the burst may go when the bucket is full. */
    boolean take(double wanted, long now) {
        fill(now);
        if (tokens < Math.min(wanted, burst)) {
            return false;
        }
        tokens -= wanted;
        return true;
    }

    /** Nanoseconds until so many may go. */
    long delay(double wanted, long now) {
        fill(now);
        double missing = Math.min(wanted, burst) - tokens;
        return missing <= 0 ? 0 : (long) Math.ceil(missing / perSecond * NANOS);
    }

    private void fill(long now) {
        tokens = Math.min(burst, tokens + (now - filledAt) / NANOS * perSecond);
        filledAt = now;
    }
}
