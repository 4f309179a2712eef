package io.bittern.torrent;

import static io.bittern.torrent.TorrentFixture.METAINFO;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Probes;
import io.bittern.net.Pace;
import io.bittern.peer.PeerActor;
import io.bittern.torrent.TorrentFixture.Family;
import io.bittern.torrent.TorrentFixture.Peer;
import io.bittern.torrent.TorrentFixture.Tracker;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.TrackerActor;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MagnetActorTest {

    private static final TorrentActor.Stop STOP = new TorrentActor.Stop(Duration.ofSeconds(4));

    private final AtomicLong now = new AtomicLong();
    private final Family family = new Family();
    private final TestProbe<TorrentActor.Event> client;
    private final ActorRef<TorrentActor.Command> magnet;

    @BeforeAll
    static void startUp() {
        TorrentFixture.startUp();
    }

    @AfterAll
    static void shutDown() {
        TorrentFixture.shutDown();
    }

    MagnetActorTest() {
        client = TorrentFixture.testKit.createTestProbe();
        var setup = new MagnetActor.Setup(
                METAINFO.infoHash(), METAINFO.announceTiers(), new Identity(TorrentFixture.SELF, () -> 6881, 0xbeef));
        var limits = TestParts.limits(20, 10, 1, new Dials(10, 30, Duration.ofMinutes(1)));
        var settings = TestParts.settings(limits, Pace.unlimited(), now::get, new Random(1));
        magnet = TorrentFixture.testKit.spawn(MagnetActor.create(setup, settings, family, client.ref()));
        announced(AnnounceEvent.STARTED).answer(AnnounceEvent.STARTED, List.of());
        expect(TorrentActor.Announced.class);
    }

    @AfterEach
    void end() {
        TorrentFixture.testKit.stop(magnet);
    }

    @Test
    void leavesItsTrackersWhenItIsStopped() {
        magnet.tell(STOP);

        announced(AnnounceEvent.STOPPED).answer(AnnounceEvent.STOPPED, List.of());

        expect(TorrentActor.Stopped.class);
        client.expectTerminated(magnet);
    }

    @Test
    void waitsForASilentTrackerNoLongerThanItMay() {
        magnet.tell(STOP);
        announced(AnnounceEvent.STOPPED);

        TorrentFixture.time.expectNoMessageFor(TestParts.PARTING.minusMillis(1), client);
        TorrentFixture.time.timePasses(Duration.ofMillis(1));

        expect(TorrentActor.Stopped.class);
    }

    @Test
    void leavesItsTrackersWhenNoTorrentFollows() {
        Peer peer = learn();
        TorrentFixture.time.timePasses(Duration.ofSeconds(10));

        announced(AnnounceEvent.STOPPED);
        assertThat(peer.probe().receiveMessage()).isInstanceOf(PeerActor.Disconnect.class);
    }

    @Test
    void leavesAtOnceWhenItIsStoppedAfterItHasLearned() {
        learn();
        magnet.tell(STOP);

        announced(AnnounceEvent.STOPPED);
    }

    @Test
    void leavesItsTrackersToTheTorrentThatFollows() {
        learn();

        TorrentFixture.testKit.stop(magnet);

        TorrentFixture.time.timePasses(Duration.ofSeconds(20));
        assertThat(family.trackers).isEmpty();
    }

    /** A peer comes and gives the metadata. */
    private Peer learn() {
        magnet.tell(new TorrentActor.Meet(List.of(TorrentFixture.address(1))));
        Peer peer = family.peer();
        byte[] info = METAINFO.infoBytes();
        peer.events().tell(new PeerActor.Joined(peer.number(), peer.ref(), peer.id(), peer.remote()));
        peer.probe().expectMessage(PeerActor.Learn.INSTANCE);
        peer.events().tell(new PeerActor.KnowsMetadata(peer.number(), info.length));
        peer.probe().expectMessage(new PeerActor.AskMetadata(0));
        peer.events().tell(new PeerActor.GaveMetadata(peer.number(), 0, info.length, info));
        assertThat(expect(TorrentActor.Learned.class).info()).isEqualTo(info);
        return peer;
    }

    /** A tracker that has been told so. */
    private Tracker announced(AnnounceEvent event) {
        Tracker tracker = family.tracker();
        var announce = tracker.probe().expectMessageClass(TrackerActor.Announce.class);
        assertThat(announce.request().event()).isEqualTo(event);
        assertThat(announce.request().key()).isEqualTo(0xbeef);
        return tracker;
    }

    private <E extends TorrentActor.Event> E expect(Class<E> type) {
        return Probes.next(client, type);
    }
}
