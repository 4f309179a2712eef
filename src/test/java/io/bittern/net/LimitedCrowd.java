package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.LongPredicate;

/** Users of limits in virtual time, each woken by a timer that is late as timers are, and always hungry for blocks. */
final class LimitedCrowd {

    static final long SECOND = 1_000_000_000L;
    static final int BLOCK = (16 << 10) + 13;

    private static final long LATE = 20_000_000L;
    private static final int WINDOW_SECONDS = 10;

    private record Waking(long at, User user) {}

    private static final class Clock {
        private final PriorityQueue<Waking> wakings = new PriorityQueue<>(Comparator.comparingLong(Waking::at));
        private final Random random;
        private long now;

        private Clock(long seed) {
            random = new Random(seed);
        }
    }

    private final class User {
        private final RateShare share;
        private final LongPredicate hungry;
        private int portions;

        private User(RateLimit limit, LongPredicate hungry) {
            share = new RateShare(limit);
            this.hungry = hungry;
        }

        private void wake(long now) {
            boolean wants = hungry.test(now);
            while (wants && share.take(BLOCK, now)) {
                share.moved(BLOCK, now);
                moments.add(now);
                portions++;
            }
            if (!wants) {
                share.rest();
            }
            long next = wants ? share.retryAt() : now + SECOND / 10;
            clock.wakings.add(new Waking(next + (long) (clock.random.nextDouble() * LATE), this));
        }
    }

    private final Clock clock;
    private final List<User> users = new ArrayList<>();
    private final List<Long> moments = new ArrayList<>();

    LimitedCrowd(long seed) {
        this(new Clock(seed));
    }

    private LimitedCrowd(Clock clock) {
        this.clock = clock;
    }

    /** Others, with the same clock, who are counted for themselves. */
    LimitedCrowd besides() {
        return new LimitedCrowd(clock);
    }

    void join(int count, RateLimit limit) {
        join(count, limit, time -> true);
    }

    void join(int count, RateLimit limit, LongPredicate hungry) {
        for (int i = 0; i < count; i++) {
            User user = new User(limit, hungry);
            users.add(user);
            clock.wakings.add(new Waking(clock.now, user));
        }
    }

    long now() {
        return clock.now;
    }

    void run(long time) {
        long end = clock.now + time;
        for (Waking next = clock.wakings.peek(); next != null && next.at() < end; next = clock.wakings.peek()) {
            clock.wakings.remove();
            clock.now = next.at();
            next.user().wake(clock.now);
        }
        clock.now = end;
    }

    /** Blocks that each user had. */
    List<Integer> portions() {
        return users.stream().map(user -> user.portions).toList();
    }

    /**
     * Between two moments, but for the first second, ten seconds' worth of blocks always takes ten seconds, within 5 %. Counting
     * blocks rather than time leaves out that a window may begin and end in the middle of one.
     */
    void assertRate(long bytesPerSecond, long from, long to) {
        List<Long> seen = moments.stream()
                .filter(moment -> moment >= from + SECOND && moment < to)
                .toList();
        int blocks = (int) (bytesPerSecond * WINDOW_SECONDS / BLOCK);
        double expected = blocks * (double) BLOCK / bytesPerSecond;
        assertThat(seen.size()).as("enough blocks for a window").isGreaterThan(blocks);
        for (int i = 0; i + blocks < seen.size(); i++) {
            double seconds = (seen.get(i + blocks) - seen.get(i)) / (double) SECOND;
            assertThat(seconds).as("from block %d on", i).isCloseTo(expected, within(0.05 * expected));
        }
    }

    /** The mean between two moments, within a part of it. */
    void assertMean(long bytesPerSecond, long from, long to, double part) {
        long count =
                moments.stream().filter(moment -> moment >= from && moment < to).count();
        double mean = count * (double) BLOCK * SECOND / (to - from);
        assertThat(mean).isCloseTo((double) bytesPerSecond, within(part * bytesPerSecond));
    }
}
