package io.bittern.webseed;

import io.bittern.net.RateLimit;
import java.util.List;
import java.util.Optional;

/** The bytes of a web seed: counted for reports, at most one a second, and held to the rate limits. */
final class Ledger {

    private static final long SECOND = 1_000_000_000L;

    private final int seed;
    private final List<RateLimit> limits;
    private long pace = Long.MIN_VALUE;
    private long down;
    private long wasted;
    private long reportAt = Long.MIN_VALUE;

    Ledger(int seed, List<RateLimit> limits) {
        this.seed = seed;
        this.limits = limits;
    }

    /** Bytes have come: no more are asked for before the limits have let them pass. */
    void down(long bytes, long now) {
        down += bytes;
        for (RateLimit limit : limits) {
            limit.reserve(bytes, now);
            pace = Math.max(pace, now + limit.reserve(0, now));
        }
    }

    /** Of the bytes that came, so many were of no use. */
    void wasted(long bytes) {
        wasted += bytes;
    }

    boolean mayAsk(long now) {
        return now >= pace;
    }

    /** When more may be asked for. */
    long pace() {
        return pace;
    }

    /** The report that is due. */
    Optional<WebSeedActor.Traffic> report(long now) {
        return now < reportAt ? Optional.empty() : rest(now);
    }

    /** All that has not been reported, due or not. */
    Optional<WebSeedActor.Traffic> rest(long now) {
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
        return moved() ? reportAt : Long.MAX_VALUE;
    }

    private boolean moved() {
        return (down | wasted) != 0;
    }
}
