package io.bittern.store;

import io.bittern.store.PieceStoreActor.AskHeld;
import io.bittern.store.PieceStoreActor.Broken;
import io.bittern.store.PieceStoreActor.Checked;
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
import io.bittern.store.PieceStoreActor.ReadAnswer;
import io.bittern.store.PieceStoreActor.Recheck;
import io.bittern.store.PieceStoreActor.Stored;
import io.bittern.store.PieceStoreActor.Sync;
import io.bittern.store.PieceStoreActor.Synced;
import io.bittern.store.PieceStoreActor.Write;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * What a {@link PieceStoreActor} does.
 *
 * <p>States: opening, open, failed, closing. It writes and reads on its own thread; whatever takes long (checks, syncs,
 * preparing files) runs as tasks on its dispatcher beside it. Without work it has no timers.
 */
final class StoringActor {

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final StoreSettings settings;
    private final ActorRef<Event> torrent;
    private final ArrayDeque<Event> outbox = new ArrayDeque<>(4);
    private final Disk disk;
    private final Errands errands = new Errands();
    private boolean recheckWanted;

    static Behavior<Command> create(StoreSettings settings, ActorRef<Event> torrent) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new StoringActor(context, timers, settings, torrent).opening(true)));
    }

    private StoringActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            StoreSettings settings,
            ActorRef<Event> torrent) {
        this.context = context;
        this.timers = timers;
        this.settings = settings;
        this.torrent = torrent;
        this.disk = new Disk(settings, outbox::add);
    }

    private Behavior<Command> opening(boolean believe) {
        Progress progress = new CheckProgress(settings.shared().nanoTime(), torrent::tell);
        Opening opening = disk.opening(progress, context.getExecutionContext());
        pipe(opening.run(believe), Found::new);
        return withoutDisk("the data are being checked")
                .onMessage(Outcome.class, this::whileOpening)
                .onMessageEquals(Recheck.INSTANCE, () -> {
                    recheckWanted = true;
                    return Behaviors.same();
                })
                .onMessage(Close.class, close -> {
                    opening.cancel();
                    return closing(close, false);
                })
                .build();
    }

    private Behavior<Command> whileOpening(Outcome outcome) {
        errands.ended(outcome);
        if (outcome instanceof Broken broken) {
            return failed(broken.failure());
        }
        if (!(outcome instanceof Found found)) {
            return Behaviors.same();
        }
        torrent.tell(disk.begin(found.start()));
        return recheckWanted ? onRecheck() : open();
    }

    private Behavior<Command> open() {
        return Behaviors.receive((here, command) -> whileOpen(command), (here, signal) -> whileOpen(signal));
    }

    /* One method for all: a builder would make a table of handlers for each of what may be ten thousand torrents. */
    private Behavior<Command> whileOpen(Command command) {
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
            return closing(close, true);
        } else if (command == Flush.INSTANCE) {
            return onFlush();
        } else if (command == Sync.INSTANCE) {
            return onSync();
        }
        return command == Recheck.INSTANCE ? onRecheck() : Behaviors.unhandled();
    }

    private Behavior<Command> whileOpen(Signal signal) {
        return signal instanceof PostStop ? onStop() : Behaviors.unhandled();
    }

    private Behavior<Command> onWrite(Write write) {
        Stored stored;
        try {
            stored = disk.write(write.blocks(), write.peer());
        } catch (StoreException e) {
            write.replyTo().tell(write.refused());
            return failed(e);
        }
        schedule();
        write.replyTo().tell(stored);
        return tellAll();
    }

    private Behavior<Command> onRead(Read read) {
        ReadAnswer answer = disk.read(read.piece(), read.begin(), read.into());
        schedule();
        read.replyTo().tell(answer);
        return tellAll();
    }

    private Behavior<Command> onAskHeld(AskHeld ask) {
        torrent.tell(disk.held(ask.piece()));
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
            return failed(e);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onSync() {
        if (errands.sync()) {
            pipe(Tasks.run(disk.sync(), context.getExecutionContext()), Synced::new);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onOutcome(Outcome outcome) {
        errands.ended(outcome);
        if (outcome instanceof Broken broken) {
            return failed(broken.failure());
        }
        if (outcome instanceof Synced synced) {
            disk.synced(synced.result());
            synced.result().problem().ifPresent(problem -> context.getLog().warn("{}", problem));
        }
        if (outcome instanceof Checked checked) {
            disk.checked(checked.result());
        }
        schedule();
        tellAll();
        return recheckWanted ? onRecheck() : Behaviors.same();
    }

    /* A sync on its way would keep a state that the check may disprove, so the check waits for it. */
    private Behavior<Command> onRecheck() {
        recheckWanted = errands.syncing();
        if (recheckWanted) {
            return open();
        }
        try {
            disk.forget();
        } catch (StoreException e) {
            return failed(e);
        }
        timers.cancelAll();
        return opening(false);
    }

    private Behavior<Command> failed(Throwable failure) {
        timers.cancelAll();
        tellAll();
        Failed failed = reason(failure);
        disk.abandon();
        torrent.tell(failed);
        return withoutDisk(failed.reason())
                .onMessage(Outcome.class, outcome -> Behaviors.same())
                .onMessageEquals(Recheck.INSTANCE, Behaviors::same)
                .onMessage(Close.class, close -> closed(close, Optional.of(failed.reason())))
                .build();
    }

    /* Waits for the tasks on their way, so that nothing works on the disk after the answer. */
    private Behavior<Command> closing(Close close, boolean save) {
        timers.cancelAll();
        disk.count(close.counters());
        disk.cancelCheck();
        if (!errands.none()) {
            return withoutDisk("the store is being closed")
                    .onMessage(Outcome.class, outcome -> {
                        errands.ended(outcome);
                        return closing(close, save);
                    })
                    .build();
        }
        return save && !disk.isKept() ? saving(close) : closed(close, Optional.empty());
    }

    private Behavior<Command> saving(Close close) {
        try {
            pipe(Tasks.run(disk.lastSync(), context.getExecutionContext()), Synced::new);
        } catch (StoreException e) {
            return closed(close, Optional.of(reason(e).reason()));
        }
        return withoutDisk("the store is being closed")
                .onMessage(Outcome.class, outcome -> closed(close, problem(outcome)))
                .build();
    }

    private Behavior<Command> closed(Close close, Optional<String> problem) {
        disk.abandon();
        close.replyTo().tell(new Closed(problem));
        return Behaviors.stopped();
    }

    /* What every state but "open" answers. */
    private BehaviorBuilder<Command> withoutDisk(String why) {
        return Behaviors.receive(Command.class)
                .onMessage(Write.class, write -> {
                    write.replyTo().tell(write.refused());
                    return Behaviors.same();
                })
                .onMessage(Read.class, read -> {
                    read.replyTo().tell(read.refused(why));
                    return Behaviors.same();
                })
                .onMessage(AskHeld.class, this::onAskHeld)
                .onMessage(Count.class, count -> {
                    disk.count(count.counters());
                    return Behaviors.same();
                })
                .onMessageEquals(Flush.INSTANCE, Behaviors::same)
                .onMessageEquals(Sync.INSTANCE, Behaviors::same)
                .onSignal(PostStop.class, signal -> onStop());
    }

    private Behavior<Command> onStop() {
        disk.abandon();
        return Behaviors.same();
    }

    private Behavior<Command> tellAll() {
        for (Event event = outbox.poll(); event != null; event = outbox.poll()) {
            torrent.tell(event);
        }
        return Behaviors.same();
    }

    private void schedule() {
        if (!disk.isFlushed() && !timers.isTimerActive(Flush.INSTANCE)) {
            timers.startSingleTimer(Flush.INSTANCE, settings.pace().flushAfter());
        }
        Optional<Duration> sync = disk.syncWithin(settings.pace());
        if (sync.isPresent() && sync.get().isZero()) {
            timers.cancel(Sync.INSTANCE);
            onSync();
        } else if (sync.isPresent() && !timers.isTimerActive(Sync.INSTANCE)) {
            timers.startSingleTimer(Sync.INSTANCE, sync.get());
        }
        if (disk.hasDoubts() && errands.check()) {
            pipe(disk.check(context.getExecutionContext()), Checked::new);
        }
    }

    private <T> void pipe(CompletableFuture<T> task, Function<T, Outcome> outcome) {
        errands.begun();
        context.pipeToSelf(
                task, (result, failure) -> failure == null ? outcome.apply(result) : new Broken(Tasks.cause(failure)));
    }

    private Failed reason(Throwable failure) {
        if (!(failure instanceof StoreException)) {
            context.getLog().error("a task of the store failed", failure);
        }
        return disk.explain(failure);
    }

    private Optional<String> problem(Outcome outcome) {
        if (outcome instanceof Broken broken) {
            return Optional.of(reason(broken.failure()).reason());
        }
        return outcome instanceof Synced synced ? disk.problem(synced.result()) : Optional.empty();
    }
}
