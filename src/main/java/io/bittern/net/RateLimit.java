package io.bittern.net;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A limit in bytes/s for all that moves below it: narrower limits, and at the ends the {@link RateShare}s of connections.
 * It can be changed at any time, and is safe for many threads.
 *
 * <p>Nothing is promised ahead. Whoever waits stands in a queue, and a portion is handed out when every limit above has
 * room for it: so what one cannot use at this moment, or gives back, goes to another. Each limit serves those below it
 * in turn, narrower limits as one.
 */
public final class RateLimit {

    /* All limits of a tree share one lock, the widest. It is taken only where some limit is set, and held for one walk down. */

    /** What is handed out at a time: a block of 16 KiB with what frames it. */
    static final int PORTION = (16 << 10) + 64;

    private static final double SECOND = 1e9;

    /** One who waits below a limit. */
    interface Member {

        /** Whether no limit of its own holds it. */
        boolean open(long now);

        /** Takes up to a portion if it may; returns its bytes, 0 for none. */
        int serve(long now);

        /** Whether it still waits. */
        boolean waits();
    }

    private final @Nullable RateLimit wider;
    private final RateLimit widest;
    private final Bucket bucket;
    private final Set<Member> queue = new LinkedHashSet<>();
    private final Member asMember = new Member() {
        @Override
        public boolean open(long now) {
            return bucket.open(now);
        }

        @Override
        public int serve(long now) {
            return RateLimit.this.serve(now);
        }

        @Override
        public boolean waits() {
            return !queue.isEmpty();
        }
    };
    private volatile long each;

    private RateLimit(@Nullable RateLimit wider, long bytesPerSecond) {
        this.wider = wider;
        this.widest = wider == null ? this : wider.widest;
        this.bucket = new Bucket(valid(bytesPerSecond));
    }

    /** A limit that nothing is above; 0 is no limit, for now. */
    public static RateLimit of(long bytesPerSecond) {
        return new RateLimit(null, bytesPerSecond);
    }

    /** No limit, for now. */
    public static RateLimit unlimited() {
        return of(0);
    }

    /** A narrower limit, under this one; 0 is no limit of its own, for now. */
    public RateLimit part(long bytesPerSecond) {
        return new RateLimit(this, bytesPerSecond);
    }

    /** Changes it; 0 is no limit. Those who wait notice within half a second. */
    public void set(long bytesPerSecond, long now) {
        synchronized (widest) {
            bucket.rate(valid(bytesPerSecond), now);
            widest.handOut(now);
        }
    }

    /** Holds each connection below to so many bytes/s too; 0 is no limit. */
    public void setEach(long bytesPerSecond) {
        each = valid(bytesPerSecond);
    }

    /** Whether less is left than a limit has that is not used: here, or above. */
    public boolean busy(long now) {
        if (!limited()) {
            return false;
        }
        synchronized (widest) {
            boolean low = false;
            for (RateLimit limit = this; limit != null; limit = limit.wider) {
                low |= limit.bucket.low(now);
            }
            return low;
        }
    }

    /** Whether there is a limit, here or above. */
    boolean limited() {
        return bucket.limited() || (wider != null && wider.limited());
    }

    /** The limit of each connection, 0 for none: the lowest from here upwards. */
    long each() {
        long above = wider == null ? 0 : wider.each();
        long here = each;
        return here == 0 || above == 0 ? here + above : Math.min(here, above);
    }

    Object lock() {
        return widest;
    }

    /** Lines up, once, and hands out what there is. Under the lock, like all that follows. */
    void await(Member member, long now) {
        if (queue.add(member) && queue.size() == 1 && wider != null) {
            wider.queue.add(asMember);
        }
        widest.handOut(now);
    }

    void leave(Member member) {
        if (queue.remove(member) && queue.isEmpty() && wider != null) {
            wider.leave(asMember);
        }
    }

    void take(long bytes, long now) {
        bucket.take(bytes, now);
        if (wider != null) {
            wider.take(bytes, now);
        }
    }

    void giveBack(long bytes) {
        bucket.giveBack(bytes);
        if (wider != null) {
            wider.giveBack(bytes);
        }
    }

    /** Nanoseconds that a member waits at least: until there is room here and above, and for those before it here. */
    long patience(Member member, long now) {
        long room = 0;
        long slowest = Long.MAX_VALUE;
        for (RateLimit limit = this; limit != null; limit = limit.wider) {
            room = Math.max(room, limit.bucket.untilOpen(now));
            slowest = limit.bucket.limited() ? Math.min(slowest, limit.bucket.rate()) : slowest;
        }
        return room + (long) (SECOND * before(member, now) * PORTION / (double) slowest);
    }

    private int before(Member member, long now) {
        int before = 0;
        for (Member one : queue) {
            if (one == member) {
                break;
            }
            before += one.open(now) ? 1 : 0;
        }
        return before;
    }

    private void handOut(long now) {
        while (serve(now) > 0) {}
    }

    /** Gives a portion to the first in the queue who may have it; those who may not keep their place. */
    private int serve(long now) {
        if (!bucket.open(now)) {
            return 0;
        }
        for (Iterator<Member> all = queue.iterator(); all.hasNext(); ) {
            Member member = all.next();
            int bytes = member.serve(now);
            if (bytes > 0) {
                all.remove();
                if (member.waits()) {
                    queue.add(member);
                }
                bucket.take(bytes, now);
                return bytes;
            }
        }
        return 0;
    }

    private static long valid(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("a rate is not negative: " + bytesPerSecond);
        }
        return bytesPerSecond;
    }
}
