package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.lsd.LsdActor;
import io.bittern.metainfo.InfoHash;
import io.bittern.net.UdpActor;
import io.bittern.torrent.PeerSource;
import io.bittern.torrent.TorrentActor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DiscoveryActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create();
    private static final InfoHash TORRENT = InfoHash.fromHex("ab".repeat(20));
    private static final InetSocketAddress NEIGHBOUR = new InetSocketAddress("10.0.0.7", 6771);

    private final TestProbe<UdpActor.Command> socket = testKit.createTestProbe();
    private final TestProbe<SeekerActor.Command> seeker = testKit.createTestProbe();
    private final TestProbe<TorrentActor.Command> torrent = testKit.createTestProbe();

    private final Sought sought = Sought.of(TORRENT, torrent.ref());

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    private LsdActor.Settings neighbourhood() {
        return new LsdActor.Settings(
                LsdActor.GROUPS.subList(0, 1),
                (group, replyTo) -> {
                    replyTo.tell(new UdpActor.Bound(group, socket.ref()));
                    return Behaviors.empty();
                },
                () -> 6881,
                "cookie",
                () -> 0);
    }

    private Behavior<SeekerActor.Command> dht() {
        return Behaviors.receiveMessage(message -> {
            seeker.ref().tell(message);
            return Behaviors.same();
        });
    }

    @Test
    void asksTheNeighboursAndTheNodes() {
        var discovery = testKit.spawn(DiscoveryActor.create(Optional.of(neighbourhood()), Optional.of(dht())));
        var ears = socket.expectMessageClass(UdpActor.Subscribe.class).subscriber();

        discovery.tell(new DiscoveryActor.Know(sought));
        seeker.expectMessage(new SeekerActor.Know(sought));
        byte[] announced = socket.expectMessageClass(UdpActor.Send.class).payload();
        byte[] news = ("BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 7\r\nInfohash: " + TORRENT
                        + "\r\n\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        ears.tell(new UdpActor.Received(List.of(new UdpActor.Datagram(NEIGHBOUR, news))));

        assertThat(new String(announced, StandardCharsets.US_ASCII)).containsIgnoringCase(TORRENT.toString());
        torrent.expectMessage(new TorrentActor.Meet(List.of(new InetSocketAddress("10.0.0.7", 7)), PeerSource.LOCAL));
    }

    @Test
    void forgetsATorrent() {
        var discovery = testKit.spawn(DiscoveryActor.create(Optional.empty(), Optional.of(dht())));
        discovery.tell(new DiscoveryActor.Know(sought));
        seeker.expectMessageClass(SeekerActor.Know.class);

        discovery.tell(new DiscoveryActor.Forget(TORRENT));

        seeker.expectMessage(new SeekerActor.Forget(TORRENT));
    }
}
