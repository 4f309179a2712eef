package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private long now = Long.MAX_VALUE - 5; // a monotonic clock may wrap

    private final Deadlines deadlines = new Deadlines();

    @Test
    void putWhatIsDueFirstFirst() {
        deadlines.set(1, List.of(7, 8), now + 20);
        deadlines.set(2, List.of(3, 8), now + 10);

        assertThat(deadlines.inTurn(now)).containsExactly(3, 8, 7);
        assertThat(deadlines.late(now + 10)).containsExactlyInAnyOrder(3, 8);
    }

    @Test
    void keepTheTimeOfWhatIsStillAwaited() {
        deadlines.set(1, List.of(7, 8), now + 10);
        deadlines.set(1, List.of(8, 9), now + 20);

        assertThat(deadlines.inTurn(now)).containsExactly(8, 9);
        assertThat(deadlines.late(now + 10)).containsExactly(8);
    }

    @Test
    void endWithThePieceOrTheReader() {
        deadlines.set(1, List.of(7), now);
        deadlines.set(2, List.of(7, 9), now);

        deadlines.arrived(7);
        assertThat(deadlines.inTurn(now)).containsExactly(9);
        deadlines.set(2, List.of(), now);

        assertThat(deadlines.isEmpty()).isTrue();
    }
}
