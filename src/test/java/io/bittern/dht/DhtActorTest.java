package io.bittern.dht;

import static io.bittern.dht.Nodes.at;
import static io.bittern.dht.Nodes.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.bencode.BString;
import io.bittern.metainfo.InfoHash;
import io.bittern.net.UdpActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DhtActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final InetSocketAddress NODE = at("10.0.0.1");
    private static final InfoHash TORRENT = InfoHash.fromHex("aa".repeat(20));

    private final AtomicLong clock = new AtomicLong();
    private final TestProbe<UdpActor.Command> socket = testKit.createTestProbe();
    private final TestProbe<DhtEvent> listener = testKit.createTestProbe();
    private final TestProbe<DhtEvent.OfSearch> searcher = testKit.createTestProbe();
    private final TestProbe<SavedNodes> kept = testKit.createTestProbe();
    private final ActorRef<DhtActor.Command> dht = testKit.spawn(DhtActor.create(
            new DhtActor.Parts(
                    socket.ref(),
                    listener.ref(),
                    new FakeMemory(Optional.empty(), kept.ref()::tell),
                    clock::get,
                    new Random(1)),
            id("00"),
            DhtSettings.usual(Family.IPV4)));
    private final UdpActor.Subscribe subscribed = socket.expectMessageClass(UdpActor.Subscribe.class);

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    private Message.Query asked() throws KrpcException {
        UdpActor.Send sent = socket.expectMessageClass(UdpActor.Send.class);
        assertThat(sent.to()).isEqualTo(NODE);
        return (Message.Query) KrpcReader.read(sent.payload());
    }

    private void answer(Message.Query query, Answer answer) {
        byte[] packet = KrpcWriter.reply(
                        new Message.Reply(query.transaction(), id("11"), answer, Optional.empty()), 1024)
                .orElseThrow();
        subscribed.subscriber().tell(new UdpActor.Received(List.of(new UdpActor.Datagram(NODE, packet))));
    }

    private void start() throws KrpcException {
        dht.tell(new DhtActor.Start(List.of(), List.of(NODE)));
        answer(asked(), Answer.EMPTY);
        listener.expectMessage(new DhtEvent.Bootstrapped(1));
        socket.expectMessage(new UdpActor.Next(subscribed.subscriber()));
    }

    @Test
    void tellsASearcherWhatItFinds() throws KrpcException {
        start();

        dht.tell(new DhtActor.Search(new Wanted.Peers(TORRENT, false), searcher.ref()));
        answer(asked(), Answer.EMPTY.withValues(List.of(at("10.0.0.7"))));

        assertThat(searcher.expectMessageClass(DhtEvent.PeersFound.class).peers())
                .containsExactly(at("10.0.0.7"));
        assertThat(searcher.expectMessageClass(DhtEvent.Finished.class).answered())
                .isEqualTo(1);
    }

    @Test
    void announcesWithTheTokenThatItWasGiven() throws KrpcException {
        start();

        dht.tell(new DhtActor.Search(new Wanted.Announce(TORRENT, 7000, false, false), searcher.ref()));
        answer(asked(), Answer.EMPTY.withToken(BString.of("token")));
        socket.expectMessage(new UdpActor.Next(subscribed.subscriber()));

        assertThat(asked().ask())
                .isEqualTo(new Ask.AnnouncePeer(NodeId.of(TORRENT), 7000, false, false, BString.of("token")));
    }

    @Test
    void asksAgainWhenItsTimeHasCome() throws KrpcException {
        start();
        dht.tell(new DhtActor.Search(new Wanted.Peers(TORRENT, false), searcher.ref()));
        asked();

        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        time.timePasses(Duration.ofSeconds(1));

        assertThat(asked().ask()).isInstanceOf(Ask.GetPeers.class);
    }

    @Test
    void endsASearchWhenNobodyWaitsForItAnyMore() throws KrpcException {
        start();
        dht.tell(new DhtActor.Search(new Wanted.Peers(TORRENT, false), searcher.ref()));
        asked();
        TestProbe<DhtActor.State> state = testKit.createTestProbe();

        searcher.stop();

        state.awaitAssert(() -> {
            dht.tell(new DhtActor.Report(state.ref()));
            assertThat(state.receiveMessage().statistics().searches()).isZero();
            return null;
        });
    }

    @Test
    void takesItsOwnKindOfDatagramsOfItsOwnFamily() {
        byte[] packet = KrpcWriter.query(
                new Message.Query(BString.of("aa"), id("11"), new Ask.FindNode(id("22"), Set.of()), false), true);

        assertThat(subscribed.wants().test(new UdpActor.Datagram(NODE, packet))).isTrue();
        assertThat(subscribed.wants().test(new UdpActor.Datagram(at("::1"), packet)))
                .isFalse();
        assertThat(subscribed.wants().test(new UdpActor.Datagram(NODE, new byte[20])))
                .isFalse();
        assertThat(subscribed.wants().test(new UdpActor.Datagram(NODE, new byte[0])))
                .isFalse();
    }

    @Test
    void tellsTheNodeOfTheOtherFamilyWhomItKnows() throws KrpcException {
        start();
        TestProbe<DhtActor.Command> other = testKit.createTestProbe();

        dht.tell(new DhtActor.Introduce(other.ref()));

        other.expectMessage(new DhtActor.TellOf(List.of(new Contact(id("11"), NODE))));
    }

    @Test
    void saysWhomItKnows() throws KrpcException {
        start();
        TestProbe<DhtActor.State> state = testKit.createTestProbe();

        dht.tell(new DhtActor.Report(state.ref()));

        assertThat(state.receiveMessage().saved().contacts()).containsExactly(new Contact(id("11"), NODE));
    }

    @Test
    void keepsWhomItKnowsNowAndThenAndAtTheEnd() throws KrpcException {
        start();

        time.timePasses(Duration.ofMinutes(1));
        assertThat(kept.receiveMessage().contacts()).containsExactly(new Contact(id("11"), NODE));
        time.timePasses(Duration.ofMinutes(15));
        kept.receiveMessage();
        kept.expectNoMessage(Duration.ZERO);

        testKit.stop(dht);
        assertThat(kept.receiveMessage().id()).isEqualTo(id("00"));
    }
}
