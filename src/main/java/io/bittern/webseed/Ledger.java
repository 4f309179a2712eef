package io.bittern.webseed;

import io.bittern.net.RateLimit;
import io.bittern.net.RateShare;
import java.util.Optional;

/** The bytes of a web seed: counted for reports, at most one a second, and held to the rate limits. */
final class Ledger {

    private static final long SECOND = 1_000_000_000L;

    /** What is paid ahead of bytes of which nobody knows how many come at a time. */
    private static final int STEP = 16 << 10;

    private final int seed;
    private final RateShare rate;
    private long down;
    private long wasted;
    private long reportAt = Long.MIN_VALUE;

    Ledger(int seed, RateLimit limit) {
        this.seed = seed;
        this.rate = new RateShare(limit);
    }

    /** Bytes have come. */
    void down(long bytes, long now) {
        down += bytes;
        rate.moved(bytes, now);
        rate.giveBackAll();
    }

    /** Of the bytes that came, so many were of no use. */
    void wasted(long bytes) {
        wasted += bytes;
    }

    /** Whether more may be asked for now; if not, it waits until then or {@link #rest}s. */
    boolean mayAsk(long now) {
        return rate.take(STEP, now);
    }

    /** There is nothing to ask for. */
    void rest() {
        rate.rest();
    }

    /** Nothing comes any more of what was asked for. */
    void close() {
        rate.close();
    }

    /** The report that is due. */
    Optional<WebSeedActor.Traffic> report(long now) {
        return now < reportAt ? Optional.empty() : unreported(now);
    }

    /** All that has not been reported, due or not. */
    Optional<WebSeedActor.Traffic> unreported(long now) {
        if (!moved()) {
            return Optional.empty();
        }
        WebSeedActor.Traffic report = new WebSeedActor.Traffic(seed, down, wasted);
        down = 0;
        wasted = 0;
        reportAt = now + SECOND;
        return Optional.of(report);
    }

    long deadline() {
        return Math.min(rate.retryAt(), moved() ? reportAt : Long.MAX_VALUE);
    }

    private boolean moved() {
        return (down | wasted) != 0;
    }
}
