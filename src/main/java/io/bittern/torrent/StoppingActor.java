package io.bittern.torrent;

import io.bittern.store.PieceStoreActor;
import io.bittern.torrent.TorrentActor.Accept;
import io.bittern.torrent.TorrentActor.Command;
import io.bittern.torrent.TorrentActor.DiskLate;
import io.bittern.torrent.TorrentActor.FromPeer;
import io.bittern.torrent.TorrentActor.FromTracker;
import io.bittern.torrent.TorrentActor.FromWebSeed;
import io.bittern.torrent.TorrentActor.PeerDown;
import io.bittern.torrent.TorrentActor.PeersLate;
import io.bittern.torrent.TorrentActor.Stop;
import io.bittern.torrent.TorrentActor.Stopped;
import io.bittern.torrent.TorrentActor.StoreClosed;
import io.bittern.torrent.TorrentActor.StoreDown;
import io.bittern.torrent.TorrentActor.TrackersLate;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.japi.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TorrentActor} that waits for its peers, then for the disk and for the trackers, for each no longer than it has.
 *
 * <p>What peers say at their end is counted before anybody is told how much it was.
 */
final class StoppingActor {

    private static final Duration PEERS = Duration.ofMillis(500);
    private static final Optional<String> LATE =
            Optional.of("the disk did not finish in time; the newest pieces are checked at the next start");

    private final TorrentCrew crew;
    private final @Nullable ActorRef<PieceStoreActor.Command> store;
    private boolean alone;
    private @Nullable StoreClosed disk;
    private boolean trackersDone;
    private long latest = Long.MAX_VALUE;

    private StoppingActor(TorrentCrew crew, @Nullable ActorRef<PieceStoreActor.Command> store) {
        this.crew = crew;
        this.store = store;
    }

    /** Begins when peers have been asked to go. */
    static Behavior<Command> create(TorrentCrew crew, Stop stop, @Nullable ActorRef<PieceStoreActor.Command> store) {
        crew.timers().cancelAll();
        crew.timers().startSingleTimer(PeersLate.INSTANCE, PEERS);
        return new StoppingActor(crew, store).hurry(stop.within());
    }

    /** Says good-bye to the trackers and closes the store, if there is one. */
    private void peersGone() {
        alone = true;
        crew.timers().cancel(PeersLate.INSTANCE);
        crew.timers()
                .startSingleTimer(TrackersLate.INSTANCE, crew.parts().settings().partingTime());
        crew.trackers().stopped(crew.now());
        if (store == null) {
            disk = new StoreClosed(Optional.empty());
        } else {
            store.tell(new PieceStoreActor.Close(
                    crew.tally().total(),
                    crew.context()
                            .messageAdapter(
                                    PieceStoreActor.Closed.class, closed -> new StoreClosed(closed.problem()))));
        }
    }

    /** A later, more urgent order counts, a more patient one does not. */
    private Behavior<Command> hurry(Duration within) {
        long deadline = crew.now() + within.toNanos();
        if (deadline < latest) {
            latest = deadline;
            crew.timers().startSingleTimer(DiskLate.INSTANCE, within);
        }
        return stay();
    }

    private Behavior<Command> closed(Optional<String> problem) {
        disk = disk == null ? new StoreClosed(problem) : disk;
        return stay();
    }

    private Behavior<Command> stay() {
        if (!alone && crew.peers().isEmpty()) {
            peersGone();
        }
        if (alone && disk != null && (trackersDone || crew.trackers().allStopped())) {
            crew.client().tell(new Stopped(crew.torrent(), disk.problem()));
            return Behaviors.stopped();
        }
        return Behaviors.receive(Command.class)
                .onMessage(FromPeer.class, then(wrapped -> crew.goodbye(wrapped.event())))
                .onMessage(FromWebSeed.class, then(wrapped -> crew.count(wrapped.event())))
                .onMessage(PeerDown.class, then(crew::peerDown))
                .onMessageEquals(PeersLate.INSTANCE, this::leavePeers)
                .onMessage(StoreClosed.class, closed -> closed(closed.problem()))
                .onMessage(StoreDown.class, this::onStoreDown)
                .onMessageEquals(DiskLate.INSTANCE, () -> closed(LATE))
                .onMessageEquals(TrackersLate.INSTANCE, this::leaveTrackers)
                .onMessage(FromTracker.class, this::onTracker)
                .onMessage(Stop.class, stop -> hurry(stop.within()))
                .onMessage(Accept.class, TorrentCrew.same(crew::refuse))
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onStoreDown(StoreDown down) {
        return down.store().equals(store) ? closed(Optional.of(CheckingActor.CRASHED)) : stay();
    }

    private <M> Function<M, Behavior<Command>> then(Consumer<M> step) {
        return message -> {
            step.accept(message);
            return stay();
        };
    }

    private Behavior<Command> leavePeers() {
        if (!alone) {
            peersGone();
        }
        return stay();
    }

    private Behavior<Command> leaveTrackers() {
        trackersDone = true;
        return stay();
    }

    private Behavior<Command> onTracker(FromTracker wrapped) {
        crew.trackers().on(wrapped.event(), crew.now());
        return stay();
    }
}
