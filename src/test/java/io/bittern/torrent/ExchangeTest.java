package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PeerId;
import io.bittern.torrent.Connections.Connection;
import io.bittern.wire.PexMessage;
import io.bittern.wire.PexMessage.Contact;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExchangeTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MINUTE = 60 * SECOND;

    private final Random random = new Random(1);
    private final Connections<String> connections = new Connections<>();
    private final Exchange<String> exchange = new Exchange<>(connections);

    @Test
    void tellsAPeerOfTheOthers() {
        dialed(1).introduced(0, true);
        accepted(2, 7002);
        dialed(3).markSeed(true);

        assertThat(due(0))
                .containsOnly(Map.entry(
                        1,
                        new PexMessage(
                                List.of(
                                        new Contact(address(2, 7002), 0),
                                        new Contact(address(3, 6881), PexMessage.REACHABLE | PexMessage.UPLOAD_ONLY)),
                                List.of())));
    }

    @Test
    void tellsNobodyOfThoseWhoCannotBeDialledOrAreNotThere() {
        dialed(1).introduced(0, true);
        accepted(2, 0);
        connections.add(3, address(3, 6881), true, "being dialled");
        dialed(4).part();

        assertThat(due(0)).isEmpty();
    }

    @Test
    void tellsAtMostOnceAMinuteAndThenWhatIsNew() {
        dialed(1).introduced(0, true);
        dialed(2);
        assertThat(due(0)).containsKey(1);
        dialed(3);

        assertThat(due(MINUTE - 1)).isEmpty();
        connections.remove(2);

        assertThat(due(MINUTE + SECOND))
                .containsOnly(Map.entry(
                        1,
                        new PexMessage(
                                List.of(new Contact(address(3, 6881), PexMessage.REACHABLE)),
                                List.of(address(2, 6881)))));
        assertThat(due(3 * MINUTE)).isEmpty();
    }

    @Test
    void tellsAtOnceWhenTheLastMessageIsLongAgo() {
        dialed(1).introduced(0, true);
        assertThat(due(0)).isEmpty();
        dialed(2);

        assertThat(due(SECOND)).containsKey(1);
    }

    @Test
    void tellsFiftyAtATime() {
        dialed(0).introduced(0, true);
        for (int number = 1; number <= 120; number++) {
            dialed(number);
        }

        assertThat(added(0)).hasSize(50);
        assertThat(added(MINUTE)).hasSize(50);
        assertThat(added(2 * MINUTE)).hasSize(20);
        for (int number = 1; number <= 120; number++) {
            connections.remove(number);
        }
        assertThat(due(3 * MINUTE).values())
                .singleElement()
                .satisfies(message -> assertThat(message.dropped()).hasSize(50));
    }

    private List<Contact> added(long now) {
        return due(now).values().stream()
                .flatMap(message -> message.added().stream())
                .toList();
    }

    private Map<Integer, PexMessage> due(long now) {
        Map<Integer, PexMessage> due = new HashMap<>();
        exchange.due(now).forEach((to, message) -> due.put(to.number(), message));
        return due;
    }

    private Connection<String> dialed(int number) {
        return join(connections.add(number, address(number, 6881), true, "dialed"));
    }

    private Connection<String> accepted(int number, int listens) {
        Connection<String> one = connections.add(number, address(number, 40_000), false, "accepted");
        one.introduced(listens, false);
        return join(one);
    }

    private Connection<String> join(Connection<String> one) {
        one.join(PeerId.random(random));
        return one;
    }

    private static InetSocketAddress address(int number, int port) {
        return new InetSocketAddress("192.0.2." + number, port);
    }
}
