package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.client.TorrentSnapshot.State;
import io.bittern.tracker.SwarmSize;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TorrentSnapshotTest {

    private static TorrentSnapshot snapshot(State state, long done, long down) {
        return new TorrentSnapshot(
                state,
                new TorrentSnapshot.Amounts(1000, 1000, done, done, done, 0, 0),
                new TorrentSnapshot.Rates(down, 0),
                new TorrentSnapshot.Peers(1, 1),
                SwarmSize.UNKNOWN,
                0,
                Optional.empty());
    }

    @Test
    void knowsHowLongItTakesAtThePresentRate() {
        assertThat(snapshot(State.DOWNLOADING, 0, 100).eta()).contains(Duration.ofSeconds(10));
        assertThat(snapshot(State.DOWNLOADING, 1, 100).eta()).contains(Duration.ofSeconds(10));
        assertThat(snapshot(State.DOWNLOADING, 900, 1000).eta()).contains(Duration.ofSeconds(1));
    }

    @Test
    void hasNoTimeLeftWhenNothingMovesOrNothingIsMissing() {
        assertThat(snapshot(State.DOWNLOADING, 0, 0).eta()).isEmpty();
        assertThat(snapshot(State.SEEDING, 1000, 100).eta()).isEmpty();
        assertThat(snapshot(State.CHECKING, 0, 100).eta()).isEmpty();
    }

    @Test
    void isCompleteOnlyAfterTheCheck() {
        assertThat(TorrentSnapshot.initial(1000, 0).complete()).isFalse();
        assertThat(snapshot(State.SEEDING, 1000, 0).complete()).isTrue();
        assertThat(snapshot(State.DOWNLOADING, 999, 0).complete()).isFalse();
    }
}
