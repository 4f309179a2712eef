package io.bittern.lsd;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Multicast;
import io.bittern.net.UdpActor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LsdActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create();
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final InfoHash TORRENT = InfoHash.fromHex("ab".repeat(20));

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    private static ActorRef<LsdActor.Command> start(
            List<InetSocketAddress> groups, LsdActor.Sockets sockets, int port, ActorRef<LsdActor.Found> finder) {
        return testKit.spawn(LsdActor.create(
                new LsdActor.Settings(groups, sockets, () -> port, "cookie" + port, System::nanoTime), finder));
    }

    /** Two clients on one machine, by real multicast over loopback; a group of the test's own, so that no neighbour is met. */
    @Test
    void twoOnOneMachineFindEachOther() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<InetSocketAddress> groups =
                List.of(new InetSocketAddress(LsdActor.GROUPS.get(0).getAddress(), port));
        Multicast.Interfaces loopback = Multicast.Interfaces.of(Optional.of("127.0.0.1"));
        LsdActor.Sockets sockets = (group, replyTo) -> UdpActor.join(group, loopback, replyTo);
        TestProbe<LsdActor.Found> either = testKit.createTestProbe();

        // who joins the group last is heard by the other
        start(groups, sockets, 1111, either.ref()).tell(new LsdActor.Add(TORRENT));
        start(groups, sockets, 2222, either.ref()).tell(new LsdActor.Add(TORRENT));
        LsdActor.Found found = either.receiveMessage(LONG);

        assertThat(found.torrents()).containsExactly(TORRENT);
        assertThat(found.peer().getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
        assertThat(found.peer().getPort()).isIn(1111, 2222);
    }

    @Test
    void announcesInEachGroupAndHandsOnWhatItHears() {
        TestProbe<UdpActor.Command> socket = testKit.createTestProbe();
        TestProbe<LsdActor.Found> finder = testKit.createTestProbe();
        var lsd = start(
                LsdActor.GROUPS,
                (group, replyTo) -> {
                    replyTo.tell(new UdpActor.Bound(group, socket.ref()));
                    return Behaviors.empty();
                },
                1111,
                finder.ref());
        UdpActor.Subscribe ears = socket.expectMessageClass(UdpActor.Subscribe.class, LONG);
        socket.expectMessageClass(UdpActor.Subscribe.class, LONG);

        lsd.tell(new LsdActor.Add(TORRENT));
        UdpActor.Send four = socket.expectMessageClass(UdpActor.Send.class, LONG);
        UdpActor.Send six = socket.expectMessageClass(UdpActor.Send.class, LONG);
        byte[] news = new LsdMessage(7, List.of(TORRENT), "").encode(LsdActor.GROUPS.get(0));
        ears.subscriber()
                .tell(new UdpActor.Received(
                        List.of(new UdpActor.Datagram(new InetSocketAddress("10.0.0.7", 6771), news))));

        assertThat(List.of(four.to(), six.to())).containsExactlyElementsOf(LsdActor.GROUPS);
        assertThat(LsdMessage.parse(four.payload()).orElseThrow().torrents()).containsExactly(TORRENT);
        assertThat(finder.receiveMessage(LONG))
                .isEqualTo(new LsdActor.Found(List.of(TORRENT), new InetSocketAddress("10.0.0.7", 7)));
    }

    @Test
    void aMachineWithoutANetworkHasNobodyToTell() {
        TestProbe<LsdActor.Found> finder = testKit.createTestProbe();
        TestProbe<ActorRef<UdpActor.Event>> asked = testKit.createTestProbe();
        var lsd = start(
                LsdActor.GROUPS,
                (group, replyTo) -> {
                    replyTo.tell(new UdpActor.BindFailed("no network"));
                    asked.ref().tell(replyTo);
                    return Behaviors.stopped();
                },
                1111,
                finder.ref());
        asked.receiveMessage(LONG);
        asked.receiveMessage(LONG);

        lsd.tell(new LsdActor.Add(TORRENT));
        lsd.tell(new LsdActor.Remove(TORRENT));

        finder.expectNoMessage(Duration.ofMillis(100));
    }
}
