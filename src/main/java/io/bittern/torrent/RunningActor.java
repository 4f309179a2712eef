package io.bittern.torrent;

import static io.bittern.torrent.TorrentCrew.same;

import io.bittern.peer.PeerActor;
import io.bittern.piece.PiecePicker;
import io.bittern.store.PieceStoreActor;
import io.bittern.torrent.Report.Phase;
import io.bittern.torrent.TorrentActor.Accept;
import io.bittern.torrent.TorrentActor.AnnounceDue;
import io.bittern.torrent.TorrentActor.ChokerDown;
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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.japi.function.Function;

/** A {@link TorrentActor} whose data moves. */
final class RunningActor {

    private final TorrentCrew crew;
    private final PiecePicker picker;
    private final PeerCrew peers;
    private final ActorRef<PieceStoreActor.Command> store;
    private final CheckingActor withoutPeers;

    private RunningActor(TorrentCrew crew, ActorRef<PieceStoreActor.Command> store, CheckingActor withoutPeers) {
        this.crew = crew;
        this.picker = crew.picker();
        this.peers = crew.peers();
        this.store = store;
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
        tell(new TorrentActor.Opened(crew.torrent(), picker.verified().copy()));
        report();
        crew.trackers().started(crew.now(), !picker.complete());
        if (picker.complete()) {
            tell(new Completed(crew.torrent()));
        }
        return stay(Behaviors.receive(Command.class)
                .onMessage(FromPeer.class, wrapped -> onPeer(wrapped.event()))
                .onMessage(FromStore.class, wrapped -> onStore(wrapped.event()))
                .onMessage(FromTracker.class, then(wrapped -> crew.answered(wrapped.event())))
                .onMessage(FromWebSeed.class, same(wrapped -> onWebSeed(wrapped.event())))
                .onMessage(WebSeedDown.class, same(peers::down))
                .onMessage(PeerDown.class, then(crew::peerDown))
                .onMessage(ChokerDown.class, same(down -> peers.chokerDown(down.choker())))
                .onMessage(Accept.class, this::accept)
                .onMessage(Meet.class, then(meet -> peers.meet(meet.peers(), meet.source())))
                .onMessageEquals(DialDue.INSTANCE, () -> stay(Behaviors.same()))
                .onMessageEquals(AnnounceDue.INSTANCE, this::announce)
                .onMessageEquals(Tick.INSTANCE, this::tick)
                .onMessageEquals(Recheck.INSTANCE, this::recheck)
                .onMessage(Stop.class, stop -> part("stopping", () -> StoppingActor.create(crew, stop, store)))
                .onMessage(StoreDown.class, this::onStoreDown)
                .onMessageEquals(Retry.INSTANCE, Behaviors::same)
                .build());
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

    private <M> Function<M, Behavior<Command>> then(Consumer<M> step) {
        return message -> {
            step.accept(message);
            return stay(Behaviors.same());
        };
    }

    private Behavior<Command> tick() {
        if (peers.isEmpty()) {
            crew.timers().cancel(Tick.INSTANCE);
        }
        peers.tick(crew.now());
        report();
        return Behaviors.same();
    }

    private void report() {
        crew.report(picker.complete() ? Phase.SEEDING : Phase.DOWNLOADING, 0, Optional.empty());
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
            return part("the disk failed", () -> withoutPeers.failed(store, failure.trouble(), failure.reason()));
        } else if (event instanceof PieceStoreActor.Verified verified) {
            verified(verified.piece());
        } else if (event instanceof PieceStoreActor.Held held) {
            peers.download().held(held.piece(), held.attempt(), held.blocks());
        } else if (event instanceof PieceStoreActor.Rejected rejected) {
            rejected(rejected);
        } else if (event instanceof PieceStoreActor.Lied lied) {
            peers.lied(lied.piece(), lied.peers());
        } else if (event instanceof PieceStoreActor.Damaged damaged) {
            peers.damaged(damaged.pieces());
            report();
            return stay(Behaviors.same());
        }
        return Behaviors.same();
    }

    private void rejected(PieceStoreActor.Rejected rejected) {
        crew.tally().waste(crew.parts().setup().metainfo().sizes().lengthOf(rejected.piece()));
        tell(new TorrentActor.PieceRejected(crew.torrent(), rejected.piece()));
        peers.rejected(rejected.piece(), rejected.attempt(), rejected.suspects());
    }

    private void verified(int piece) {
        boolean completeBefore = picker.complete();
        peers.verified(piece);
        tell(new TorrentActor.PieceVerified(crew.torrent(), piece));
        if (picker.complete() && !completeBefore) {
            crew.trackers().completed(crew.now());
            peers.complete();
            report();
            tell(new Completed(crew.torrent()));
        }
    }

    private Behavior<Command> announce() {
        store.tell(new PieceStoreActor.Count(crew.tally().total()));
        crew.trackers().due(crew.now(), !picker.complete());
        return stay(Behaviors.same());
    }

    private Behavior<Command> recheck() {
        store.tell(PieceStoreActor.Recheck.INSTANCE);
        return part("checking the data", () -> withoutPeers.checking(store));
    }

    private Behavior<Command> onStoreDown(StoreDown down) {
        return down.store().equals(store) ? part("the disk failed", withoutPeers::crashed) : Behaviors.same();
    }

    private Behavior<Command> part(String reason, Supplier<Behavior<Command>> next) {
        crew.timers().cancelAll();
        peers.part(reason);
        return next.get();
    }

    private void tell(TorrentActor.Event event) {
        crew.client().tell(event);
    }
}
