package io.bittern.torrent;

import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.Metainfo;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.piece.PiecePicker;
import io.bittern.store.PieceStoreActor;
import io.bittern.store.PieceStoreActor.Trouble;
import io.bittern.torrent.Report.Failure;
import io.bittern.torrent.Report.Phase;
import io.bittern.tracker.TrackerActor;
import io.bittern.webseed.WebSeedActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One torrent: owns its swarm and its picker, and supervises its store, trackers, choker and peers.
 *
 * <p>States: checking, running, failed (the disk cannot be used), stopping. What happens with peers and trackers is
 * with {@link PeerCrew} and {@link TrackerCrew}; this actor routes and keeps the order of life.
 */
public final class TorrentActor {

    /** What a torrent can be told. */
    public sealed interface Command {}

    /** An incoming link has asked for this torrent; {@code leftover} is what was read of it, from the first byte on. */
    public record Accept(Link.Opened link, Bytes leftover) implements Command {}

    /** Here are peers. */
    public record Meet(List<InetSocketAddress> peers, PeerSource source) implements Command {

        /** Peers that the user or a link names. */
        public Meet(List<InetSocketAddress> peers) {
            this(peers, PeerSource.TRACKER);
        }
    }

    /** Checks all data anew. */
    public enum Recheck implements Command {
        INSTANCE
    }

    /** Tries a failed torrent again. */
    public enum Retry implements Command {
        INSTANCE
    }

    /** Ends it: peers, trackers, disk, the latter within so long. The last event is {@link Stopped}. */
    public record Stop(Duration within) implements Command {}

    record FromPeer(PeerActor.Event event) implements Command {}

    record FromTracker(TrackerActor.Event event) implements Command {}

    record FromWebSeed(WebSeedActor.Event event) implements Command {}

    record WebSeedDown(ActorRef<WebSeedActor.Command> ref, int seed) implements Command {}

    record PeerDown(int peer) implements Command {}

    record FromStore(PieceStoreActor.Event event) implements Command {}

    private record StoreClosed(Optional<String> problem) implements Command {}

    private record StoreDown(ActorRef<PieceStoreActor.Command> store) implements Command {}

    record ChokerDown(ActorRef<ChokerActor.Command> choker) implements Command {}

    private enum DialDue implements Command {
        INSTANCE
    }

    private enum AnnounceDue implements Command {
        INSTANCE
    }

    enum Tick implements Command {
        INSTANCE
    }

    private enum TrackersLate implements Command {
        INSTANCE
    }

    private enum DiskLate implements Command {
        INSTANCE
    }

    /** What a torrent tells the client. */
    public sealed interface Event {
        InfoHash torrent();
    }

    /** How it stands, at every change of phase and a few times a second while something moves. */
    public record Reported(InfoHash torrent, Report report) implements Event {}

    /** The data has been checked, and these pieces are there. */
    public record Opened(InfoHash torrent, Bitfield verified) implements Event {}

    /** So far is the metadata of a magnet link: pieces that are there, of so many, and peers that have them. */
    public record Learning(InfoHash torrent, int have, int pieces, int peers) implements Event {}

    /**
     * The metadata of a magnet link, whose hash is right, and all peers that are known.
     *
     * @param named those of them that the user, the link or a tracker has named: all that a private torrent may have
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody changes it
    public record Learned(InfoHash torrent, byte[] info, List<InetSocketAddress> peers, List<InetSocketAddress> named)
            implements Event {}

    /** Everything that is wanted is verified. */
    public record Completed(InfoHash torrent) implements Event {}

    /** A piece has been verified. */
    public record PieceVerified(InfoHash torrent, int piece) implements Event {}

    /** A piece came whole and its hash was wrong. */
    public record PieceRejected(InfoHash torrent, int piece) implements Event {}

    /** A peer has been proven to send wrong data. */
    public record Banned(InfoHash torrent, InetSocketAddress peer) implements Event {}

    /** A tracker answered with so many peers. */
    public record Announced(InfoHash torrent, String url, int peers, Optional<String> warning) implements Event {}

    /** A tracker could not be asked, or refused. */
    public record AnnounceFailed(InfoHash torrent, String url, String reason) implements Event {}

    /** A web seed could not be asked, or gave what is of no use; the server is named without path and query. */
    public record WebSeedFailed(InfoHash torrent, String server, String reason) implements Event {}

    /** The last event: everything has ended, {@code problem} says what could not be kept. */
    public record Stopped(InfoHash torrent, Optional<String> problem) implements Event {}

    private static final Optional<String> LATE =
            Optional.of("the disk did not finish in time; the newest pieces are checked at the next start");
    private static final String CRASHED = "the store of this torrent failed; the log says why";

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final TorrentParts parts;
    private final ActorRef<Event> client;
    private final InfoHash infoHash;
    private final PiecePicker picker;
    private final Tally tally = new Tally();
    private final PeerCrew peers;
    private final TrackerCrew trackers;
    private final Account account;
    private int stores;

    public static Behavior<Command> create(TorrentParts parts, ActorRef<Event> client) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new TorrentActor(context, timers, parts, client).opening()));
    }

    private TorrentActor(
            ActorContext<Command> context, TimerScheduler<Command> timers, TorrentParts parts, ActorRef<Event> client) {
        this.context = context;
        this.timers = timers;
        this.parts = parts;
        this.client = client;
        Metainfo metainfo = parts.setup().metainfo();
        this.infoHash = metainfo.infoHash();
        this.picker = new PiecePicker(metainfo.sizes(), parts.settings().random());
        picker.want(parts.setup().wanted());
        picker.inOrder(parts.setup().inOrder());
        WebSeedCrew webSeeds = new WebSeedCrew(context, parts, picker, client);
        this.peers = new PeerCrew(context, parts, picker, webSeeds, liar -> client.tell(new Banned(infoHash, liar)));
        this.account = new Account(parts.setup(), picker, tally, peers);
        this.trackers = new TrackerCrew(
                context,
                new TrackerCrew.Directory(infoHash, metainfo.announceTiers(), parts.children()),
                parts.settings(),
                account::request,
                client);
    }

    private Behavior<Command> opening() {
        var store = context.spawn(
                parts.children().store(context.messageAdapter(PieceStoreActor.Event.class, FromStore::new)),
                "store-" + stores++,
                parts.settings().disk());
        context.watchWith(store, new StoreDown(store));
        return checking(store);
    }

    private Behavior<Command> checking(ActorRef<PieceStoreActor.Command> store) {
        report(Phase.CHECKING, 0, Optional.empty());
        return withoutPeers()
                .onMessage(FromStore.class, wrapped -> whileChecking(store, wrapped.event()))
                .onMessage(Stop.class, stop -> stopping(stop, store))
                .onMessage(StoreDown.class, down -> down.store().equals(store) ? storeCrashed() : Behaviors.same())
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> whileChecking(ActorRef<PieceStoreActor.Command> store, PieceStoreActor.Event event) {
        if (event instanceof PieceStoreActor.Checking checking) {
            report(Phase.CHECKING, checking.done(), Optional.empty());
        } else if (event instanceof PieceStoreActor.Opened opened) {
            return opened(store, opened);
        } else if (event instanceof PieceStoreActor.Failed failure) {
            return failed(store, failure.trouble(), failure.reason());
        }
        return Behaviors.same();
    }

    private Behavior<Command> opened(ActorRef<PieceStoreActor.Command> store, PieceStoreActor.Opened opened) {
        picker.open(opened.verified(), opened.held());
        tally.resume(opened.counters());
        peers.open(store);
        return new Running(store).begin();
    }

    /** The state in which data moves. */
    private final class Running {

        private final ActorRef<PieceStoreActor.Command> store;

        private Running(ActorRef<PieceStoreActor.Command> store) {
            this.store = store;
        }

        private Behavior<Command> begin() {
            client.tell(new Opened(infoHash, picker.verified().copy()));
            report();
            trackers.started(now(), !picker.complete());
            if (picker.complete()) {
                client.tell(new Completed(infoHash));
            }
            return stay(Behaviors.receive(Command.class)
                    .onMessage(FromPeer.class, wrapped -> onPeer(wrapped.event()))
                    .onMessage(FromStore.class, wrapped -> onStore(wrapped.event()))
                    .onMessage(FromTracker.class, wrapped -> onTracker(wrapped.event()))
                    .onMessage(FromWebSeed.class, wrapped -> onWebSeed(wrapped.event()))
                    .onMessage(WebSeedDown.class, this::onWebSeedDown)
                    .onMessage(PeerDown.class, down -> stay(onPeerDown(down)))
                    .onMessage(ChokerDown.class, this::onChokerDown)
                    .onMessage(Accept.class, this::accept)
                    .onMessage(Meet.class, meet -> stay(meet(meet)))
                    .onMessageEquals(DialDue.INSTANCE, () -> stay(Behaviors.same()))
                    .onMessageEquals(AnnounceDue.INSTANCE, this::announce)
                    .onMessageEquals(Tick.INSTANCE, this::tick)
                    .onMessageEquals(Recheck.INSTANCE, this::recheck)
                    .onMessage(Stop.class, stop -> part("stopping", () -> stopping(stop, store)))
                    .onMessage(StoreDown.class, down -> down.store().equals(store) ? crashed() : Behaviors.same())
                    .onMessageEquals(Retry.INSTANCE, Behaviors::same)
                    .build());
        }

        /** What happened may allow a dial, or change when the next one or the next announce is due. */
        private Behavior<Command> stay(Behavior<Command> same) {
            long now = now();
            peers.dial(now);
            startTimer(DialDue.INSTANCE, peers.nextDial(now), now);
            startTimer(AnnounceDue.INSTANCE, trackers.nextDue(), now);
            if (!peers.isEmpty() && !timers.isTimerActive(Tick.INSTANCE)) {
                timers.startTimerWithFixedDelay(Tick.INSTANCE, parts.settings().reportEvery());
            }
            return same;
        }

        private Behavior<Command> tick() {
            if (peers.isEmpty()) {
                timers.cancel(Tick.INSTANCE);
            }
            peers.tick(now());
            report();
            return Behaviors.same();
        }

        private void report() {
            Phase phase = picker.complete() ? Phase.SEEDING : Phase.DOWNLOADING;
            TorrentActor.this.report(phase, 0, Optional.empty());
        }

        private Behavior<Command> onPeer(PeerActor.Event event) {
            count(event);
            return peers.on(event, now()) ? stay(Behaviors.same()) : Behaviors.same();
        }

        private Behavior<Command> onWebSeed(WebSeedActor.Event event) {
            count(event);
            peers.on(event);
            return Behaviors.same();
        }

        private Behavior<Command> onWebSeedDown(WebSeedDown down) {
            peers.down(down);
            return Behaviors.same();
        }

        private Behavior<Command> onChokerDown(ChokerDown down) {
            peers.chokerDown(down.choker());
            return Behaviors.same();
        }

        private Behavior<Command> accept(Accept incoming) {
            return peers.accept(incoming) ? stay(Behaviors.same()) : refuse(incoming);
        }

        private Behavior<Command> onStore(PieceStoreActor.Event event) {
            if (event instanceof PieceStoreActor.Failed failure) {
                return part("the disk failed", () -> failed(store, failure.trouble(), failure.reason()));
            } else if (event instanceof PieceStoreActor.Verified verified) {
                verified(verified.piece());
            } else if (event instanceof PieceStoreActor.Held held) {
                peers.download().held(held.piece(), held.attempt(), held.blocks());
            } else if (event instanceof PieceStoreActor.Rejected rejected) {
                tally.waste(parts.setup().metainfo().sizes().lengthOf(rejected.piece()));
                client.tell(new PieceRejected(infoHash, rejected.piece()));
                peers.rejected(rejected.piece(), rejected.attempt(), rejected.suspects());
            } else if (event instanceof PieceStoreActor.Lied lied) {
                peers.ban(lied.peers());
            } else if (event instanceof PieceStoreActor.Damaged damaged) {
                peers.damaged(damaged.pieces());
                report();
                return stay(Behaviors.same());
            }
            return Behaviors.same();
        }

        private void verified(int piece) {
            boolean completeBefore = picker.complete();
            peers.verified(piece);
            client.tell(new PieceVerified(infoHash, piece));
            if (picker.complete() && !completeBefore) {
                trackers.completed(now());
                peers.complete();
                report();
                client.tell(new Completed(infoHash));
            }
        }

        private Behavior<Command> onTracker(TrackerActor.Event event) {
            if (event instanceof TrackerActor.Announced answer) {
                peers.meet(answer.response().peers(), PeerSource.TRACKER);
            }
            trackers.answered(event, now());
            return stay(Behaviors.same());
        }

        private Behavior<Command> announce() {
            store.tell(new PieceStoreActor.Count(tally.total()));
            trackers.due(now(), !picker.complete());
            return stay(Behaviors.same());
        }

        private Behavior<Command> recheck() {
            store.tell(PieceStoreActor.Recheck.INSTANCE);
            return part("checking the data", () -> checking(store));
        }

        private Behavior<Command> crashed() {
            return part("the disk failed", TorrentActor.this::storeCrashed);
        }

        private Behavior<Command> part(String reason, Supplier<Behavior<Command>> next) {
            timers.cancelAll();
            peers.part(reason);
            return next.get();
        }
    }

    private Behavior<Command> storeCrashed() {
        return failed(null, Trouble.IO, CRASHED);
    }

    private Behavior<Command> failed(
            @Nullable ActorRef<PieceStoreActor.Command> store, Trouble trouble, String reason) {
        timers.startSingleTimer(Retry.INSTANCE, parts.settings().retryAfter());
        if (store != null) {
            context.stop(store);
        }
        report(Phase.FAILED, 0, Optional.of(new Failure(trouble, reason)));
        return withoutPeers()
                .onMessageEquals(Retry.INSTANCE, () -> {
                    timers.cancel(Retry.INSTANCE);
                    return opening();
                })
                .onMessage(Stop.class, stop -> stopping(stop, null))
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> stopping(Stop stop, @Nullable ActorRef<PieceStoreActor.Command> store) {
        timers.cancelAll();
        timers.startSingleTimer(TrackersLate.INSTANCE, parts.settings().partingTime());
        trackers.stopped(now());
        Parting parting = new Parting(store);
        if (store == null) {
            return parting.closed(Optional.empty());
        }
        Behavior<Command> next = parting.hurry(stop.within());
        store.tell(new PieceStoreActor.Close(
                tally.total(),
                context.messageAdapter(PieceStoreActor.Closed.class, closed -> new StoreClosed(closed.problem()))));
        return next;
    }

    /** The state that waits for the disk and for the trackers, for each no longer than it has. */
    private final class Parting {

        private final @Nullable ActorRef<PieceStoreActor.Command> store;
        private @Nullable StoreClosed disk;
        private boolean trackersDone;
        private long latest = Long.MAX_VALUE;

        private Parting(@Nullable ActorRef<PieceStoreActor.Command> store) {
            this.store = store;
        }

        /** A later, more urgent order counts, a more patient one does not. */
        private Behavior<Command> hurry(Duration within) {
            long deadline = now() + within.toNanos();
            if (deadline < latest) {
                latest = deadline;
                timers.startSingleTimer(DiskLate.INSTANCE, within);
            }
            return stay();
        }

        private Behavior<Command> closed(Optional<String> problem) {
            disk = disk == null ? new StoreClosed(problem) : disk;
            return stay();
        }

        private Behavior<Command> stay() {
            if (disk != null && (trackersDone || trackers.allStopped())) {
                client.tell(new Stopped(infoHash, disk.problem()));
                return Behaviors.stopped();
            }
            return Behaviors.receive(Command.class)
                    .onMessage(StoreClosed.class, closed -> closed(closed.problem()))
                    .onMessage(
                            StoreDown.class, down -> down.store().equals(store) ? closed(Optional.of(CRASHED)) : stay())
                    .onMessageEquals(DiskLate.INSTANCE, () -> closed(LATE))
                    .onMessageEquals(TrackersLate.INSTANCE, this::leaveTrackers)
                    .onMessage(FromTracker.class, this::onTracker)
                    .onMessage(Stop.class, stop -> hurry(stop.within()))
                    .onMessage(Accept.class, TorrentActor.this::refuse)
                    .onAnyMessage(late -> Behaviors.same())
                    .build();
        }

        private Behavior<Command> leaveTrackers() {
            trackersDone = true;
            return stay();
        }

        private Behavior<Command> onTracker(FromTracker wrapped) {
            trackers.on(wrapped.event(), now());
            return stay();
        }
    }

    /** What the states without peers do alike: turn new ones away, remember whom to dial later, and see the old ones off. */
    private BehaviorBuilder<Command> withoutPeers() {
        return Behaviors.receive(Command.class)
                .onMessage(FromTracker.class, this::answeredAside)
                .onMessage(FromPeer.class, wrapped -> goodbye(wrapped.event()))
                .onMessage(FromWebSeed.class, wrapped -> count(wrapped.event()))
                .onMessage(PeerDown.class, this::onPeerDown)
                .onMessage(Accept.class, this::refuse)
                .onMessage(Meet.class, this::meet);
    }

    private Behavior<Command> refuse(Accept incoming) {
        incoming.link().link().tell(Link.Abort.INSTANCE);
        return Behaviors.same();
    }

    private Behavior<Command> meet(Meet meet) {
        peers.meet(meet.peers(), meet.source());
        return Behaviors.same();
    }

    private Behavior<Command> onPeerDown(PeerDown down) {
        peers.gone(down.peer(), PeerActor.Fault.NONE, now());
        return Behaviors.same();
    }

    private Behavior<Command> goodbye(PeerActor.Event event) {
        count(event);
        if (event instanceof PeerActor.Gone gone) {
            peers.gone(gone.peer(), gone.fault(), now());
        }
        return Behaviors.same();
    }

    /** An answer that comes while nobody is dialled: the addresses wait. */
    private Behavior<Command> answeredAside(FromTracker wrapped) {
        if (wrapped.event() instanceof TrackerActor.Announced answer) {
            peers.meet(answer.response().peers(), PeerSource.TRACKER);
        }
        trackers.answered(wrapped.event(), now());
        return Behaviors.same();
    }

    private void count(PeerActor.Event event) {
        if (event instanceof PeerActor.Traffic traffic) {
            tally.add(traffic.down(), traffic.wasted(), traffic.up(), now());
        }
    }

    private Behavior<Command> count(WebSeedActor.Event event) {
        if (event instanceof WebSeedActor.Traffic traffic) {
            tally.add(traffic.down(), traffic.wasted(), 0, now());
        }
        return Behaviors.same();
    }

    private void report(Phase phase, long checked, Optional<Failure> failure) {
        client.tell(new Reported(infoHash, account.report(phase, checked, failure, now())));
    }

    private void startTimer(Command message, OptionalLong due, long now) {
        if (due.isPresent()) {
            timers.startSingleTimer(message, Duration.ofNanos(Math.max(0, due.getAsLong() - now)));
        } else {
            timers.cancel(message);
        }
    }

    private long now() {
        return parts.settings().nanoTime().getAsLong();
    }
}
