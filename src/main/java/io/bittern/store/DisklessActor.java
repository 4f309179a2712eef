package io.bittern.store;

import io.bittern.store.PieceStoreActor.AskHeld;
import io.bittern.store.PieceStoreActor.Broken;
import io.bittern.store.PieceStoreActor.Close;
import io.bittern.store.PieceStoreActor.Closed;
import io.bittern.store.PieceStoreActor.Command;
import io.bittern.store.PieceStoreActor.Count;
import io.bittern.store.PieceStoreActor.Event;
import io.bittern.store.PieceStoreActor.Failed;
import io.bittern.store.PieceStoreActor.Flush;
import io.bittern.store.PieceStoreActor.Found;
import io.bittern.store.PieceStoreActor.Outcome;
import io.bittern.store.PieceStoreActor.Read;
import io.bittern.store.PieceStoreActor.Recheck;
import io.bittern.store.PieceStoreActor.Sync;
import io.bittern.store.PieceStoreActor.Synced;
import io.bittern.store.PieceStoreActor.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A {@link PieceStoreActor} whose disk may not be used: its data are being checked, it has failed, or it is being closed.
 *
 * <p>What needs a disk is refused; counters are remembered.
 */
final class DisklessActor {

    private final StoringActor.Parts parts;
    private final Disk disk;

    private DisklessActor(StoringActor.Parts parts) {
        this.parts = parts;
        this.disk = parts.disk();
    }

    static Behavior<Command> create(StoreSettings settings, ActorRef<Event> torrent) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            List<Event> outbox = new ArrayList<>();
            Disk disk = new Disk(settings, outbox::add);
            var parts = new StoringActor.Parts(context, timers, settings, torrent, disk, outbox, new Errands());
            return new DisklessActor(parts).opening(true);
        }));
    }

    private Behavior<Command> opening(boolean believe) {
        Progress progress = new CheckProgress(parts.settings().shared().nanoTime(), parts.torrent()::tell);
        Opening opening = disk.opening(progress, parts.context().getExecutionContext());
        parts.pipe(opening.run(believe), Found::new);
        return refusing("the data are being checked")
                .onMessage(Outcome.class, this::whileOpening)
                .onMessageEquals(Recheck.INSTANCE, () -> {
                    parts.errands().wantRecheck();
                    return Behaviors.same();
                })
                .onMessage(Close.class, close -> {
                    opening.cancel();
                    return closing(close, false);
                })
                .build();
    }

    private Behavior<Command> whileOpening(Outcome outcome) {
        parts.errands().ended(outcome);
        if (outcome instanceof Broken broken) {
            return failed(broken.failure());
        }
        if (!(outcome instanceof Found found)) {
            return Behaviors.same();
        }
        parts.torrent().tell(disk.begin(found.start()));
        return parts.errands().takeRecheck() ? rechecking() : StoringActor.create(parts, this);
    }

    /** All data are checked anew. */
    Behavior<Command> rechecking() {
        try {
            disk.forget();
        } catch (StoreException e) {
            return failed(e);
        }
        parts.timers().cancelAll();
        return opening(false);
    }

    /** The disk cannot be used, or something has a bug. */
    Behavior<Command> failed(Throwable failure) {
        parts.timers().cancelAll();
        parts.tellAll();
        Failed failed = reason(failure);
        disk.abandon();
        parts.torrent().tell(failed);
        return refusing(failed.reason())
                .onMessage(Outcome.class, outcome -> Behaviors.same())
                .onMessageEquals(Recheck.INSTANCE, Behaviors::same)
                .onMessage(Close.class, close -> closed(close, Optional.of(failed.reason())))
                .build();
    }

    /** Waits for the tasks on their way, so that nothing works on the disk after the answer. */
    Behavior<Command> closing(Close close, boolean save) {
        parts.timers().cancelAll();
        disk.count(close.counters());
        disk.cancelCheck();
        if (!parts.errands().none()) {
            return refusing("the store is being closed")
                    .onMessage(Outcome.class, outcome -> {
                        parts.errands().ended(outcome);
                        return closing(close, save);
                    })
                    .build();
        }
        return save && !disk.isKept() ? saving(close) : closed(close, Optional.empty());
    }

    private Behavior<Command> saving(Close close) {
        try {
            parts.pipe(Tasks.run(disk.lastSync(), parts.context().getExecutionContext()), Synced::new);
        } catch (StoreException e) {
            return closed(close, Optional.of(reason(e).reason()));
        }
        return refusing("the store is being closed")
                .onMessage(Outcome.class, outcome -> closed(close, problem(outcome)))
                .build();
    }

    private Failed reason(Throwable failure) {
        if (!(failure instanceof StoreException)) {
            parts.context().getLog().error("a task of the store failed", failure);
        }
        return disk.explain(failure);
    }

    private Optional<String> problem(Outcome outcome) {
        if (outcome instanceof Broken broken) {
            return Optional.of(reason(broken.failure()).reason());
        }
        return outcome instanceof Synced synced ? disk.problem(synced.result()) : Optional.empty();
    }

    private Behavior<Command> closed(Close close, Optional<String> problem) {
        disk.abandon();
        close.replyTo().tell(new Closed(problem));
        return Behaviors.stopped();
    }

    private BehaviorBuilder<Command> refusing(String why) {
        return Behaviors.receive(Command.class)
                .onMessage(Write.class, write -> {
                    write.replyTo().tell(write.refused());
                    return Behaviors.same();
                })
                .onMessage(Read.class, read -> {
                    read.replyTo().tell(read.refused(why));
                    return Behaviors.same();
                })
                .onMessage(AskHeld.class, ask -> {
                    parts.torrent().tell(disk.held(ask.piece()));
                    return Behaviors.same();
                })
                .onMessage(Count.class, count -> {
                    disk.count(count.counters());
                    return Behaviors.same();
                })
                .onMessageEquals(Flush.INSTANCE, Behaviors::same)
                .onMessageEquals(Sync.INSTANCE, Behaviors::same)
                .onSignal(PostStop.class, signal -> onStop());
    }

    /** The actor ends, however that comes. */
    Behavior<Command> onStop() {
        disk.abandon();
        return Behaviors.same();
    }
}
