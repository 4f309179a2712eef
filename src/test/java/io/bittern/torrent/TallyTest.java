package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bittern.store.PieceStoreActor.Counters;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TallyTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Tally tally = new Tally();

    @Test
    void countsThisRunAndAllRuns() {
        tally.resume(new Counters(100, 20, 3));
        tally.add(10, 1, 5, 0);
        tally.waste(2);

        assertThat(tally.downloaded()).isEqualTo(10);
        assertThat(tally.uploaded()).isEqualTo(5);
        assertThat(tally.total()).isEqualTo(new Counters(110, 25, 6));
    }

    @Test
    void givesASteadyRateForASteadyFlow() {
        for (int second = 1; second <= 20; second++) {
            tally.add(1000, 0, 500, second * SECOND);
        }

        assertThat(tally.downRate(20 * SECOND)).isCloseTo(1000, within(250.0));
        assertThat(tally.upRate(20 * SECOND)).isCloseTo(500, within(125.0));
    }

    @Test
    void fallsToNothingWhenNothingMoves() {
        tally.add(1_000_000, 0, 0, 0);

        assertThat(tally.downRate(SECOND)).isPositive();
        assertThat(tally.downRate(6 * SECOND)).isZero();
    }
}
