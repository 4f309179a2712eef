package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.dht.DhtActor;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.Family;
import io.bittern.dht.Wanted;
import io.bittern.metainfo.InfoHash;
import io.bittern.net.ExternalPort;
import io.bittern.torrent.PeerSource;
import io.bittern.torrent.TorrentActor;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SeekerActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final InfoHash TORRENT = InfoHash.fromHex("ab".repeat(20));
    private static final Duration STEP = Duration.ofMillis(60);
    private static final List<InetSocketAddress> PEERS = List.of(new InetSocketAddress("10.0.0.7", 7));

    private static final List<String> NODES = List.of("node.test:6881");

    private final AtomicLong clock = new AtomicLong();
    private final AtomicBoolean seed = new AtomicBoolean();
    private final TestProbe<DhtNodesActor.Command> life = testKit.createTestProbe();
    private final ExternalPort port = new ExternalPort(() -> 6881);
    private final TestProbe<ActorRef<DhtNodesActor.Ready>> owner = testKit.createTestProbe();
    private final TestProbe<DhtActor.Command> four = testKit.createTestProbe();
    private final TestProbe<DhtActor.Command> six = testKit.createTestProbe();
    private final TestProbe<TorrentActor.Command> torrent = testKit.createTestProbe();
    private final ActorRef<SeekerActor.Command> seeker = testKit.spawn(SeekerActor.create(
            ready -> {
                owner.ref().tell(ready);
                return Behaviors.receiveMessage(told -> {
                    life.ref().tell(told);
                    return Behaviors.same();
                });
            },
            port,
            clock::get));
    private final ActorRef<DhtNodesActor.Ready> nodes = owner.receiveMessage();

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @BeforeEach
    void begin() {
        seeker.tell(new SeekerActor.Know(new Sought(TORRENT, torrent.ref(), NODES, seed::get)));
        nodesAreReady();
    }

    private void nodesAreReady() {
        nodes.tell(new DhtNodesActor.Ready(Map.of(Family.IPV4, four.ref(), Family.IPV6, six.ref()), true));
    }

    /** What a node is asked next; time passes meanwhile, but less than before any second search. */
    private DhtActor.Search asked(TestProbe<DhtActor.Command> node) {
        return node.awaitAssert(() -> {
            clock.addAndGet(STEP.toNanos());
            time.timePasses(STEP);
            return node.expectMessageClass(DhtActor.Search.class, Duration.ofMillis(50));
        });
    }

    @Test
    void saysThePortThatAGatewayLeadsToUs() {
        port.map(Inet4Address.class, OptionalInt.of(7881));

        assertThat(asked(four).wanted()).isEqualTo(new Wanted.Announce(TORRENT, 7881, false, false));
        assertThat(asked(six).wanted()).isEqualTo(new Wanted.Announce(TORRENT, 6881, true, false));
    }

    private static DhtEvent.Finished nobody() {
        return new DhtEvent.Finished(1, 0, 0, 0, Optional.empty());
    }

    @Test
    void announcesATorrentInBothFamiliesAndHandsOverWhoIsFound() {
        DhtActor.Search announce = asked(four);

        announce.replyTo().tell(new DhtEvent.PeersFound(1, PEERS));

        assertThat(announce.wanted()).isEqualTo(new Wanted.Announce(TORRENT, 6881, true, false));
        assertThat(asked(six)).isEqualTo(announce);
        torrent.expectMessage(new TorrentActor.Meet(PEERS, PeerSource.DHT));
    }

    @Test
    void aSearchIsOverWhenItIsInBothFamilies() {
        DhtActor.Search announce = asked(four);

        announce.replyTo().tell(nobody());
        announce.replyTo().tell(new DhtEvent.PeersFound(1, PEERS));
        torrent.expectMessage(new TorrentActor.Meet(PEERS, PeerSource.DHT));
        announce.replyTo().tell(nobody());

        torrent.expectTerminated(announce.replyTo());
    }

    @Test
    void searchesAgainAtOnceWhenThereAreNodesToAsk() {
        DhtActor.Search first = asked(four);
        asked(six);
        first.replyTo().tell(nobody());
        first.replyTo().tell(nobody());
        torrent.expectTerminated(first.replyTo());

        nodesAreReady();

        asked(four);
        asked(six);
    }

    @Test
    void endsTheSearchOfATorrentThatNobodyWantsAnyMore() {
        DhtActor.Search announce = asked(four);

        seeker.tell(new SeekerActor.Forget(TORRENT));

        torrent.expectTerminated(announce.replyTo());
    }

    @Test
    void asksAnewWhenANodeHasFailedThoughPeersWereFound() {
        DhtActor.Search first = asked(four);
        first.replyTo().tell(new DhtEvent.PeersFound(1, PEERS));

        six.stop();
        torrent.expectTerminated(first.replyTo());
        nodes.tell(new DhtNodesActor.Ready(Map.of(Family.IPV4, four.ref()), true));

        assertThat(asked(four)).isNotEqualTo(first);
    }

    @Test
    void saysThatWeHaveAllOfItOnceWeDo() {
        DhtActor.Search first = asked(four);
        first.replyTo().tell(nobody());
        first.replyTo().tell(nobody());
        torrent.expectTerminated(first.replyTo());

        seed.set(true);
        nodesAreReady();

        assertThat(asked(four).wanted()).isEqualTo(new Wanted.Announce(TORRENT, 6881, true, true));
    }

    @Test
    void handsOverTheNodesThatATorrentNames() {
        life.expectMessage(new DhtNodesActor.Named(NODES));
    }
}
