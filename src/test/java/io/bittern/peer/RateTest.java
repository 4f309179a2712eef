package io.bittern.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RateTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long START = -5 * SECOND;

    private final Rate rate = new Rate(5);

    @Test
    void isNothingBeforeTheFirstByte() {
        assertThat(rate.perSecond(START)).isZero();
    }

    @Test
    void isRightFromTheFirstSecondOn() {
        rate.add(500, START);
        rate.add(500, START + SECOND - 1);
        assertThat(rate.perSecond(START + SECOND)).isEqualTo(1000, within(1.0));
    }

    @Test
    void followsASteadyStream() {
        for (int tenth = 0; tenth < 200; tenth++) {
            rate.add(100, START + tenth * SECOND / 10);
        }
        assertThat(rate.perSecond(START + 20 * SECOND)).isEqualTo(1000, within(30.0));
    }

    @Test
    void forgetsWhatIsOlderThanItsWindow() {
        rate.add(1_000_000, START);
        rate.add(1000, START + 4 * SECOND);
        assertThat(rate.perSecond(START + 5 * SECOND)).isLessThan(300);
        assertThat(rate.perSecond(START + 9 * SECOND)).isZero();
    }

    @Test
    void doesNotCountSilenceBeforeTheNextByte() {
        rate.add(1000, START);
        rate.add(1000, START + 1000 * SECOND);
        assertThat(rate.perSecond(START + 1000 * SECOND)).isEqualTo(1000, within(1.0));
    }
}
