package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PaceTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void letsEverythingPassWithoutALimit() {
        assertThat(Pace.unlimited().reserve(Long.MAX_VALUE, 0)).isZero();
        assertThat(Pace.of(0).limited()).isFalse();
    }

    @Test
    void makesTheNextOneWaitForWhatWasReserved() {
        var limit = Pace.of(1000);

        assertThat(limit.reserve(1000, 0)).isZero();
        assertThat(limit.reserve(1000, 0)).isEqualTo(900_000_000L);
        assertThat(limit.reserve(1000, 0)).isEqualTo(1_900_000_000L);
    }

    @Test
    void savesNoMoreThanTheBurstInSilence() {
        var limit = Pace.of(1000);
        limit.reserve(1, 0);

        long later = 3600 * SECOND;

        assertThat(limit.reserve(100, later)).isZero();
        assertThat(limit.reserve(1, later)).isZero();
        assertThat(limit.reserve(1, later)).isEqualTo(1_000_000L);
    }

    @Test
    void tellsTheQueueToWhoeverAsksForNothing() {
        var limit = Pace.of(1000);
        limit.reserve(2000, 0);

        assertThat(limit.reserve(0, 0)).isEqualTo(1_900_000_000L);
        assertThat(limit.reserve(0, 0)).isEqualTo(1_900_000_000L);
        assertThat(limit.reserve(0, SECOND)).isEqualTo(900_000_000L);
    }

    @Test
    void worksWithAClockThatStartsAnywhere() {
        for (long start : new long[] {Long.MIN_VALUE + 5, -1, 0, Long.MAX_VALUE - 5}) {
            var limit = Pace.of(1000);

            assertThat(limit.reserve(1000, start)).as("clock at %d", start).isZero();
            assertThat(limit.reserve(1000, start + SECOND / 2)).isEqualTo(400_000_000L);
        }
    }

    @Test
    void staysALimitAfterAReservationBeyondAllBounds() {
        var limit = Pace.of(1);
        limit.reserve(Long.MAX_VALUE, 0);
        limit.reserve(Long.MAX_VALUE, 0);

        assertThat(limit.reserve(1, 0)).isGreaterThan(365 * 24 * 3600 * SECOND);
    }

    @Test
    void refusesWhatIsNegative() {
        assertThatThrownBy(() -> Pace.of(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Pace.of(1).reserve(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Timeout(30)
    void losesNoReservationAmongManyThreads() throws Exception {
        var limit = Pace.of(1_000_000);
        var threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                runs.add(threads.submit(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        limit.reserve(100, 0);
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get(20, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(limit.reserve(0, 0)).isCloseTo(8 * SECOND - SECOND / 10, within(1_000L));
    }
}
