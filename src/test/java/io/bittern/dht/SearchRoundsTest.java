package io.bittern.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchRoundsTest {

    private static final InfoHash ONE = InfoHash.fromHex("11".repeat(20));
    private static final InfoHash TWO = InfoHash.fromHex("22".repeat(20));

    private final SearchRounds rounds = new SearchRounds();
    private long now = Long.MAX_VALUE - 5; // a monotonic clock may wrap

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private long wait(InfoHash torrent) {
        long waited = rounds.nextDue().orElseThrow() - now;
        now += waited;
        assertThat(rounds.poll(now)).contains(torrent);
        return Duration.ofNanos(waited).toSeconds();
    }

    @Test
    void aNewTorrentIsSearchedAtOnce() {
        rounds.add(ONE, now);

        assertThat(rounds.nextDue()).hasValue(now);
        assertThat(rounds.poll(now)).contains(ONE);
        assertThat(rounds.nextDue()).isEmpty();
    }

    @Test
    void torrentsTakeTurns() {
        rounds.add(ONE, now);
        rounds.add(TWO, now);

        assertThat(rounds.poll(now)).contains(ONE);
        assertThat(rounds.poll(now)).isEmpty();
        pass(SearchRounds.PAUSE);
        assertThat(rounds.poll(now)).contains(TWO);
    }

    @Test
    void whoHasFoundSomebodyWaitsAQuarterOfAnHour() {
        rounds.add(ONE, now);
        rounds.poll(now);
        rounds.over(ONE, true, now);

        assertThat(rounds.nextDue()).hasValue(now + Duration.ofMinutes(15).toNanos());
    }

    @Test
    void whoHasFoundNobodySearchesAgainLaterAndLater() {
        rounds.add(ONE, now);
        rounds.poll(now);

        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            rounds.over(ONE, false, now);
            waits.add(wait(ONE));
        }
        rounds.over(ONE, true, now);
        waits.add(wait(ONE));
        rounds.over(ONE, false, now);
        waits.add(wait(ONE));

        assertThat(waits).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 640L, 900L, 900L, 5L);
    }

    @Test
    void aTorrentThatIsGoneIsSearchedNoMore() {
        rounds.add(ONE, now);
        rounds.poll(now);
        rounds.remove(ONE);
        rounds.over(ONE, true, now);

        assertThat(rounds.nextDue()).isEmpty();
    }

    @Test
    void whoHasFoundNobodyIsSearchedAtOnceWhenThereAreNewNodes() {
        rounds.add(ONE, now);
        rounds.poll(now);
        rounds.over(ONE, false, now);
        pass(SearchRounds.PAUSE);

        rounds.again(now);

        assertThat(rounds.poll(now)).contains(ONE);
        rounds.over(ONE, false, now);
        assertThat(wait(ONE)).isEqualTo(SearchRounds.AGAIN.toSeconds());
    }

    @Test
    void newNodesDoNotHurryWhoIsBeingSearchedOrHasFoundSomebody() {
        rounds.add(ONE, now);
        rounds.poll(now);
        rounds.over(ONE, true, now);
        rounds.add(TWO, now);
        pass(SearchRounds.PAUSE);
        rounds.poll(now);
        pass(SearchRounds.PAUSE);

        rounds.again(now);

        assertThat(rounds.poll(now)).isEmpty();
    }
}
