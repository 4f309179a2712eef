package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.metainfo.PeerId;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.store.PieceStoreActor.Counters;
import io.bittern.store.PieceStoreActor.Trouble;
import io.bittern.torrent.Report.Phase;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.AnnounceResponse;
import io.bittern.tracker.TrackerActor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TorrentActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());

    private static final int PIECES = 4;
    private static final Duration REPORT = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(60);
    private static final Duration PARTING = Duration.ofSeconds(4);
    private static final Metainfo METAINFO = metainfo();
    private static final PeerId SELF = PeerId.random(new Random(1));

    private final AtomicLong now = new AtomicLong();
    private final Family family = new Family();
    private final TestProbe<TorrentActor.Event> client = testKit.createTestProbe();
    private final ActorRef<TorrentActor.Command> torrent = testKit.spawn(TorrentActor.create(parts(), client.ref()));
    private Store store = family.store();

    @AfterEach
    void end() {
        testKit.stop(torrent);
    }

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Nested
    class WhileChecking {

        @Test
        void tellsHowFarItIs() {
            store.events.tell(
                    new PieceStoreActor.Checking(70_000, METAINFO.sizes().length()));

            assertThat(report(Phase.CHECKING, 70_000).done()).isZero();
        }

        @Test
        void dialsNobody() {
            torrent.tell(new TorrentActor.Meet(List.of(address(1))));

            pass(Duration.ofSeconds(2));

            assertThat(family.peers).isEmpty();
        }

        @Test
        void turnsIncomingLinksAway() {
            TestProbe<Link.Command> link = testKit.createTestProbe();

            torrent.tell(incoming(link, 5));

            link.expectMessage(Link.Abort.INSTANCE);
        }

        @Test
        void dialsWhomItHasMetOnceItIsOpen() {
            torrent.tell(new TorrentActor.Meet(List.of(address(1))));

            open(0);

            assertThat(family.peer().remote).isEqualTo(address(1));
        }

        @Test
        void canBeStopped() {
            torrent.tell(new TorrentActor.Stop(Duration.ofSeconds(5)));

            closeStore(Optional.empty());

            assertThat(expect(TorrentActor.Stopped.class).problem()).isEmpty();
        }
    }

    @Nested
    class WhileDownloading {

        @Test
        void announcesAndDialsThePeersThatTheTrackerNames() {
            open(1);
            Tracker tracker = family.tracker();
            var announce = tracker.probe
                    .expectMessageClass(TrackerActor.Announce.class)
                    .request();
            assertThat(announce.event()).isEqualTo(AnnounceEvent.STARTED);
            assertThat(announce.left()).isEqualTo((PIECES - 1) * 32_768L);

            tracker.answer(AnnounceEvent.STARTED, List.of(address(1), address(2)));

            assertThat(List.of(family.peer().remote, family.peer().remote))
                    .containsExactlyInAnyOrder(address(1), address(2));
            assertThat(expect(TorrentActor.Announced.class).peers()).isEqualTo(2);
        }

        @Test
        void saysWhyATrackerDidNotAnswer() {
            open(0);
            Tracker tracker = family.tracker();
            tracker.probe.expectMessageClass(TrackerActor.Announce.class);

            tracker.events.tell(
                    new TrackerActor.Refused(0, AnnounceEvent.STARTED, "no such torrent", Optional.empty()));

            assertThat(expect(TorrentActor.AnnounceFailed.class).reason()).isEqualTo("no such torrent");
        }

        @Test
        void triesATrackerAgainWhenAllHaveFailed() {
            open(0);
            Tracker tracker = family.tracker();
            tracker.probe.expectMessageClass(TrackerActor.Announce.class);
            tracker.events.tell(new TrackerActor.Refused(0, AnnounceEvent.STARTED, "down", Optional.empty()));
            expect(TorrentActor.AnnounceFailed.class);

            pass(Duration.ofSeconds(30));

            tracker.probe.expectMessageClass(TrackerActor.Announce.class);
        }

        @Test
        void tellsAPeerThatHasJoinedWhatThereIs() {
            open(2);
            Peer peer = join(1);

            Bitfield verified =
                    peer.probe.expectMessageClass(PeerActor.Start.class).verified();

            assertThat(verified.count()).isEqualTo(2);
        }

        @Test
        void isInterestedInWhoeverHasMoreAndGrantsWhatIsWanted() {
            open(2);
            Peer peer = start(1);
            peer.events.tell(new PeerActor.HasAll(peer.number, full()));
            peer.probe.expectMessage(new PeerActor.Interest(true));

            peer.events.tell(new PeerActor.Wants(peer.number, 4, true));

            List<Lease> leases =
                    peer.probe.expectMessageClass(PeerActor.Grant.class).leases();
            assertThat(leases).hasSize(2).allMatch(lease -> lease.piece() >= 2);
        }

        @Test
        void tellsEveryPeerOfANewPiece() {
            open(0);
            Peer one = start(1);
            Peer other = start(2);

            store.events.tell(new PieceStoreActor.Verified(3));

            one.probe.expectMessage(new PeerActor.Have(3));
            other.probe.expectMessage(new PeerActor.Have(3));
            assertThat(expect(TorrentActor.PieceVerified.class).piece()).isEqualTo(3);
        }

        @Test
        void asksTheStoreWhatIsHeldOfLeasesThatComeBackAndGivesTheRestToAnother() {
            open(PIECES - 1);
            Peer slow = seed(1);
            slow.events.tell(new PeerActor.Wants(slow.number, 2, true));
            List<Lease> leases =
                    slow.probe.expectMessageClass(PeerActor.Grant.class).leases();
            Peer other = seed(2);
            other.events.tell(new PeerActor.Wants(other.number, 2, true));

            slow.events.tell(new PeerActor.Returned(slow.number, leases));

            var question = store.probe.expectMessageClass(PieceStoreActor.AskHeld.class);
            Bitfield held = new Bitfield(2);
            held.set(0);
            store.events.tell(new PieceStoreActor.Held(question.piece(), question.attempt(), held));
            assertThat(other.probe.expectMessageClass(PeerActor.Grant.class).leases())
                    .containsExactly(new Lease(3, 0, 1, 1));
        }

        @Test
        void dialsAPeerWhoseActorFailedAnewAfterBackOffWithAFreshActor() {
            open(0);
            Peer peer = start(1);
            peer.events.tell(new PeerActor.Traffic(peer.number, 16_384, 0, 0));

            peer.crash();

            family.expectNoPeerWhile(() -> pass(Duration.ofSeconds(29)));
            pass(Duration.ofSeconds(2));
            Peer again = family.peer();
            assertThat(again.remote).isEqualTo(peer.remote);
            assertThat(again.number).isNotEqualTo(peer.number);
        }

        @Test
        void givesTheLeasesOfAPeerWhoseActorFailedToOthers() {
            open(PIECES - 1);
            Peer failing = seed(1);
            failing.events.tell(new PeerActor.Wants(failing.number, 2, true));
            failing.probe.expectMessageClass(PeerActor.Grant.class);
            Peer other = seed(2);
            other.events.tell(new PeerActor.Wants(other.number, 2, true));

            failing.crash();

            var question = store.probe.expectMessageClass(PieceStoreActor.AskHeld.class);
            store.events.tell(new PieceStoreActor.Held(question.piece(), question.attempt(), new Bitfield(2)));
            assertThat(other.probe.expectMessageClass(PeerActor.Grant.class).leases())
                    .matches(leases -> leases.stream().mapToInt(Lease::blocks).sum() == 2)
                    .allMatch(lease -> lease.piece() == 3);
        }

        @Test
        void hangsUpOnTheSecondConnectionToAPeer() {
            open(0);
            Peer first = start(1);
            Peer second = dialed(2);

            second.events.tell(new PeerActor.Joined(second.number, second.ref, first.id, second.remote));

            assertThat(second.probe
                            .expectMessageClass(PeerActor.Disconnect.class)
                            .hostile())
                    .isFalse();
        }

        @Test
        void takesIncomingLinksIn() {
            open(0);
            TestProbe<Link.Command> link = testKit.createTestProbe();

            torrent.tell(incoming(link, 7));

            assertThat(family.peer().remote).isEqualTo(address(7));
        }

        @Test
        void bansAPeerThatAloneBroughtABadPiece() {
            open(0);
            Peer liar = start(1);

            store.events.tell(new PieceStoreActor.Rejected(0, 0, Set.of(liar.number)));

            assertThat(liar.probe.expectMessageClass(PeerActor.Disconnect.class).hostile())
                    .isTrue();
            expect(TorrentActor.PieceRejected.class);
            assertThat(expect(TorrentActor.Banned.class).peer()).isEqualTo(liar.remote);
        }

        @Test
        void bansNobodyForAPieceOfSeveralUntilTheLiarIsKnown() {
            open(0);
            Peer honest = start(1);
            Peer liar = start(2);
            store.events.tell(new PieceStoreActor.Rejected(0, 0, Set.of(honest.number, liar.number)));
            expect(TorrentActor.PieceRejected.class);
            time.expectNoMessageFor(Duration.ofMillis(1), liar.probe);

            store.events.tell(new PieceStoreActor.Lied(0, Set.of(liar.number)));

            liar.probe.expectMessageClass(PeerActor.Disconnect.class);
            assertThat(expect(TorrentActor.Banned.class).peer()).isEqualTo(liar.remote);
            time.expectNoMessageFor(Duration.ofMillis(1), honest.probe);
        }

        @Test
        void countsWhatComesAndGoes() {
            open(0);
            Peer peer = start(1);

            peer.events.tell(new PeerActor.Traffic(peer.number, 1000, 10, 300));

            Report report = reportWhen(candidate -> candidate.total().downloaded() > 0);
            assertThat(report.total()).isEqualTo(new Counters(1000, 300, 10));
            assertThat(report.peers()).isOne();
        }
    }

    @Nested
    class WhenComplete {

        @Test
        void saysSoAndTellsTheTrackerAndPartsFromSeeds() {
            open(PIECES - 1);
            Tracker tracker = family.tracker();
            tracker.probe.expectMessageClass(TrackerActor.Announce.class);
            tracker.answer(AnnounceEvent.STARTED, List.of());
            Peer seed = seed(1);

            store.events.tell(new PieceStoreActor.Verified(3));

            expect(TorrentActor.Completed.class);
            assertThat(tracker.probe
                            .expectMessageClass(TrackerActor.Announce.class)
                            .request()
                            .event())
                    .isEqualTo(AnnounceEvent.COMPLETED);
            seed.probe.fishForMessage(
                    Duration.ofSeconds(3),
                    message -> message instanceof PeerActor.Disconnect
                            ? FishingOutcomes.complete()
                            : FishingOutcomes.continueAndIgnore());
            assertThat(reportWhen(report -> report.phase() == Phase.SEEDING).done())
                    .isEqualTo(METAINFO.sizes().length());
        }

        @Test
        void dialsPeersThatTheTrackerNames() {
            open(PIECES);
            Tracker tracker = family.tracker();
            assertThat(tracker.probe
                            .expectMessageClass(TrackerActor.Announce.class)
                            .request()
                            .left())
                    .isZero();

            tracker.answer(AnnounceEvent.STARTED, List.of(address(4)));

            assertThat(family.peer().remote).isEqualTo(address(4));
        }

        @Test
        void fetchesAgainWhatIsDamagedOnTheDisk() {
            open(PIECES);
            Peer seed = start(1);
            Bitfield damaged = new Bitfield(PIECES);
            damaged.set(2);

            store.events.tell(new PieceStoreActor.Damaged(damaged));
            seed.events.tell(new PeerActor.HasAll(seed.number, full()));

            seed.probe.expectMessage(new PeerActor.Interest(true));
            assertThat(reportWhen(report -> report.phase() == Phase.DOWNLOADING).done())
                    .isEqualTo(3 * 32_768L);
        }
    }

    @Nested
    class WhenTheDiskFails {

        @Test
        void saysWhyAndPartsFromItsPeers() {
            open(0);
            Peer peer = start(1);

            store.events.tell(new PieceStoreActor.Failed(Trouble.NO_SPACE, "the disk is full"));

            peer.probe.expectMessageClass(PeerActor.Disconnect.class);
            Report report = reportWhen(candidate -> candidate.phase() == Phase.FAILED);
            assertThat(report.failure()).contains(new Report.Failure(Trouble.NO_SPACE, "the disk is full"));
        }

        @Test
        void triesAgainAfterAWhileWithAFreshStore() {
            open(0);
            store.events.tell(new PieceStoreActor.Failed(Trouble.NO_SPACE, "the disk is full"));
            reportWhen(candidate -> candidate.phase() == Phase.FAILED);
            assertThat(family.stores).isEmpty();

            pass(RETRY);

            store = family.store();
            open(2);
            assertThat(reportWhen(candidate -> candidate.phase() == Phase.DOWNLOADING)
                            .done())
                    .isEqualTo(2 * 32_768L);
        }

        @Test
        void takesACrashOfTheStoreForAFailure() {
            open(0);

            store.crash();

            assertThat(reportWhen(candidate -> candidate.phase() == Phase.FAILED)
                            .failure())
                    .isPresent();
        }
    }

    @Nested
    class WhileStopping {

        @Test
        void partsFromPeersAndTrackersAndWaitsForTheDisk() {
            open(0);
            Tracker tracker = family.tracker();
            tracker.probe.expectMessageClass(TrackerActor.Announce.class);
            tracker.answer(AnnounceEvent.STARTED, List.of());
            Peer peer = start(1);

            torrent.tell(new TorrentActor.Stop(Duration.ofSeconds(5)));

            peer.probe.expectMessageClass(PeerActor.Disconnect.class);
            assertThat(tracker.probe
                            .expectMessageClass(TrackerActor.Announce.class)
                            .request()
                            .event())
                    .isEqualTo(AnnounceEvent.STOPPED);
            tracker.answer(AnnounceEvent.STOPPED, List.of());
            closeStore(Optional.empty());
            assertThat(expect(TorrentActor.Stopped.class).problem()).isEmpty();
            client.expectTerminated(torrent);
        }

        @Test
        void waitsForTrackersNoLongerThanTheyHave() {
            open(0);
            Tracker tracker = family.tracker();
            tracker.probe.expectMessageClass(TrackerActor.Announce.class);
            tracker.answer(AnnounceEvent.STARTED, List.of());
            torrent.tell(new TorrentActor.Stop(Duration.ofMinutes(5)));
            closeStore(Optional.empty());

            pass(PARTING);

            expect(TorrentActor.Stopped.class);
        }

        @Test
        void saysWhenTheDiskDoesNotFinish() {
            open(0);
            torrent.tell(new TorrentActor.Stop(Duration.ofSeconds(5)));
            store.probe.expectMessageClass(PieceStoreActor.Close.class);

            pass(Duration.ofSeconds(5));

            assertThat(expect(TorrentActor.Stopped.class).problem()).isPresent();
        }
    }

    // What the torrent's children are in these tests: probes.

    private record Store(
            TestProbe<PieceStoreActor.Command> probe, ActorRef<PieceStoreActor.Event> events, Runnable crashes) {
        void crash() {
            crashes.run();
        }
    }

    private record Tracker(TestProbe<TrackerActor.Command> probe, ActorRef<TrackerActor.Event> events) {
        void answer(AnnounceEvent event, List<InetSocketAddress> peers) {
            events.tell(new TrackerActor.Announced(0, event, response(peers)));
        }
    }

    private record Peer(
            int number,
            InetSocketAddress remote,
            PeerId id,
            ActorRef<PeerActor.Command> ref,
            TestProbe<PeerActor.Command> probe,
            ActorRef<PeerActor.Event> events) {

        /** The actor ends without a word. */
        void crash() {
            ref.tell(new PeerActor.Disconnect(CRASH, true));
        }
    }

    private static final String CRASH = "crash";

    private static final class Family implements TorrentParts.Children {

        final BlockingQueue<Store> stores = new LinkedBlockingQueue<>();
        final BlockingQueue<Tracker> trackers = new LinkedBlockingQueue<>();
        final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();

        Store store() {
            return take(stores);
        }

        Tracker tracker() {
            return take(trackers);
        }

        Peer peer() {
            return take(peers);
        }

        void expectNoPeerWhile(Runnable action) {
            action.run();
            assertThat(peers).isEmpty();
        }

        private static <T> T take(BlockingQueue<T> queue) {
            try {
                T taken = queue.poll(3, TimeUnit.SECONDS);
                assertThat(taken).isNotNull();
                return taken;
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }

        @Override
        public Behavior<PieceStoreActor.Command> store(ActorRef<PieceStoreActor.Event> torrent) {
            TestProbe<PieceStoreActor.Command> probe = testKit.createTestProbe();
            return Behaviors.setup(context -> {
                PieceStoreActor.Command crash = new PieceStoreActor.AskHeld(-1, -1);
                stores.add(new Store(probe, torrent, () -> context.getSelf().tell(crash)));
                return Behaviors.receiveMessage(message -> {
                    if (message == crash) {
                        throw new IllegalStateException("a crash on purpose");
                    }
                    probe.ref().tell(message);
                    return Behaviors.same();
                });
            });
        }

        @Override
        public Behavior<TrackerActor.Command> tracker(int tracker, String url, ActorRef<TrackerActor.Event> torrent) {
            TestProbe<TrackerActor.Command> probe = testKit.createTestProbe();
            trackers.add(new Tracker(probe, torrent));
            return forward(probe);
        }

        @Override
        public Behavior<ChokerActor.Command> choker() {
            return Behaviors.ignore();
        }

        @Override
        public Behavior<PeerActor.Command> dial(
                int peer,
                InetSocketAddress remote,
                ActorRef<PieceStoreActor.Command> store,
                ActorRef<PeerActor.Event> torrent) {
            return peer(peer, remote, torrent);
        }

        @Override
        public Behavior<PeerActor.Command> accept(
                int peer,
                TorrentActor.Accept incoming,
                ActorRef<PieceStoreActor.Command> store,
                ActorRef<PeerActor.Event> torrent) {
            return peer(peer, incoming.link().remote(), torrent);
        }

        private Behavior<PeerActor.Command> peer(
                int number, InetSocketAddress remote, ActorRef<PeerActor.Event> torrent) {
            TestProbe<PeerActor.Command> probe = testKit.createTestProbe();
            return Behaviors.setup(context -> {
                PeerId id = PeerId.random(new Random(remote.getPort()));
                peers.add(new Peer(number, remote, id, context.getSelf(), probe, torrent));
                return Behaviors.receiveMessage(message -> {
                    if (message instanceof PeerActor.Disconnect end
                            && end.reason().equals(CRASH)) {
                        throw new IllegalStateException("a crash on purpose");
                    }
                    probe.ref().tell(message);
                    return Behaviors.same();
                });
            });
        }

        private static <T> Behavior<T> forward(TestProbe<T> probe) {
            return Behaviors.receiveMessage(message -> {
                probe.ref().tell(message);
                return Behaviors.same();
            });
        }
    }

    private TorrentParts parts() {
        BitSet wanted = new BitSet();
        wanted.set(0, PIECES);
        return new TorrentParts(
                new TorrentParts.Setup(METAINFO, wanted, SELF, 6881, 1),
                new TorrentParts.Settings(
                        new TorrentParts.Limits(100, 20, 10, 30),
                        REPORT,
                        RETRY,
                        PARTING,
                        DispatcherSelector.defaultDispatcher(),
                        now::get,
                        new Random(1)),
                family);
    }

    /** The store has checked: the first pieces are verified. */
    private void open(int verified) {
        Bitfield pieces = new Bitfield(PIECES);
        for (int piece = 0; piece < verified; piece++) {
            pieces.set(piece);
        }
        store.events.tell(new PieceStoreActor.Opened(pieces, Map.of(), Counters.ZERO));
        expect(TorrentActor.Opened.class);
    }

    private Peer dialed(int number) {
        torrent.tell(new TorrentActor.Meet(List.of(address(number))));
        return family.peer();
    }

    private Peer join(int number) {
        Peer peer = dialed(number);
        peer.events.tell(new PeerActor.Joined(peer.number, peer.ref, peer.id, peer.remote));
        return peer;
    }

    private Peer start(int number) {
        Peer peer = join(number);
        peer.probe.expectMessageClass(PeerActor.Start.class);
        return peer;
    }

    private Peer seed(int number) {
        Peer peer = start(number);
        peer.events.tell(new PeerActor.HasAll(peer.number, full()));
        peer.probe.expectMessage(new PeerActor.Interest(true));
        return peer;
    }

    private void closeStore(Optional<String> problem) {
        PieceStoreActor.Close close = (PieceStoreActor.Close) store.probe
                .fishForMessage(
                        Duration.ofSeconds(3),
                        message -> message instanceof PieceStoreActor.Close
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore())
                .get(0);
        close.replyTo().tell(new PieceStoreActor.Closed(problem));
    }

    /** Moves both clocks in small steps, so that timers which are set on the way fire too. */
    private void pass(Duration duration) {
        long step = Duration.ofSeconds(1).toNanos();
        for (long left = duration.toNanos(); left > 0; left -= step) {
            now.addAndGet(Math.min(step, left));
            time.timePasses(Duration.ofNanos(Math.min(step, left)));
            TestProbe<TorrentActor.Event> nobody = testKit.createTestProbe();
            nobody.expectNoMessage(Duration.ofMillis(2));
            nobody.stop();
        }
    }

    private <E extends TorrentActor.Event> E expect(Class<E> type) {
        var found = client.fishForMessage(
                Duration.ofSeconds(3),
                event -> type.isInstance(event) ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
        return type.cast(found.get(found.size() - 1));
    }

    private Report report(Phase phase, long checked) {
        return reportWhen(report -> report.phase() == phase && report.checked() == checked);
    }

    /** The first report of that kind, while time passes. */
    private Report reportWhen(Predicate<Report> wanted) {
        for (int tries = 0; tries < 50; tries++) {
            pass(REPORT);
            for (TorrentActor.Event event = next(); event != null; event = next()) {
                if (event instanceof TorrentActor.Reported reported && wanted.test(reported.report())) {
                    return reported.report();
                }
            }
        }
        throw new AssertionError("no such report");
    }

    private TorrentActor.@Nullable Event next() {
        try {
            return client.receiveMessage(Duration.ofMillis(1));
        } catch (AssertionError none) {
            return null;
        }
    }

    private static AnnounceResponse response(List<InetSocketAddress> peers) {
        return new AnnounceResponse(
                Duration.ofMinutes(30),
                Duration.ofMinutes(1),
                OptionalInt.empty(),
                OptionalInt.empty(),
                peers,
                Optional.empty(),
                Optional.empty());
    }

    private TorrentActor.Accept incoming(TestProbe<Link.Command> link, int number) {
        return new TorrentActor.Accept(
                new Link.Opened(link.ref(), address(number), address(0)), Bytes.of(new byte[68]));
    }

    private static Bitfield full() {
        Bitfield full = new Bitfield(PIECES);
        full.setAll();
        return full;
    }

    private static InetSocketAddress address(int number) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 20_000 + number);
    }

    private static Metainfo metainfo() {
        try {
            return Metainfo.parse(TorrentBuilder.ofFile("payload", PIECES * 32_768L)
                    .pieceLength(32_768)
                    .hashes(new byte[20 * PIECES])
                    .tiers(List.of(List.of("http://127.0.0.1:1/announce")))
                    .build());
        } catch (MetainfoException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
