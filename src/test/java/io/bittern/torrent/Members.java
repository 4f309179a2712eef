package io.bittern.torrent;

import io.bittern.Probes;
import io.bittern.TestPayload;
import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.PeerId;
import io.bittern.net.ByteBudget;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.net.MemoryNetwork;
import io.bittern.net.Pace;
import io.bittern.net.RateLimit;
import io.bittern.peer.Introduction;
import io.bittern.peer.PeerActor;
import io.bittern.peer.PeerSettings;
import io.bittern.peer.Standing;
import io.bittern.store.Buffers;
import io.bittern.store.FileHandles;
import io.bittern.store.FileStorage;
import io.bittern.store.PieceStoreActor;
import io.bittern.store.StoreSettings;
import io.bittern.tracker.TrackerActor;
import io.bittern.webseed.WebPlan;
import io.bittern.webseed.WebSeedActor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Real torrents with real peers on a network in memory, found through a tracker that knows all of them. */
final class Members {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final long BUDGET = 8 << 20;

    /** How a member's data is kept. */
    interface Stores extends Function<ActorRef<PieceStoreActor.Event>, Behavior<PieceStoreActor.Command>> {}

    final MemoryNetwork network;
    private final ActorTestKit testKit;
    private final TestPayload payload;
    private final LongSupplier nanoTime;
    private final Function<InetSocketAddress, Link.Dialer> dialers;
    private final List<InetSocketAddress> addresses = new CopyOnWriteArrayList<>();

    Members(ActorTestKit testKit, TestPayload payload, LongSupplier nanoTime) {
        this.testKit = testKit;
        this.payload = payload;
        this.nanoTime = nanoTime;
        this.network = MemoryNetwork.create(testKit);
        this.dialers = network::from;
    }

    /** Members that dial on a network of their own. */
    Members(ActorTestKit testKit, TestPayload payload, LongSupplier nanoTime, Link.Dialer dialer) {
        this.testKit = testKit;
        this.payload = payload;
        this.nanoTime = nanoTime;
        this.network = MemoryNetwork.create(testKit);
        this.dialers = from -> dialer;
    }

    /** Real files in a folder, resume state beside them. */
    Stores inFolder(Path folder) {
        return torrent -> {
            BitSet all = payload.metainfo().layout().all();
            var place = new FileStorage.Place(folder, () -> folder.resolve("parts"), all, false);
            var shared =
                    new StoreSettings.Shared(new FileHandles(16), new Buffers(4 << 20), 1, nanoTime, new Random(1));
            return PieceStoreActor.create(
                    StoreSettings.inFolder(
                            payload.metainfo(), place, folder.resolve("state"), shared, StoreSettings.Pace.DEFAULT),
                    torrent);
        };
    }

    Stores inMemory(MemoryStore.Nature nature) {
        return torrent -> MemoryStore.create(payload, nature, torrent);
    }

    static InetSocketAddress address(int number) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 20_000 + number);
    }

    /** A member that wants everything and asks the tracker. */
    Member join(int number, Stores stores) {
        BitSet wanted = new BitSet();
        wanted.set(0, payload.metainfo().sizes().count());
        return join(number, stores, wanted, true);
    }

    /** A member that listens at its address, which others learn of when its data has been checked. */
    Member join(int number, Stores stores, BitSet wanted, boolean listed) {
        Member member = new Member(number, stores, wanted);
        ActorRef<Link.Event> door = testKit.spawn(Behaviors.receiveMessage(event -> {
            if (event instanceof Link.Opened opened) {
                member.torrent.tell(new TorrentActor.Accept(opened, Bytes.of(new byte[0])));
            }
            return Behaviors.same();
        }));
        member.expect(TorrentActor.Opened.class);
        network.listen(address(number), remote -> door);
        if (listed) {
            addresses.add(address(number));
        }
        return member;
    }

    /** One torrent of the swarm. */
    final class Member implements TorrentParts.Children {

        final InetSocketAddress address;
        final ByteBudget budget = new ByteBudget(BUDGET);
        final Queue<ActorRef<PeerActor.Command>> peers = new ConcurrentLinkedQueue<>();
        final TestProbe<TorrentActor.Event> events = testKit.createTestProbe();
        final ActorRef<TorrentActor.Command> torrent;
        private final Stores stores;

        private Member(int number, Stores stores, BitSet wanted) {
            this.address = Members.address(number);
            this.stores = stores;
            var parts = new TorrentParts(
                    new TorrentParts.Setup(
                            payload.metainfo(), wanted, PeerId.random(new Random(number)), address.getPort(), number),
                    TestParts.settings(
                            TestParts.limits(60, 60, 60, new Dials(60, 100, Duration.ofMinutes(1))),
                            Pace.unlimited(),
                            nanoTime,
                            new Random(number)),
                    this);
            this.torrent = testKit.spawn(TorrentActor.create(parts, events.ref()));
        }

        <E extends TorrentActor.Event> E expect(Class<E> type) {
            return Probes.next(events, type, PATIENCE);
        }

        void meet(Member... others) {
            torrent.tell(new TorrentActor.Meet(
                    List.of(others).stream().map(other -> other.address).toList()));
        }

        void stop() {
            torrent.tell(new TorrentActor.Stop(Duration.ofSeconds(20)));
            expect(TorrentActor.Stopped.class);
            events.expectTerminated(torrent, PATIENCE);
        }

        @Override
        public Behavior<PieceStoreActor.Command> store(BitSet files, ActorRef<PieceStoreActor.Event> owner) {
            return stores.apply(owner);
        }

        /** Knows everybody who was there when it was asked, but whom it tells. */
        @Override
        public Behavior<TrackerActor.Command> tracker(int tracker, String url, ActorRef<TrackerActor.Event> owner) {
            return Behaviors.receive(TrackerActor.Command.class)
                    .onMessage(TrackerActor.Announce.class, announce -> {
                        var others = addresses.stream()
                                .filter(one -> !one.equals(address))
                                .toList();
                        owner.tell(new TrackerActor.Announced(
                                tracker, announce.request().event(), TestParts.response(others)));
                        return Behaviors.same();
                    })
                    .build();
        }

        @Override
        public Behavior<WebSeedActor.Command> webSeed(
                int seed, WebPlan plan, ActorRef<PieceStoreActor.Command> store, ActorRef<WebSeedActor.Event> owner) {
            return Behaviors.ignore();
        }

        /** Serves whoever is interested. */
        @Override
        public Behavior<ChokerActor.Command> choker() {
            ChokerActor.Policy everybody = (standings, turn) -> standings.stream()
                    .filter(Standing::interested)
                    .map(Standing::peer)
                    .collect(Collectors.toSet());
            return ChokerActor.create(() -> everybody, ChokerActor.Settings.USUAL);
        }

        @Override
        public Behavior<PeerActor.Command> dial(
                int peer,
                InetSocketAddress remote,
                ActorRef<PieceStoreActor.Command> store,
                ActorRef<PeerActor.Event> owner) {
            return noted(PeerActor.dial(peer, remote, environment(store), owner));
        }

        @Override
        public Behavior<PeerActor.Command> accept(
                int peer,
                TorrentActor.Accept incoming,
                ActorRef<PieceStoreActor.Command> store,
                ActorRef<PeerActor.Event> owner) {
            return noted(PeerActor.accept(peer, incoming.link(), incoming.leftover(), environment(store), owner));
        }

        private Behavior<PeerActor.Command> noted(Behavior<PeerActor.Command> peer) {
            return Behaviors.setup(context -> {
                peers.add(context.getSelf());
                return peer;
            });
        }

        private PeerActor.Environment environment(ActorRef<PieceStoreActor.Command> store) {
            return new PeerActor.Environment(
                    payload.metainfo().infoHash(),
                    PeerId.random(new Random(address.getPort() - 20_000)),
                    payload.metainfo().sizes(),
                    dialers.apply(address),
                    store,
                    new PeerActor.Limits(budget, RateLimit.unlimited(), RateLimit.unlimited()),
                    new PeerSettings(
                            Duration.ofSeconds(15),
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(100),
                            Duration.ofSeconds(120),
                            Duration.ofSeconds(20),
                            Duration.ofSeconds(60),
                            500,
                            500,
                            128 << 10,
                            nanoTime),
                    new Introduction("Bittern test", 0, payload.metainfo().infoBytes(), false, Optional.empty()));
        }
    }
}
