package io.bittern.webseed;

import java.time.Duration;
import java.util.Optional;

/** When a web seed that failed is asked again; times are monotonic nanoseconds. */
final class Rest {

    private final long first;
    private final long longest;
    private int failures;
    private long until = Long.MIN_VALUE;

    /** Begins with so long a rest and doubles it with each failure in a row. */
    Rest(Duration first, Duration longest) {
        this.first = first.toNanos();
        this.longest = longest.toNanos();
    }

    /** It failed, and may have said how long to wait, which counts if it is longer. */
    void failed(Optional<Duration> wait, long now) {
        long rest = Math.min(longest, first << Math.min(failures, 20));
        failures++;
        until = now + Math.max(rest, wait.map(Duration::toNanos).orElse(0L));
    }

    void succeeded() {
        failures = 0;
    }

    boolean over(long now) {
        return until == Long.MIN_VALUE || now - until >= 0;
    }

    long until() {
        return until;
    }
}
