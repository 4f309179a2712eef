package io.bittern.torrent;

import io.bittern.peer.PeerActor;
import io.bittern.store.PieceStoreActor;
import io.bittern.torrent.TorrentActor.Accept;
import io.bittern.torrent.TorrentActor.AnnounceDue;
import io.bittern.torrent.TorrentActor.Await;
import io.bittern.torrent.TorrentActor.ChokerDown;
import io.bittern.torrent.TorrentActor.Choose;
import io.bittern.torrent.TorrentActor.Command;
import io.bittern.torrent.TorrentActor.Completed;
import io.bittern.torrent.TorrentActor.DialDue;
import io.bittern.torrent.TorrentActor.FromPeer;
import io.bittern.torrent.TorrentActor.FromStore;
import io.bittern.torrent.TorrentActor.FromTracker;
import io.bittern.torrent.TorrentActor.FromWebSeed;
import io.bittern.torrent.TorrentActor.Meet;
import io.bittern.torrent.TorrentActor.PeerDown;
import io.bittern.torrent.TorrentActor.Recheck;
import io.bittern.torrent.TorrentActor.Retry;
import io.bittern.torrent.TorrentActor.Stop;
import io.bittern.torrent.TorrentActor.StoreDown;
import io.bittern.torrent.TorrentActor.Tick;
import io.bittern.torrent.TorrentActor.WebSeedDown;
import io.bittern.webseed.WebSeedActor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A {@link TorrentActor} whose data moves. */
final class RunningActor {

    private final TorrentCrew crew;
    private final PeerCrew peers;
    private final StoreCrew store;
    private final CheckingActor withoutPeers;

    private RunningActor(TorrentCrew crew, ActorRef<PieceStoreActor.Command> store, CheckingActor withoutPeers) {
        this.crew = crew;
        this.peers = crew.peers();
        this.store = new StoreCrew(crew, store);
        this.withoutPeers = withoutPeers;
    }

    /**
     * Begins with what the picker knows to be verified.
     *
     * @param withoutPeers the states that come after it, but for the end
     */
    static Behavior<Command> create(
            TorrentCrew crew, ActorRef<PieceStoreActor.Command> store, CheckingActor withoutPeers) {
        return new RunningActor(crew, store, withoutPeers).begin();
    }

    private Behavior<Command> begin() {
        crew.client()
                .tell(new TorrentActor.Opened(
                        crew.torrent(), crew.picker().verified().copy()));
        crew.reportRunning();
        crew.trackers().started(crew.now(), !crew.picker().complete());
        if (crew.picker().complete()) {
            crew.client().tell(new Completed(crew.torrent()));
        }
        return stay(Behaviors.receiveMessage(this::on));
    }

    /* One method for all: a builder would make a table of handlers for each of what may be ten thousand torrents. */
    private Behavior<Command> on(Command command) {
        if (command instanceof FromPeer wrapped) {
            return onPeer(wrapped.event());
        } else if (command instanceof FromStore wrapped) {
            return onStore(wrapped.event());
        } else if (command instanceof WebSeedDown down) {
            peers.down(down);
        } else if (command instanceof FromWebSeed wrapped) {
            onWebSeed(wrapped.event());
        } else if (command instanceof ChokerDown down) {
            peers.chokerDown(down.choker());
        } else if (command instanceof Await reader) {
            peers.await(reader, crew.now());
        } else if (command instanceof Accept incoming) {
            return accept(incoming);
        } else if (command instanceof Choose choice) {
            return choose(choice);
        } else if (command instanceof Stop stop) {
            return part("stopping", () -> StoppingActor.create(crew, stop, store.actor()));
        } else if (command instanceof StoreDown down) {
            return onStoreDown(down);
        } else if (command == Tick.INSTANCE) {
            tick();
        } else if (command == AnnounceDue.INSTANCE) {
            return announce();
        } else if (command == Recheck.INSTANCE) {
            return recheck();
        } else {
            return onNews(command);
        }
        return Behaviors.same();
    }

    /** What may allow a dial or an announce. */
    private Behavior<Command> onNews(Command command) {
        if (command instanceof FromTracker wrapped) {
            crew.answered(wrapped.event());
        } else if (command instanceof PeerDown down) {
            crew.peerDown(down);
        } else if (command instanceof Meet meet) {
            peers.meet(meet.peers(), meet.source());
        } else if (command != DialDue.INSTANCE) {
            return command == Retry.INSTANCE ? Behaviors.same() : Behaviors.unhandled();
        }
        return stay(Behaviors.same());
    }

    /** What happened may allow a dial, or change when the next one or the next announce is due. */
    private Behavior<Command> stay(Behavior<Command> same) {
        long now = crew.now();
        peers.dial(now);
        crew.startTimer(DialDue.INSTANCE, peers.nextDial(now), now);
        crew.startTimer(AnnounceDue.INSTANCE, crew.trackers().nextDue(), now);
        if (!peers.isEmpty() && !crew.timers().isTimerActive(Tick.INSTANCE)) {
            crew.timers()
                    .startTimerWithFixedDelay(
                            Tick.INSTANCE, crew.parts().settings().reportEvery());
        }
        return same;
    }

    private void tick() {
        if (peers.isEmpty()) {
            crew.timers().cancel(Tick.INSTANCE);
        }
        peers.tick(crew.now());
        crew.reportRunning();
    }

    private Behavior<Command> onPeer(PeerActor.Event event) {
        crew.count(event);
        return peers.on(event, crew.now()) ? stay(Behaviors.same()) : Behaviors.same();
    }

    private void onWebSeed(WebSeedActor.Event event) {
        crew.count(event);
        peers.on(event);
    }

    private Behavior<Command> accept(Accept incoming) {
        if (peers.accept(incoming)) {
            return stay(Behaviors.same());
        }
        crew.refuse(incoming);
        return Behaviors.same();
    }

    private Behavior<Command> onStore(PieceStoreActor.Event event) {
        if (event instanceof PieceStoreActor.Failed failure) {
            return part(
                    "the disk failed", () -> withoutPeers.failed(store.actor(), failure.trouble(), failure.reason()));
        }
        store.on(event);
        return event instanceof PieceStoreActor.Damaged ? stay(Behaviors.same()) : Behaviors.same();
    }

    private Behavior<Command> choose(Choose command) {
        store.want(command.choice().pieces());
        crew.reportRunning();
        return withoutPeers.chosen(command.choice())
                ? part("more files are wanted", () -> withoutPeers.reopening(store.actor()))
                : stay(Behaviors.same());
    }

    private Behavior<Command> announce() {
        store.tell(new PieceStoreActor.Count(crew.tally().total()));
        crew.trackers().due(crew.now(), !crew.picker().complete());
        return stay(Behaviors.same());
    }

    private Behavior<Command> recheck() {
        store.tell(PieceStoreActor.Recheck.INSTANCE);
        return part("checking the data", () -> withoutPeers.checking(store.actor()));
    }

    private Behavior<Command> onStoreDown(StoreDown down) {
        return down.store().equals(store.actor()) ? part("the disk failed", withoutPeers::crashed) : Behaviors.same();
    }

    private Behavior<Command> part(String reason, Supplier<Behavior<Command>> next) {
        crew.timers().cancelAll();
        peers.part(reason);
        return next.get();
    }
}
