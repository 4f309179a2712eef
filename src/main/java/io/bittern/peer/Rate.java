package io.bittern.peer;

import java.util.Arrays;

/** Bytes a second over a sliding window of some seconds, by monotonic time in nanoseconds. */
final class Rate {

    /* One bucket a second, counted from the first byte after a silence of the whole window: so a rate is right from
     * its first second on, and the seconds before it do not thin it out. */

    private static final long SECOND = 1_000_000_000L;

    private final long[] buckets;
    private long origin;
    private long newest;
    private long sum;

    Rate(int seconds) {
        buckets = new long[seconds];
    }

    void add(long bytes, long now) {
        advance(now);
        if (sum == 0) {
            Arrays.fill(buckets, 0);
            origin = now;
            newest = 0;
        }
        buckets[(int) (newest % buckets.length)] += bytes;
        sum += bytes;
    }

    double perSecond(long now) {
        advance(now);
        long oldest = Math.max(0, newest - buckets.length + 1) * SECOND;
        return sum * (double) SECOND / Math.max(SECOND, now - origin - oldest);
    }

    private void advance(long now) {
        if (sum == 0) {
            return;
        }
        long second = (now - origin) / SECOND;
        for (long passed = Math.min(second - newest, buckets.length); passed > 0; passed--) {
            int bucket = (int) (++newest % buckets.length);
            sum -= buckets[bucket];
            buckets[bucket] = 0;
        }
        newest = Math.max(newest, second);
    }
}
