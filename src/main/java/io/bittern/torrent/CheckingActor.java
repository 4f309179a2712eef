package io.bittern.torrent;

import static io.bittern.torrent.TorrentCrew.same;

import io.bittern.store.PieceStoreActor;
import io.bittern.store.PieceStoreActor.Trouble;
import io.bittern.torrent.Report.Failure;
import io.bittern.torrent.Report.Phase;
import io.bittern.torrent.TorrentActor.Accept;
import io.bittern.torrent.TorrentActor.Await;
import io.bittern.torrent.TorrentActor.Choose;
import io.bittern.torrent.TorrentActor.Command;
import io.bittern.torrent.TorrentActor.FromPeer;
import io.bittern.torrent.TorrentActor.FromStore;
import io.bittern.torrent.TorrentActor.FromTracker;
import io.bittern.torrent.TorrentActor.FromWebSeed;
import io.bittern.torrent.TorrentActor.Meet;
import io.bittern.torrent.TorrentActor.PeerDown;
import io.bittern.torrent.TorrentActor.Retry;
import io.bittern.torrent.TorrentActor.Stop;
import io.bittern.torrent.TorrentActor.StoreClosed;
import io.bittern.torrent.TorrentActor.StoreDown;
import java.util.BitSet;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TorrentActor} without peers: its data is being checked, or its disk cannot be used.
 *
 * <p>New peers are turned away, those to dial later are remembered, and old ones are seen off.
 */
final class CheckingActor {

    static final String CRASHED = "the store of this torrent failed; the log says why";

    private final TorrentCrew crew;
    private Choice choice;
    private BitSet stored = new BitSet();
    private int stores;

    private CheckingActor(TorrentCrew crew) {
        this.crew = crew;
        this.choice = crew.parts().setup().choice();
    }

    static Behavior<Command> create(TorrentCrew crew) {
        return new CheckingActor(crew).opening();
    }

    private Behavior<Command> opening() {
        var context = crew.context();
        stored = choice.files();
        ActorRef<PieceStoreActor.Event> events = context.messageAdapter(PieceStoreActor.Event.class, FromStore::new);
        var store = context.spawn(
                crew.parts().children().store(stored, events),
                "store-" + stores++,
                crew.parts().settings().disk());
        context.watchWith(store, new StoreDown(store));
        return checking(store);
    }

    /** The store checks all data. */
    Behavior<Command> checking(ActorRef<PieceStoreActor.Command> store) {
        crew.report(Phase.CHECKING, 0, Optional.empty());
        return withoutPeers()
                .onMessage(FromStore.class, wrapped -> whileChecking(store, wrapped.event()))
                .onMessage(Stop.class, stop -> StoppingActor.create(crew, stop, store))
                .onMessage(StoreDown.class, down -> down.store().equals(store) ? crashed() : Behaviors.same())
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> whileChecking(ActorRef<PieceStoreActor.Command> store, PieceStoreActor.Event event) {
        if (event instanceof PieceStoreActor.Checking checking) {
            crew.report(Phase.CHECKING, checking.done(), Optional.empty());
        } else if (event instanceof PieceStoreActor.Opened opened) {
            crew.picker().open(opened.verified(), opened.held());
            crew.tally().resume(opened.counters());
            if (!choice.within(stored)) {
                return reopening(store);
            }
            crew.account().opened();
            crew.peers().open(store);
            return RunningActor.create(crew, store, this);
        } else if (event instanceof PieceStoreActor.Failed failure) {
            return failed(store, failure.trouble(), failure.reason());
        }
        return Behaviors.same();
    }

    /** Other files are wanted; true if the store has to be opened anew for them. */
    boolean chosen(Choice next) {
        choice = next;
        return !choice.within(stored);
    }

    private void choose(Choose command) {
        choice = command.choice();
        crew.picker().want(choice.pieces());
    }

    /** The store ends in order, and one that may create more files takes its place. */
    Behavior<Command> reopening(ActorRef<PieceStoreActor.Command> store) {
        crew.report(Phase.CHECKING, 0, Optional.empty());
        store.tell(new PieceStoreActor.Close(
                crew.tally().total(),
                crew.context()
                        .messageAdapter(PieceStoreActor.Closed.class, closed -> new StoreClosed(closed.problem()))));
        return waiting(store, Optional.empty());
    }

    private Behavior<Command> waiting(ActorRef<PieceStoreActor.Command> store, Optional<Stop> stop) {
        return withoutPeers()
                .onMessage(Stop.class, order -> waiting(store, Optional.of(order)))
                .onMessage(StoreClosed.class, closed -> reopened(stop))
                .onMessage(StoreDown.class, down -> down.store().equals(store) ? reopened(stop) : Behaviors.same())
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> reopened(Optional<Stop> stop) {
        return stop.isPresent() ? StoppingActor.create(crew, stop.get(), null) : opening();
    }

    /** The store has ended by itself. */
    Behavior<Command> crashed() {
        return failed(null, Trouble.IO, CRASHED);
    }

    /** The disk cannot be used, which is tried again later with a store of its own. */
    Behavior<Command> failed(@Nullable ActorRef<PieceStoreActor.Command> store, Trouble trouble, String reason) {
        crew.timers().startSingleTimer(Retry.INSTANCE, crew.parts().settings().retryAfter());
        if (store != null) {
            crew.context().stop(store);
        }
        crew.report(Phase.FAILED, 0, Optional.of(new Failure(trouble, reason)));
        return withoutPeers()
                .onMessageEquals(Retry.INSTANCE, () -> {
                    crew.timers().cancel(Retry.INSTANCE);
                    return opening();
                })
                .onMessage(Stop.class, stop -> StoppingActor.create(crew, stop, null))
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private BehaviorBuilder<Command> withoutPeers() {
        return Behaviors.receive(Command.class)
                .onMessage(FromTracker.class, same(wrapped -> crew.answered(wrapped.event())))
                .onMessage(FromPeer.class, same(wrapped -> crew.goodbye(wrapped.event())))
                .onMessage(FromWebSeed.class, same(wrapped -> crew.count(wrapped.event())))
                .onMessage(PeerDown.class, same(crew::peerDown))
                .onMessage(Accept.class, same(crew::refuse))
                .onMessage(Choose.class, same(this::choose))
                .onMessage(Await.class, same(reader -> crew.peers().await(reader, crew.now())))
                .onMessage(Meet.class, same(meet -> crew.peers().meet(meet.peers(), meet.source())));
    }
}
