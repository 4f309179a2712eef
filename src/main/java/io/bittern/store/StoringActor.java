package io.bittern.store;

import io.bittern.store.PieceStoreActor.AskHeld;
import io.bittern.store.PieceStoreActor.Broken;
import io.bittern.store.PieceStoreActor.Checked;
import io.bittern.store.PieceStoreActor.Close;
import io.bittern.store.PieceStoreActor.Command;
import io.bittern.store.PieceStoreActor.Count;
import io.bittern.store.PieceStoreActor.Event;
import io.bittern.store.PieceStoreActor.Flush;
import io.bittern.store.PieceStoreActor.Outcome;
import io.bittern.store.PieceStoreActor.Read;
import io.bittern.store.PieceStoreActor.ReadAnswer;
import io.bittern.store.PieceStoreActor.Recheck;
import io.bittern.store.PieceStoreActor.Stored;
import io.bittern.store.PieceStoreActor.Sync;
import io.bittern.store.PieceStoreActor.Synced;
import io.bittern.store.PieceStoreActor.Write;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** A {@link PieceStoreActor} whose disk may be used. Without work it has no timers. */
final class StoringActor {

    /** What a store has in all of its states. */
    record Parts(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            StoreSettings settings,
            ActorRef<Event> torrent,
            Disk disk,
            List<Event> outbox,
            Errands errands) {

        /** A task has begun beside the store's own work, which hears how it ends. */
        <T> void pipe(CompletableFuture<T> task, Function<T, Outcome> outcome) {
            errands.begun();
            context.pipeToSelf(
                    task,
                    (result, failure) -> failure == null ? outcome.apply(result) : new Broken(Tasks.cause(failure)));
        }

        /** Passes on what the disk has told. */
        void tellAll() {
            outbox.forEach(torrent::tell);
            outbox.clear();
        }
    }

    private final Parts parts;
    private final Disk disk;
    private final DisklessActor withoutDisk;

    private StoringActor(Parts parts, DisklessActor withoutDisk) {
        this.parts = parts;
        this.disk = parts.disk();
        this.withoutDisk = withoutDisk;
    }

    /**
     * Works on a disk that is open.
     *
     * @param withoutDisk the states that come after it
     */
    static Behavior<Command> create(Parts parts, DisklessActor withoutDisk) {
        StoringActor open = new StoringActor(parts, withoutDisk);
        return Behaviors.receive((here, command) -> open.on(command), (here, signal) -> open.on(signal));
    }

    /* One method for all: a builder would make a table of handlers for each of what may be ten thousand torrents. */
    private Behavior<Command> on(Command command) {
        if (command instanceof Write write) {
            return onWrite(write);
        } else if (command instanceof Read read) {
            return onRead(read);
        } else if (command instanceof AskHeld ask) {
            return onAskHeld(ask);
        } else if (command instanceof Count count) {
            return onCount(count);
        } else if (command instanceof Outcome outcome) {
            return onOutcome(outcome);
        } else if (command instanceof Close close) {
            return withoutDisk.closing(close, true);
        } else if (command == Flush.INSTANCE) {
            return onFlush();
        } else if (command == Sync.INSTANCE) {
            return onSync();
        } else if (command == Recheck.INSTANCE) {
            parts.errands().wantRecheck();
            return recheckIfDue();
        }
        return Behaviors.unhandled();
    }

    private Behavior<Command> on(Signal signal) {
        return signal instanceof PostStop ? withoutDisk.onStop() : Behaviors.unhandled();
    }

    private Behavior<Command> onWrite(Write write) {
        Stored stored;
        try {
            stored = disk.write(write.blocks(), write.peer());
        } catch (StoreException e) {
            write.replyTo().tell(write.refused());
            return withoutDisk.failed(e);
        }
        schedule();
        write.replyTo().tell(stored);
        parts.tellAll();
        return Behaviors.same();
    }

    private Behavior<Command> onRead(Read read) {
        ReadAnswer answer = disk.read(read.piece(), read.begin(), read.into());
        schedule();
        read.replyTo().tell(answer);
        parts.tellAll();
        return Behaviors.same();
    }

    private Behavior<Command> onAskHeld(AskHeld ask) {
        parts.torrent().tell(disk.held(ask.piece()));
        return Behaviors.same();
    }

    private Behavior<Command> onCount(Count count) {
        disk.count(count.counters());
        schedule();
        return Behaviors.same();
    }

    private Behavior<Command> onFlush() {
        try {
            disk.flush();
        } catch (StoreException e) {
            return withoutDisk.failed(e);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onSync() {
        if (parts.errands().sync()) {
            parts.pipe(Tasks.run(disk.sync(), parts.context().getExecutionContext()), Synced::new);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onOutcome(Outcome outcome) {
        parts.errands().ended(outcome);
        if (outcome instanceof Broken broken) {
            return withoutDisk.failed(broken.failure());
        }
        if (outcome instanceof Synced synced) {
            disk.synced(synced.result());
            synced.result()
                    .problem()
                    .ifPresent(problem -> parts.context().getLog().warn("{}", problem));
        }
        if (outcome instanceof Checked checked) {
            disk.checked(checked.result());
        }
        schedule();
        parts.tellAll();
        return recheckIfDue();
    }

    private Behavior<Command> recheckIfDue() {
        return parts.errands().takeRecheck() ? withoutDisk.rechecking() : Behaviors.same();
    }

    private void schedule() {
        TimerScheduler<Command> timers = parts.timers();
        StoreSettings.Pace pace = parts.settings().pace();
        if (!disk.isFlushed() && !timers.isTimerActive(Flush.INSTANCE)) {
            timers.startSingleTimer(Flush.INSTANCE, pace.flushAfter());
        }
        Optional<Duration> sync = disk.syncWithin(pace);
        if (sync.isPresent() && sync.get().isZero()) {
            timers.cancel(Sync.INSTANCE);
            onSync();
        } else if (sync.isPresent() && !timers.isTimerActive(Sync.INSTANCE)) {
            timers.startSingleTimer(Sync.INSTANCE, sync.get());
        }
        if (disk.hasDoubts() && parts.errands().check()) {
            parts.pipe(disk.check(parts.context().getExecutionContext()), Checked::new);
        }
    }
}
