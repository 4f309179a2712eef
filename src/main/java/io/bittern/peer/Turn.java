package io.bittern.peer;

import io.bittern.net.RateLimit;
import java.util.List;

/** A place in the queue of some rate limits: bytes are reserved once, and go when their turn has come. */
final class Turn {

    private final List<RateLimit> limits;
    private boolean reserved;
    private long at;

    Turn(List<RateLimit> limits) {
        this.limits = limits.stream().filter(RateLimit::limited).toList();
    }

    boolean limited() {
        return !limits.isEmpty();
    }

    /** Whether these bytes may go now; what is reserved stays so until {@link #use}. */
    boolean come(int bytes, long now) {
        if (limits.isEmpty()) {
            return true;
        }
        if (!reserved) {
            long wait = 0;
            for (RateLimit limit : limits) {
                wait = Math.max(wait, limit.reserve(bytes, now));
            }
            reserved = true;
            at = now + wait;
        }
        return now >= at;
    }

    /** The bytes have gone; the next need a turn of their own. */
    void use() {
        reserved = false;
    }

    /** When the turn comes that is waited for. */
    long at() {
        return at;
    }
}
