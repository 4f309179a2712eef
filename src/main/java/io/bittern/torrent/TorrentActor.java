package io.bittern.torrent;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.piece.PiecePicker;
import io.bittern.store.PieceStoreActor;
import io.bittern.store.PieceStoreActor.Trouble;
import io.bittern.torrent.Report.Failure;
import io.bittern.torrent.Report.Phase;
import io.bittern.torrent.TorrentParts.Setup;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.AnnounceRequest;
import io.bittern.tracker.AnnounceResponse;
import io.bittern.tracker.TrackerActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
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

    /** Here are peers, by hand or from somewhere else than a tracker. */
    public record Meet(List<InetSocketAddress> peers) implements Command {}

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

    record PeerDown(int peer) implements Command {}

    private record FromStore(PieceStoreActor.Event event) implements Command {}

    private record StoreClosed(Optional<String> problem) implements Command {}

    private record StoreDown(ActorRef<PieceStoreActor.Command> store) implements Command {}

    private enum DialDue implements Command {
        INSTANCE
    }

    private enum AnnounceDue implements Command {
        INSTANCE
    }

    private enum Tick implements Command {
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

    /** The last event: everything has ended, {@code problem} says what could not be kept. */
    public record Stopped(InfoHash torrent, Optional<String> problem) implements Event {}

    private static final StoreClosed LATE = new StoreClosed(
            Optional.of("the disk did not finish in time; the newest pieces are checked at the next start"));

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final TorrentParts parts;
    private final ActorRef<Event> client;
    private final InfoHash infoHash;
    private final PiecePicker picker;
    private final Tally tally = new Tally();
    private final TrackerCrew trackers;
    private final Set<InetSocketAddress> met = new LinkedHashSet<>();
    private final AtomicInteger numbers = new AtomicInteger();

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
        this.trackers = new TrackerCrew(context, parts, this::announceRequest);
    }

    private Behavior<Command> opening() {
        var store = context.spawn(
                parts.children().store(context.messageAdapter(PieceStoreActor.Event.class, FromStore::new)),
                "store-" + numbers.getAndIncrement(),
                parts.settings().disk());
        context.watchWith(store, new StoreDown(store));
        return checking(store);
    }

    private Behavior<Command> checking(ActorRef<PieceStoreActor.Command> store) {
        report(Phase.CHECKING, 0, 0, 0);
        return Behaviors.receive(Command.class)
                .onMessage(FromStore.class, wrapped -> whileChecking(store, wrapped.event()))
                .onMessage(FromTracker.class, this::answeredAside)
                .onMessage(Accept.class, this::refuse)
                .onMessage(Meet.class, this::remember)
                .onMessage(Stop.class, stop -> stopping(stop, store))
                .onMessage(StoreDown.class, down -> down.store() == store ? storeCrashed() : Behaviors.same())
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> whileChecking(ActorRef<PieceStoreActor.Command> store, PieceStoreActor.Event event) {
        if (event instanceof PieceStoreActor.Checking checking) {
            report(Phase.CHECKING, checking.done(), 0, 0);
        } else if (event instanceof PieceStoreActor.Opened opened) {
            return running(store, opened);
        } else if (event instanceof PieceStoreActor.Failed failure) {
            return failed(store, failure.trouble(), failure.reason());
        }
        return Behaviors.same();
    }

    private Behavior<Command> running(ActorRef<PieceStoreActor.Command> store, PieceStoreActor.Opened opened) {
        picker.open(opened.verified(), opened.held());
        tally.resume(opened.counters());
        var peers = new PeerCrew(context, parts, picker, store, numbers::getAndIncrement, this::banned);
        peers.meet(met);
        client.tell(new Opened(infoHash, picker.verified().copy()));
        trackers.started(now());
        if (picker.complete()) {
            client.tell(new Completed(infoHash));
        }
        return new Running(store, peers).begin();
    }

    /** The state in which data moves. */
    private final class Running {

        private final ActorRef<PieceStoreActor.Command> store;
        private final PeerCrew peers;

        private Running(ActorRef<PieceStoreActor.Command> store, PeerCrew peers) {
            this.store = store;
            this.peers = peers;
        }

        private Behavior<Command> begin() {
            tick();
            return stay(Behaviors.receive(Command.class)
                    .onMessage(FromPeer.class, wrapped -> onPeer(wrapped.event()))
                    .onMessage(FromStore.class, wrapped -> onStore(wrapped.event()))
                    .onMessage(FromTracker.class, wrapped -> onTracker(wrapped.event()))
                    .onMessage(PeerDown.class, this::onPeerDown)
                    .onMessage(Accept.class, this::accept)
                    .onMessage(Meet.class, this::meet)
                    .onMessageEquals(DialDue.INSTANCE, () -> stay(Behaviors.same()))
                    .onMessageEquals(AnnounceDue.INSTANCE, this::announce)
                    .onMessageEquals(Tick.INSTANCE, this::tick)
                    .onMessageEquals(Recheck.INSTANCE, this::recheck)
                    .onMessage(Stop.class, this::stop)
                    .onMessage(StoreDown.class, down -> down.store() == store ? crashed() : Behaviors.same())
                    .onMessageEquals(Retry.INSTANCE, Behaviors::same)
                    .build());
        }

        /** Whatever happened may allow a dial, or change when the next one or the next announce is due. */
        private Behavior<Command> stay(Behavior<Command> same) {
            long now = now();
            boolean alone = peers.isEmpty();
            peers.dial(now);
            startTimer(DialDue.INSTANCE, peers.nextDial(now), now);
            startTimer(AnnounceDue.INSTANCE, trackers.nextDue(), now);
            if (!peers.isEmpty() && (alone || !timers.isTimerActive(Tick.INSTANCE))) {
                timers.startTimerWithFixedDelay(Tick.INSTANCE, parts.settings().reportEvery());
            }
            return same;
        }

        private Behavior<Command> tick() {
            if (peers.isEmpty()) {
                timers.cancel(Tick.INSTANCE);
            }
            peers.download().confirm();
            report();
            return Behaviors.same();
        }

        private void report() {
            Phase phase = picker.complete() ? Phase.SEEDING : Phase.DOWNLOADING;
            TorrentActor.this.report(phase, 0, peers.peers(), peers.seeds());
        }

        private Behavior<Command> onPeer(PeerActor.Event event) {
            if (event instanceof PeerActor.Traffic traffic) {
                tally.add(traffic.down(), traffic.wasted(), traffic.up(), now());
            }
            peers.on(event, now());
            return stay(Behaviors.same());
        }

        private Behavior<Command> onPeerDown(PeerDown down) {
            peers.gone(down.peer(), PeerActor.Fault.NONE, now());
            return stay(Behaviors.same());
        }

        private Behavior<Command> accept(Accept incoming) {
            return peers.accept(incoming) ? stay(Behaviors.same()) : refuse(incoming);
        }

        private Behavior<Command> meet(Meet meet) {
            met.addAll(meet.peers());
            peers.meet(meet.peers());
            return stay(Behaviors.same());
        }

        private Behavior<Command> onStore(PieceStoreActor.Event event) {
            if (event instanceof PieceStoreActor.Failed failure) {
                return fail(failure.trouble(), failure.reason());
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
                picker.damaged(damaged.pieces());
                peers.download().changed();
            }
            return stay(Behaviors.same());
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
                peers.meet(answer.response().peers());
            }
            answered(event);
            return stay(Behaviors.same());
        }

        private Behavior<Command> announce() {
            store.tell(new PieceStoreActor.Count(tally.total()));
            trackers.due(now());
            return stay(Behaviors.same());
        }

        private Behavior<Command> recheck() {
            timers.cancelAll();
            peers.disconnectAll("checking the data");
            store.tell(PieceStoreActor.Recheck.INSTANCE);
            return checking(store);
        }

        private Behavior<Command> stop(Stop stop) {
            peers.disconnectAll("stopping");
            return stopping(stop, store);
        }

        private Behavior<Command> crashed() {
            peers.disconnectAll("the disk failed");
            return storeCrashed();
        }

        private Behavior<Command> fail(Trouble trouble, String reason) {
            peers.disconnectAll("the disk failed");
            return failed(store, trouble, reason);
        }
    }

    private Behavior<Command> storeCrashed() {
        return failed(null, Trouble.IO, "the store of this torrent failed; the log says why");
    }

    private Behavior<Command> failed(
            @Nullable ActorRef<PieceStoreActor.Command> store, Trouble trouble, String reason) {
        timers.cancelAll();
        timers.startSingleTimer(Retry.INSTANCE, parts.settings().retryAfter());
        if (store != null) {
            context.stop(store);
        }
        client.tell(new Reported(infoHash, reportOf(Phase.FAILED, 0, 0, 0, Optional.of(new Failure(trouble, reason)))));
        return Behaviors.receive(Command.class)
                .onMessageEquals(Retry.INSTANCE, this::opening)
                .onMessage(FromTracker.class, this::answeredAside)
                .onMessage(Accept.class, this::refuse)
                .onMessage(Meet.class, this::remember)
                .onMessage(Stop.class, stop -> stopping(stop, null))
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> stopping(Stop stop, @Nullable ActorRef<PieceStoreActor.Command> store) {
        timers.cancelAll();
        timers.startSingleTimer(DiskLate.INSTANCE, stop.within());
        timers.startSingleTimer(TrackersLate.INSTANCE, parts.settings().partingTime());
        trackers.stopped(now());
        if (store == null) {
            return parting(Optional.of(new StoreClosed(Optional.empty())), false);
        }
        store.tell(new PieceStoreActor.Close(
                tally.total(),
                context.messageAdapter(PieceStoreActor.Closed.class, closed -> new StoreClosed(closed.problem()))));
        return parting(Optional.empty(), false);
    }

    /** Waits for the disk and for the trackers, for each no longer than it has. */
    private Behavior<Command> parting(Optional<StoreClosed> disk, boolean trackersDone) {
        if (disk.isPresent() && (trackersDone || trackers.allStopped())) {
            client.tell(new Stopped(infoHash, disk.get().problem()));
            return Behaviors.stopped();
        }
        return Behaviors.receive(Command.class)
                .onMessage(StoreClosed.class, closed -> parting(Optional.of(closed), trackersDone))
                .onMessageEquals(DiskLate.INSTANCE, () -> parting(disk.or(() -> Optional.of(LATE)), trackersDone))
                .onMessageEquals(TrackersLate.INSTANCE, () -> parting(disk, true))
                .onMessage(FromTracker.class, wrapped -> {
                    trackers.on(wrapped.event(), now());
                    return parting(disk, trackersDone);
                })
                .onMessage(FromPeer.class, wrapped -> Behaviors.same())
                .onMessage(Accept.class, this::refuse)
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> refuse(Accept incoming) {
        incoming.link().link().tell(Link.Abort.INSTANCE);
        return Behaviors.same();
    }

    private Behavior<Command> remember(Meet meet) {
        met.addAll(meet.peers());
        return Behaviors.same();
    }

    /** An answer that comes while there are no peers to dial: the addresses wait. */
    private Behavior<Command> answeredAside(FromTracker wrapped) {
        if (wrapped.event() instanceof TrackerActor.Announced answer) {
            met.addAll(answer.response().peers());
        }
        answered(wrapped.event());
        return Behaviors.same();
    }

    private void answered(TrackerActor.Event event) {
        if (event instanceof TrackerActor.Announced answer) {
            AnnounceResponse response = answer.response();
            client.tell(new Announced(
                    infoHash, trackers.url(answer.tracker()), response.peers().size(), response.warning()));
        } else if (event instanceof TrackerActor.Refused answer) {
            client.tell(new AnnounceFailed(infoHash, trackers.url(answer.tracker()), answer.reason()));
        } else if (event instanceof TrackerActor.Silent silent) {
            client.tell(new AnnounceFailed(infoHash, trackers.url(silent.tracker()), "no answer yet"));
        }
        trackers.on(event, now());
    }

    private AnnounceRequest announceRequest(AnnounceEvent event) {
        Setup setup = parts.setup();
        return new AnnounceRequest(
                infoHash,
                setup.self(),
                setup.port(),
                tally.uploaded(),
                tally.downloaded(),
                parts.setup().metainfo().sizes().length() - verifiedBytes(),
                event,
                AnnounceRequest.NUM_WANT,
                setup.key(),
                Optional.empty());
    }

    private long verifiedBytes() {
        PieceSizes sizes = parts.setup().metainfo().sizes();
        int last = sizes.count() - 1;
        long whole = (long) picker.verified().count() * sizes.pieceLength();
        return picker.verified().get(last) ? whole - sizes.pieceLength() + sizes.lengthOf(last) : whole;
    }

    private void banned(InetSocketAddress liar) {
        client.tell(new Banned(infoHash, liar));
    }

    private void report(Phase phase, long checked, int peers, int seeds) {
        client.tell(new Reported(infoHash, reportOf(phase, checked, peers, seeds, Optional.empty())));
    }

    private Report reportOf(Phase phase, long checked, int peers, int seeds, Optional<Failure> failure) {
        long now = now();
        return new Report(
                phase,
                picker.wantedBytes(),
                picker.verifiedWantedBytes(),
                verifiedBytes(),
                picker.heldBytes(),
                checked,
                tally.total(),
                tally.downRate(now),
                tally.upRate(now),
                peers,
                seeds,
                failure);
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
