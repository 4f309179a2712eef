package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PeerId;
import io.bittern.torrent.Connections.Connection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectionsTest {

    private static final PeerId SMALL =
            PeerId.of("-XX0000-aaaaaaaaaaaa".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    private static final PeerId GREAT =
            PeerId.of("-XX0000-zzzzzzzzzzzz".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    private final Connections<String> connections = new Connections<>();

    @Test
    void findsNothingSuperfluousAmongDifferentPeers() {
        add(1, true).join(GREAT);
        Connection<String> other = add(2, true);
        other.join(PeerId.random(new Random(1)));

        assertThat(connections.superfluous(other, PeerId.random(new Random(1)), SMALL))
                .isEmpty();
    }

    @Test
    void keepsTheFirstOfTwoThatWereDialledTheSameWay() {
        add(1, true).join(GREAT);
        Connection<String> second = add(2, true);
        second.join(GREAT);

        assertThat(connections.superfluous(second, GREAT, SMALL)).contains(second);
    }

    @Test
    void bothEndsKeepTheSameOfTwoThatCrossed() {
        for (boolean dialedFirst : new boolean[] {true, false}) {
            assertThat(survivorIsDialed(SMALL, GREAT, dialedFirst)).isTrue();
            assertThat(survivorIsDialed(GREAT, SMALL, dialedFirst)).isFalse();
        }
    }

    @Test
    void remembersAddressesOfThoseWhoHaveGone() {
        add(1, true);
        connections.remove(1);

        assertThat(connections.isEmpty()).isTrue();
        assertThat(connections.address(1)).contains(address(1));
    }

    @Test
    void remembersNoMoreThanItMust() {
        for (int number = 0; number < 5_000; number++) {
            add(number, true);
            connections.remove(number);
        }

        assertThat(connections.address(0)).isEmpty();
        assertThat(connections.address(4_999)).contains(address(4_999));
    }

    private static boolean survivorIsDialed(PeerId self, PeerId other, boolean dialedFirst) {
        Connections<String> both = new Connections<>();
        both.add(1, address(1), dialedFirst, "first").join(other);
        Connection<String> second = both.add(2, address(2), !dialedFirst, "second");
        second.join(other);
        Connection<String> loser = both.superfluous(second, other, self).orElseThrow();
        return !loser.dialed();
    }

    private Connection<String> add(int number, boolean dialed) {
        return connections.add(number, address(number), dialed, "ref-" + number);
    }

    private static InetSocketAddress address(int number) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 10_000 + number);
    }
}
