package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.client.TorrentSnapshot;
import io.bittern.client.TorrentSnapshot.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StallTest {

    private static final long SECOND = 1_000_000_000L;

    private final Stall stall = new Stall(Duration.ofSeconds(10), 0);

    @Test
    void isStuckWhenForTheWholeTimeThereWasNoPeerAndNoProgress() {
        TorrentSnapshot idle = Samples.snapshot(State.DOWNLOADING).done(5, 1000).build();

        assertThat(stall.looksStuck(List.of(idle), SECOND)).isFalse();
        assertThat(stall.looksStuck(List.of(idle), 10 * SECOND)).isFalse();
        assertThat(stall.looksStuck(List.of(idle), 11 * SECOND)).isTrue();
    }

    @Test
    void isNotStuckWhileAnyTorrentHasAPeer() {
        TorrentSnapshot idle = Samples.snapshot(State.DOWNLOADING).build();
        TorrentSnapshot busy = Samples.snapshot(State.DOWNLOADING).peers(1, 0).build();

        for (int second = 1; second < 60; second++) {
            assertThat(stall.looksStuck(List.of(idle, busy), second * SECOND)).isFalse();
        }
    }

    @Test
    void isNotStuckWhileItChecksOrComesForward() {
        TorrentSnapshot checking = Samples.snapshot(State.CHECKING).build();

        assertThat(stall.looksStuck(List.of(checking), 30 * SECOND)).isFalse();
        for (int second = 31; second < 60; second++) {
            TorrentSnapshot moving =
                    Samples.snapshot(State.DOWNLOADING).done(second, 1000).build();
            assertThat(stall.looksStuck(List.of(moving), second * SECOND)).isFalse();
        }
    }
}
