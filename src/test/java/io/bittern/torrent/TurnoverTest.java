package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PeerId;
import io.bittern.torrent.Connections.Connection;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnoverTest {

    private static final long ROUND = TimeUnit.MINUTES.toNanos(5);

    private final Random random = new Random(1);
    private final Connections<String> connections = new Connections<>();
    private final Turnover<String> turnover = new Turnover<>(connections, 100);

    @Test
    void letsThoseGoWithWhomLeastWasMovedLately() {
        fill(95);
        moved(1_000_000);
        assertThat(due(0)).isEmpty();
        connections.all().stream().filter(one -> one.number() % 30 != 0).forEach(one -> one.move(1000));
        connections.all().stream().filter(one -> one.number() == 60).forEach(one -> one.move(999));

        assertThat(due(ROUND - 1)).isEmpty();
        assertThat(due(ROUND)).containsExactlyInAnyOrder(0, 30, 90);
    }

    @Test
    void judgesNobodyWhoCameSinceTheLastRound() {
        fill(90);
        moved(1000);
        due(0);
        add(500);
        moved(1);

        assertThat(due(ROUND)).hasSize(3).doesNotContain(500);
    }

    @Test
    void letsNobodyGoWhileThereIsRoomOrNobodyWaits() {
        fill(89);
        due(0);
        assertThat(due(ROUND)).isEmpty();
        add(89);

        assertThat(turnover.due(false, 2 * ROUND)).isEmpty();
        assertThat(due(3 * ROUND)).hasSize(3);
    }

    @Test
    void letsOneGoOfAFew() {
        Connections<String> few = new Connections<>();
        Turnover<String> small = new Turnover<>(few, 2);
        few.add(1, address(1), true, "one").join(PeerId.random(random));
        few.add(2, address(2), true, "two").join(PeerId.random(random));
        small.due(true, 0);

        assertThat(small.due(true, ROUND)).hasSize(1);
    }

    private List<Integer> due(long now) {
        return turnover.due(true, now).stream().map(Connection::number).toList();
    }

    private void moved(long bytes) {
        connections.all().forEach(one -> one.move(bytes));
    }

    private void fill(int count) {
        for (int number = 0; number < count; number++) {
            add(number);
        }
    }

    private void add(int number) {
        connections.add(number, address(number), true, "one").join(PeerId.random(random));
    }

    private static InetSocketAddress address(int number) {
        return new InetSocketAddress("192.0.2.1", 1000 + number);
    }
}
