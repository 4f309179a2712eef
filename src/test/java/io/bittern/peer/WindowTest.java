package io.bittern.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PieceSizes;
import org.junit.jupiter.api.Test;

class WindowTest {

    private static final long SECOND = 1_000_000_000L;

    private final Rate rate = new Rate(5);
    private final Window window = new Window(rate, 2000);
    private long now;

    @Test
    void beginsAtTheFloor() {
        assertThat(window.depth(now)).isEqualTo(8);
    }

    @Test
    void opensByOneABlockWhileTheRateGrows() {
        blocks(10);
        assertThat(window.depth(now)).isEqualTo(18);

        now += SECOND;
        blocks(20);

        assertThat(window.depth(now)).isEqualTo(38);
        assertThat(window.slowStart()).isTrue();
    }

    @Test
    void holdsThreeSecondsOfTheRateWhenItGrowsNoMore() {
        for (int second = 0; second < 8; second++) {
            for (int tenth = 0; tenth < 10; tenth++) {
                blocks(1);
                now += SECOND / 10;
            }
        }

        assertThat(window.slowStart()).isFalse();
        assertThat(window.depth(now)).isBetween(28, 31);
    }

    @Test
    void fallsToTheFloorAfterAPause() {
        blocks(100);
        now += 2 * SECOND;
        blocks(1);
        now += 60 * SECOND;
        blocks(1);

        assertThat(window.depth(now)).isEqualTo(8);
    }

    @Test
    void asksNoMoreThanAPeerTakesThatHasNotSaidHowMany() {
        blocks(5000);
        assertThat(window.depth(now)).isEqualTo(250);
    }

    @Test
    void asksWhatThePeerTakes() {
        window.limit(3);
        assertThat(window.depth(now)).isEqualTo(3);

        window.limit(1_000_000);
        blocks(5000);
        assertThat(window.depth(now)).isEqualTo(2000);
    }

    @Test
    void keepsToTheCap() {
        Window small = new Window(rate, 3);
        assertThat(small.depth(now)).isEqualTo(3);
        small.received(PieceSizes.BLOCK, now);
        assertThat(small.depth(now)).isEqualTo(3);
    }

    private void blocks(int count) {
        for (int i = 0; i < count; i++) {
            rate.add(PieceSizes.BLOCK, now);
            window.received(PieceSizes.BLOCK, now);
        }
    }
}
