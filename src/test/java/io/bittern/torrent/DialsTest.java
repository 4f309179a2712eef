package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DialsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Dials dials = new Dials(5, 3, Duration.ofSeconds(25));

    @Test
    void beginsSoManyInASecond() {
        assertThat(dials.begin(10, 0)).isEqualTo(3);
        assertThat(dials.begin(10, SECOND - 1)).isZero();
        assertThat(dials.next(SECOND - 1)).isEqualTo(SECOND);
        assertThat(dials.begin(1, SECOND)).isEqualTo(1);
        assertThat(dials.next(SECOND)).isEqualTo(SECOND);
    }

    @Test
    void hasSoManyUnderWayOfAllTorrents() {
        dials.begin(3, 0);
        assertThat(dials.begin(3, SECOND)).isEqualTo(2);
        assertThat(dials.begin(3, 2 * SECOND)).isZero();
        assertThat(dials.next(2 * SECOND)).isEqualTo(3 * SECOND);

        dials.ended(0);

        assertThat(dials.begin(3, 2 * SECOND)).isEqualTo(1);
    }

    @Test
    void forgetsADialWhoseEndNobodyTells() {
        dials.begin(3, 0);
        dials.begin(3, SECOND);
        assertThat(dials.begin(3, 25 * SECOND)).isZero();

        assertThat(dials.begin(3, 25 * SECOND + 1)).isEqualTo(3);
    }
}
