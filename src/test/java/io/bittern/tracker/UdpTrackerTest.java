package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UdpTrackerTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final InetSocketAddress PEER = Announces.at("10.0.0.1", 5000);
    private static final InetSocketAddress OTHER = Announces.at("10.0.0.1", 5001);

    private final UdpTracker tracker = new UdpTracker(
            new Registry(TrackerServer.Settings.USUAL, new Random(1)), TrackerServer.Settings.USUAL, new byte[32]);

    @Test
    void answersAConnectWithNoMoreBytesThanItGot() {
        assertThat(ask(UdpCodec.connect(9), PEER, 0).orElseThrow()).hasSize(16);
    }

    @Test
    void answersAnAnnounceOfOneWhoHasConnected() {
        byte[] request = UdpCodec.announce(connect(PEER, 0), 9, Announces.of(AnnounceEvent.STARTED), "/announce");

        UdpCodec.Announced answer = (UdpCodec.Announced)
                UdpCodec.answer(ask(request, PEER, 0).orElseThrow(), false).orElseThrow();

        assertThat(answer.response().swarm().leechers()).hasValue(1);
        assertThat(answer.response().peers()).isEmpty();
    }

    @Test
    void saysNothingToOneWhoHasNot() {
        byte[] request = UdpCodec.announce(connect(PEER, 0), 9, Announces.of(AnnounceEvent.STARTED), "");

        assertThat(ask(request, OTHER, 0)).isEmpty();
        assertThat(ask(UdpCodec.announce(0, 9, Announces.of(AnnounceEvent.STARTED), ""), PEER, 0))
                .isEmpty();
        assertThat(ask(UdpCodec.scrape(0, 9, java.util.List.of(Announces.HASH)), PEER, 0))
                .isEmpty();
    }

    @Test
    void acceptsAConnectionIdForOneMinuteAtLeastAndTwoAtMost() {
        long id = connect(PEER, 59 * SECOND);
        byte[] request = UdpCodec.announce(id, 9, Announces.of(AnnounceEvent.STARTED), "");

        assertThat(ask(request, PEER, 119 * SECOND)).isPresent();
        assertThat(ask(request, PEER, 180 * SECOND)).isEmpty();
    }

    @Test
    void fitsManyPeersIntoOneDatagram() {
        for (int i = 1; i <= 500; i++) {
            InetSocketAddress from = Announces.at("fd00::" + Integer.toHexString(i), 5000);
            ask(UdpCodec.announce(connect(from, 0), 9, Announces.of(AnnounceEvent.STARTED), ""), from, 0);
        }
        InetSocketAddress last = Announces.at("fd00::ffff", 5000);

        byte[] answer = ask(UdpCodec.announce(connect(last, 0), 9, Announces.of(AnnounceEvent.STARTED), ""), last, 0)
                .orElseThrow();

        assertThat(answer).hasSizeBetween(1000, 1400);
    }

    @Test
    void takesAnyDatagramWithoutHarm() {
        long id = connect(PEER, 0);
        Forall.seeds(1000, random -> {
            byte[] datagram = new byte[random.nextInt(130)];
            random.nextBytes(datagram);
            if (datagram.length >= 16) {
                ByteBuffer.wrap(datagram).putLong(id).putInt(random.nextInt(4));
            }
            ask(datagram, PEER, 0);
        });
    }

    private long connect(InetSocketAddress from, long now) {
        return ByteBuffer.wrap(ask(UdpCodec.connect(1), from, now).orElseThrow())
                .getLong(8);
    }

    private Optional<byte[]> ask(byte[] datagram, InetSocketAddress from, long now) {
        return tracker.answer(ByteBuffer.wrap(datagram), from, now);
    }
}
