package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Probes;
import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.metainfo.PeerId;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.net.Pace;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.store.PieceStoreActor.Counters;
import io.bittern.torrent.Report.Phase;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.TrackerActor;
import io.bittern.webseed.WebPlan;
import io.bittern.webseed.WebSeedActor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A torrent whose children are probes, under manual time. */
abstract class TorrentFixture {

    static ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    static ManualTime time = ManualTime.get(testKit.system());

    static final int PIECES = 4;
    static final int HALF_OPEN = 10;
    static final int DIALS = 30;
    static final Metainfo METAINFO = metainfo();
    static final PeerId SELF = PeerId.random(new Random(1));

    final AtomicLong now = new AtomicLong();
    final Pace announces = Pace.of(1);
    final Family family = new Family();
    final TestProbe<UnhandledMessage> unhandled = testKit.createUnhandledMessageProbe();
    final TestProbe<TorrentActor.Event> client = testKit.createTestProbe();
    final ActorRef<TorrentActor.Command> torrent = testKit.spawn(TorrentActor.create(parts(), client.ref()));
    Store store = family.store();
    private int settled;

    @AfterEach
    void leavesNothingUnhandled() {
        testKit.stop(torrent);
        unhandled.expectNoMessage(Duration.ZERO);
    }

    /** Each class has a kit of its own. */
    @BeforeAll
    static void startUp() {
        if (testKit.system().whenTerminated().isCompleted()) {
            testKit = ActorTestKit.create(ManualTime.config());
            time = ManualTime.get(testKit.system());
        }
    }

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    // What the torrent's children are in these tests: probes.

    record Store(TestProbe<PieceStoreActor.Command> probe, ActorRef<PieceStoreActor.Event> events, Runnable crashes) {
        void crash() {
            crashes.run();
        }
    }

    record Tracker(
            TestProbe<TrackerActor.Command> probe, ActorRef<TrackerActor.Event> events, ActorRef<Object> crashes) {

        /** The actor fails. */
        void crash() {
            crashes.tell(CRASH);
        }

        void answer(AnnounceEvent event, List<InetSocketAddress> peers) {
            events.tell(new TrackerActor.Announced(0, event, TestParts.response(peers)));
        }
    }

    record Choker(TestProbe<ChokerActor.Command> probe, ActorRef<Object> ref) {

        /** The actor ends without a word. */
        void crash() {
            ref.tell(CRASH);
        }
    }

    record Web(
            int number,
            TestProbe<WebSeedActor.Command> probe,
            ActorRef<WebSeedActor.Event> events,
            ActorRef<Object> ref) {

        /** The actor ends without a word. */
        void crash() {
            ref.tell(CRASH);
        }
    }

    record Peer(
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

    static final String CRASH = "crash";

    static final class Family implements TorrentParts.Children {

        final BlockingQueue<Store> stores = new LinkedBlockingQueue<>();
        final BlockingQueue<Tracker> trackers = new LinkedBlockingQueue<>();
        final BlockingQueue<Choker> chokers = new LinkedBlockingQueue<>();
        final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();

        final BlockingQueue<Web> webSeeds = new LinkedBlockingQueue<>();

        Web webSeed() {
            return take(webSeeds);
        }

        Choker nextChoker() {
            return take(chokers);
        }

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

        static <T> T take(BlockingQueue<T> queue) {
            try {
                T taken = queue.poll(3, TimeUnit.SECONDS);
                assertThat(taken).isNotNull();
                return taken;
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }

        @Override
        public Behavior<PieceStoreActor.Command> store(BitSet files, ActorRef<PieceStoreActor.Event> torrent) {
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
            return fragile(
                    TrackerActor.Command.class, (probe, self) -> trackers.add(new Tracker(probe, torrent, self)));
        }

        @Override
        public Behavior<ChokerActor.Command> choker() {
            return fragile(ChokerActor.Command.class, (probe, self) -> chokers.add(new Choker(probe, self)));
        }

        @Override
        public Behavior<WebSeedActor.Command> webSeed(
                int seed, WebPlan plan, ActorRef<PieceStoreActor.Command> store, ActorRef<WebSeedActor.Event> torrent) {
            return fragile(
                    WebSeedActor.Command.class, (probe, self) -> webSeeds.add(new Web(seed, probe, torrent, self)));
        }

        /** A child that tells its probe everything, until it is told to fail. */
        private static <T> Behavior<T> fragile(Class<T> type, BiConsumer<TestProbe<T>, ActorRef<Object>> born) {
            return Behaviors.setup(context -> {
                TestProbe<T> probe = testKit.createTestProbe();
                born.accept(probe, context.getSelf().unsafeUpcast());
                return Behaviors.receiveMessage(message -> {
                    if (message.equals(CRASH)) {
                        throw new IllegalStateException("a crash on purpose");
                    }
                    probe.ref().tell(type.cast(message));
                    return Behaviors.same();
                });
            });
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

        Behavior<PeerActor.Command> peer(int number, InetSocketAddress remote, ActorRef<PeerActor.Event> torrent) {
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
    }

    TorrentParts parts() {
        BitSet wanted = new BitSet();
        wanted.set(0, PIECES);
        return new TorrentParts(
                new TorrentParts.Setup(METAINFO, wanted, SELF, 6881, 1),
                TestParts.settings(
                        TestParts.limits(20, HALF_OPEN, 3, new Dials(100, DIALS, Duration.ofMinutes(1))),
                        announces,
                        now::get,
                        new Random(1)),
                family);
    }

    /** The store has checked: the first pieces are verified. */
    void open(int verified) {
        Bitfield pieces = new Bitfield(PIECES);
        for (int piece = 0; piece < verified; piece++) {
            pieces.set(piece);
        }
        store.events().tell(new PieceStoreActor.Opened(pieces, Map.of(), Counters.ZERO));
        expect(TorrentActor.Opened.class);
    }

    Peer dialed(int number) {
        torrent.tell(new TorrentActor.Meet(List.of(address(number))));
        return family.peer();
    }

    Peer join(int number) {
        Peer peer = dialed(number);
        peer.events().tell(new PeerActor.Joined(peer.number(), peer.ref(), peer.id(), peer.remote()));
        return peer;
    }

    Peer start(int number) {
        Peer peer = join(number);
        peer.probe().expectMessageClass(PeerActor.Start.class);
        return peer;
    }

    Peer seed(int number) {
        Peer peer = start(number);
        peer.events().tell(new PeerActor.HasAll(peer.number(), full()));
        peer.probe().expectMessage(new PeerActor.Interest(true));
        return peer;
    }

    void closeStore(Optional<String> problem) {
        PieceStoreActor.Close close = Probes.next(store.probe(), PieceStoreActor.Close.class);
        close.replyTo().tell(new PieceStoreActor.Closed(problem));
    }

    /** Moves both clocks; only timers that are set already fire. */
    void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
        time.timePasses(duration);
    }

    /** Waits until a running torrent has done all that it was told before, by a dial that comes after it. */
    void settle() {
        torrent.tell(new TorrentActor.Meet(List.of(address(900 + settled++))));
        family.peer();
    }

    <E extends TorrentActor.Event> E expect(Class<E> type) {
        return Probes.next(client, type);
    }

    Report report(Phase phase, long checked) {
        return reportWhen(report -> report.phase() == phase && report.checked() == checked);
    }

    /** The first report of that kind, while time passes. */
    Report reportWhen(Predicate<Report> wanted) {
        for (int tries = 0; tries < 50; tries++) {
            pass(TestParts.REPORT);
            for (TorrentActor.Event event = next(); event != null; event = next()) {
                if (event instanceof TorrentActor.Reported reported && wanted.test(reported.report())) {
                    return reported.report();
                }
            }
        }
        throw new AssertionError("no such report");
    }

    TorrentActor.@Nullable Event next() {
        try {
            return client.receiveMessage(Duration.ofMillis(1));
        } catch (AssertionError none) {
            return null;
        }
    }

    /** The first tracker, which has accepted the start. */
    Tracker announced() {
        Tracker tracker = family.tracker();
        tracker.probe().expectMessageClass(TrackerActor.Announce.class);
        tracker.answer(AnnounceEvent.STARTED, List.of());
        expect(TorrentActor.Announced.class);
        return tracker;
    }

    /** The torrent parts from a peer, whose actor then ends. */
    void end(Peer peer) {
        Probes.next(peer.probe(), PeerActor.Disconnect.class);
        peer.events().tell(new PeerActor.Gone(peer.number(), PeerActor.Fault.NONE, "asked to"));
    }

    /** The next report of that phase, while time stands still. */
    Report reported(Phase phase) {
        var events = client.fishForMessage(
                Duration.ofSeconds(3),
                event -> event instanceof TorrentActor.Reported reported
                                && reported.report().phase() == phase
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        return ((TorrentActor.Reported) events.get(events.size() - 1)).report();
    }

    /** Messages that a torrent can get at any time, from those it knows and those it does not know any more. */
    List<TorrentActor.Command> everythingButAnEnd() {
        Lease lease = new Lease(0, 0, 0, 1);
        List<TorrentActor.Command> all = new ArrayList<>();
        Stream.of(
                        new PeerActor.Wants(77, 3, true),
                        new PeerActor.Has(77, List.of(1)),
                        new PeerActor.HasAll(77, full()),
                        new PeerActor.Fetched(77, lease),
                        new PeerActor.Returned(77, List.of(lease)),
                        new PeerActor.Interested(77, true),
                        new PeerActor.Traffic(77, 1, 0, 1),
                        new PeerActor.Gone(77, PeerActor.Fault.NONE, "gone"))
                .map(TorrentActor.FromPeer::new)
                .forEach(all::add);
        all.add(new TorrentActor.PeerDown(77));
        all.add(new TorrentActor.ChokerDown(
                testKit.<ChokerActor.Command>createTestProbe().ref()));
        all.add(new TorrentActor.FromTracker(new TrackerActor.Silent(0)));
        all.add(new TorrentActor.Meet(List.of(address(78))));
        all.add(incoming(testKit.createTestProbe(), 79));
        Stream.of(
                        new PieceStoreActor.Checking(1, 2),
                        new PieceStoreActor.Held(1, 0, new Bitfield(2)),
                        new PieceStoreActor.Verified(1),
                        new PieceStoreActor.Rejected(2, 0, Set.of(77)),
                        new PieceStoreActor.Lied(2, Set.of(77)),
                        new PieceStoreActor.Damaged(new Bitfield(PIECES)))
                .map(TorrentActor.FromStore::new)
                .forEach(all::add);
        all.add(TorrentActor.Retry.INSTANCE);
        all.add(TorrentActor.Recheck.INSTANCE);
        return all;
    }

    void refusesLink(int number) {
        TestProbe<Link.Command> link = testKit.createTestProbe();
        torrent.tell(incoming(link, number));
        link.expectMessage(Link.Abort.INSTANCE);
    }

    TorrentActor.Accept incoming(TestProbe<Link.Command> link, int number) {
        return new TorrentActor.Accept(
                new Link.Opened(link.ref(), address(number), address(0)), Bytes.of(new byte[68]));
    }

    static Bitfield full() {
        Bitfield full = new Bitfield(PIECES);
        full.setAll();
        return full;
    }

    static InetSocketAddress address(int number) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 20_000 + number);
    }

    static Metainfo metainfo() {
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
