package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {

    private static final long SECOND = LimitedCrowd.SECOND;
    private static final int BLOCK = LimitedCrowd.BLOCK;
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    /** Nine of a run's seconds are windows of ten seconds: the first second is not looked at. */
    private static final long RUN = 20 * SECOND;

    @Nested
    class Exactness {

        @ParameterizedTest
        @CsvSource({"16, 1", "16, 8", "16, 100", "64, 1", "64, 8", "64, 100", "1024, 1", "1024, 8", "1024, 100"})
        void underOneLimitIsWithinFivePercent(long kib, int users) {
            LimitedCrowd crowd = new LimitedCrowd(1);
            RateLimit limit = RateLimit.of(kib * KIB);
            crowd.join(users, limit);

            crowd.run(RUN);

            crowd.assertRate(kib * KIB, 0, RUN);
        }

        @ParameterizedTest
        @CsvSource({"1", "8", "100"})
        void atFiftyMebibytesIsWithinFivePercent(int users) {
            LimitedCrowd crowd = new LimitedCrowd(2);
            crowd.join(users, RateLimit.of(50 * MIB));

            crowd.run(13 * SECOND);

            crowd.assertRate(50 * MIB, 0, 13 * SECOND);
        }

        @ParameterizedTest
        @CsvSource({"16, 9", "64, 9", "64, 102", "1024, 9", "1024, 102"})
        void underThreeLevelsTheWidestHoldsAll(long kib, int users) {
            LimitedCrowd crowd = new LimitedCrowd(3);
            RateLimit client = RateLimit.of(kib * KIB);
            client.setEach(kib * KIB / 2);
            for (int torrent = 0; torrent < 3; torrent++) {
                crowd.join(users / 3, client.part(kib * KIB / 2));
            }

            crowd.run(RUN);

            crowd.assertRate(kib * KIB, 0, RUN);
        }

        @Test
        void underThreeLevelsTheNarrowHoldTheirs() {
            RateLimit client = RateLimit.of(10 * MIB);
            LimitedCrowd slow = new LimitedCrowd(4);
            LimitedCrowd quick = slow.besides();
            LimitedCrowd each = slow.besides();
            slow.join(8, client.part(16 * KIB));
            quick.join(8, client.part(MIB));
            RateLimit third = client.part(0);
            third.setEach(32 * KIB);
            each.join(8, third);

            slow.run(RUN);

            slow.assertRate(16 * KIB, 0, RUN);
            quick.assertRate(MIB, 0, RUN);
            each.assertRate(8 * 32 * KIB, 0, RUN);
        }

        @Test
        void holdsAfterEveryChangeWhileRunning() {
            LimitedCrowd crowd = new LimitedCrowd(5);
            RateLimit limit = RateLimit.of(64 * KIB);
            crowd.join(8, limit);

            crowd.run(RUN);
            limit.set(4 * MIB, crowd.now());
            crowd.run(RUN);
            limit.set(16 * KIB, crowd.now());
            crowd.run(RUN);
            limit.set(MIB, crowd.now());
            crowd.run(RUN);

            crowd.assertRate(64 * KIB, 0, RUN);
            crowd.assertRate(4 * MIB, RUN, 2 * RUN);
            crowd.assertRate(16 * KIB, 2 * RUN, 3 * RUN);
            crowd.assertRate(MIB, 3 * RUN, 4 * RUN);
        }

        @Test
        void holdsWhenALimitComesAndGoes() {
            LimitedCrowd crowd = new LimitedCrowd(6);
            RateLimit client = RateLimit.of(2 * MIB);
            RateLimit torrent = client.part(0);
            crowd.join(8, torrent);

            crowd.run(RUN);
            torrent.set(64 * KIB, crowd.now());
            crowd.run(RUN);
            torrent.set(0, crowd.now());
            crowd.run(RUN);

            crowd.assertRate(2 * MIB, 0, RUN);
            crowd.assertRate(64 * KIB, RUN, 2 * RUN);
            crowd.assertRate(2 * MIB, 2 * RUN, 3 * RUN);
        }

        @Test
        void countsWhatNobodyCouldHoldBack() {
            LimitedCrowd crowd = new LimitedCrowd(7);
            RateLimit limit = RateLimit.of(256 * KIB);
            crowd.join(8, limit);
            RateShare talker = new RateShare(limit);

            long said = 0;
            for (int i = 0; i < 200; i++) {
                crowd.run(SECOND / 10);
                talker.moved(3 * KIB, crowd.now());
                said += 3 * KIB;
            }

            crowd.assertRate(256 * KIB - said / 20, 0, RUN);
        }
    }

    @Nested
    class WorkConservation {

        @Test
        void whatOneDoesNotUseAnotherGets() {
            LimitedCrowd crowd = new LimitedCrowd(8);
            RateLimit client = RateLimit.of(256 * KIB);
            RateLimit torrent = client.part(0);
            crowd.join(4, torrent);
            crowd.join(4, torrent, time -> time / (3 * SECOND) % 2 == 0);
            crowd.join(1, client.part(0), time -> time > 10 * SECOND);

            crowd.run(RUN);

            crowd.assertRate(256 * KIB, 0, RUN);
        }

        @Test
        void aSlowTorrentLeavesItsShareToAnother() {
            RateLimit client = RateLimit.of(128 * KIB);
            LimitedCrowd slow = new LimitedCrowd(9);
            LimitedCrowd quick = slow.besides();
            slow.join(50, client.part(16 * KIB));
            quick.join(1, client.part(0));

            slow.run(RUN);

            slow.assertRate(16 * KIB, 0, RUN);
            quick.assertRate(112 * KIB, 0, RUN);
        }

        @Test
        void whatIsGivenBackGoesToOthers() {
            LimitedCrowd crowd = new LimitedCrowd(10);
            RateLimit limit = RateLimit.of(64 * KIB);
            crowd.join(4, limit);
            // takes its turn like anybody, and then lets the bytes lie for four seconds
            List<RateShare> lazy =
                    LongStream.range(0, 4).mapToObj(i -> new RateShare(limit)).toList();
            for (int i = 0; i < 200; i++) {
                RateShare one = lazy.get(i % 4);
                one.take(BLOCK, crowd.now());
                if (i % 10 == 0) {
                    lazy.get(i / 10 % 4).giveBackAll();
                }
                crowd.run(SECOND / 10);
            }

            crowd.assertMean(64 * KIB, SECOND, RUN, 0.15);
        }

        @Test
        void whoeverLeavesTakesNothingAlong() {
            RateLimit limit = RateLimit.of(16 * KIB);
            RateShare first = new RateShare(limit);
            RateShare second = new RateShare(limit);
            RateShare third = new RateShare(limit);
            assertThat(first.take(BLOCK, 0)).isTrue();
            assertThat(second.take(BLOCK, 0)).isFalse();
            assertThat(third.take(BLOCK, 0)).isFalse();

            // handed to the second, who sleeps
            assertThat(third.take(BLOCK, SECOND + SECOND / 10)).isFalse();
            second.close();

            assertThat(third.take(BLOCK, SECOND + SECOND / 10)).isTrue();
        }
    }

    @Nested
    class Fairness {

        @Test
        void aHundredGetTheirTurnOneAfterTheOther() {
            LimitedCrowd crowd = new LimitedCrowd(11);
            crowd.join(100, RateLimit.of(16 * KIB));

            crowd.run(310 * SECOND);

            assertThat(crowd.portions()).allMatch(count -> count >= 3 && count <= 5);
        }

        @Test
        void aTorrentOfOneGetsAsMuchAsATorrentOfMany() {
            RateLimit client = RateLimit.of(128 * KIB);
            LimitedCrowd one = new LimitedCrowd(12);
            LimitedCrowd many = one.besides();
            one.join(1, client.part(0));
            many.join(30, client.part(0));

            one.run(RUN);

            one.assertMean(64 * KIB, SECOND, RUN, 0.1);
            many.assertMean(64 * KIB, SECOND, RUN, 0.1);
        }

        @Test
        void aLongRequestIsPaidInPortionsAndHoldsNobodyUp() {
            RateLimit limit = RateLimit.of(BLOCK);
            RateShare big = new RateShare(limit);
            RateShare small = new RateShare(limit);
            big.take(1, 0);
            int got = 0;
            boolean done = false;
            for (long now = SECOND / 100; !done; now += SECOND / 100) {
                done = big.take(4 * BLOCK, now);
                got += small.take(BLOCK, now) ? 1 : 0;
            }

            assertThat(got).isBetween(2, 4);
        }
    }

    @Nested
    class Shares {

        private final RateLimit limit = RateLimit.of(BLOCK);
        private final RateShare share = new RateShare(limit);

        @Test
        void payOnceForWhatMoves() {
            assertThat(share.take(BLOCK, 0)).isTrue();
            share.moved(BLOCK / 2, SECOND);
            assertThat(share.paid()).isEqualTo(BLOCK - BLOCK / 2);
            share.moved(BLOCK - BLOCK / 2, SECOND);

            assertThat(share.paid()).isZero();
            assertThat(share.take(BLOCK, SECOND)).isTrue();
        }

        @Test
        void payLaterForWhatMovesAfterItWasGivenBack() {
            assertThat(share.take(BLOCK, 0)).isTrue();
            share.giveBackAll();
            share.moved(BLOCK, 0);

            assertThat(share.take(BLOCK, SECOND / 2)).isFalse();
            assertThat(share.take(BLOCK, SECOND)).isTrue();
        }

        @Test
        void oweNoMoreThanSecondsForWhatNobodyCouldHoldBack() {
            share.moved(1 << 30, 0);

            assertThat(share.take(BLOCK, 5 * SECOND)).isFalse();
            assertThat(share.take(BLOCK, 7 * SECOND)).isTrue();
        }

        @Test
        void whatWasAskedForWithoutALimitIsNoDebtWhenOneIsSet() {
            RateLimit none = RateLimit.unlimited();
            RateShare free = new RateShare(none);
            for (int i = 0; i < 100; i++) {
                assertThat(free.take(BLOCK, 0)).isTrue();
            }
            none.set(BLOCK, 0);
            free.moved(100 * BLOCK, 0);

            assertThat(free.take(BLOCK, 0)).isTrue();
            assertThat(free.take(BLOCK, 0)).isFalse();
        }

        @Test
        void tellWhenToTryAgain() {
            share.take(BLOCK, 0);
            share.take(BLOCK, 0);
            assertThat(share.retryAt()).isEqualTo(SECOND / 2);
            share.take(BLOCK, SECOND - SECOND / 4);

            assertThat(share.retryAt()).isCloseTo(SECOND, within(SECOND / 4));
        }

        @Test
        void areBusyWhileLittleIsLeft() {
            assertThat(limit.busy(0)).isFalse();
            share.take(BLOCK, 0);
            assertThat(limit.busy(0)).isTrue();
            assertThat(limit.part(0).busy(0)).isTrue();
            assertThat(limit.busy(3 * SECOND)).isFalse();
            assertThat(RateLimit.unlimited().busy(0)).isFalse();
        }
    }

    @Test
    void worksWithAClockThatStartsAnywhere() {
        for (long start : new long[] {Long.MIN_VALUE + 5, -1, 0, Long.MAX_VALUE - 5}) {
            RateShare share = new RateShare(RateLimit.of(BLOCK));

            assertThat(share.take(BLOCK, start)).as("clock at %d", start).isTrue();
            assertThat(share.take(BLOCK, start)).isFalse();
            assertThat(share.take(BLOCK, start + SECOND)).isTrue();
        }
    }

    @Test
    void refusesWhatIsNegative() {
        assertThatThrownBy(() -> RateLimit.of(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RateLimit.of(1).set(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RateLimit.of(1).setEach(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
