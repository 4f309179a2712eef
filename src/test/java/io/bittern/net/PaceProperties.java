package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import org.junit.jupiter.api.Test;

class PaceProperties {

    private static final double NANOS = 1e9;

    @Test
    void neverLetsMorePassThanRateTimesTimeAndBurst() {
        Forall.seeds(500, random -> {
            long rate = random.nextLong(1, 1L << random.nextInt(1, 34));
            var limit = Pace.of(rate);
            long start = random.nextLong();
            long now = start;
            double passed = 0;
            long largest = 0;
            for (int step = 0; step < 200; step++) {
                long bytes = random.nextLong(1, 1 << 18);
                now += limit.reserve(bytes, now);
                // everyone waits as told, so these bytes pass at "now"
                passed += bytes;
                largest = Math.max(largest, bytes);
                double allowed = rate * ((now - start) / NANOS + 0.1) + largest + 1;
                assertThat(passed).isLessThanOrEqualTo(allowed * 1.000001);
                now += random.nextInt(10) == 0 ? random.nextLong(2_000_000_000L) : 0;
            }
        });
    }

    @Test
    void wastesNothingWhileSomeoneWaits() {
        Forall.seeds(500, random -> {
            long rate = random.nextLong(1 << 10, 1L << 30);
            var limit = Pace.of(rate);
            double passed = 0;
            long now = 0;
            for (int step = 0; step < 500; step++) {
                long bytes = random.nextLong(1, 1 << 16);
                now += limit.reserve(bytes, now);
                passed += bytes;
            }

            // a nanosecond is lost by rounding in each step
            assertThat(passed).isGreaterThanOrEqualTo(rate * (now - 500) / NANOS);
        });
    }
}
