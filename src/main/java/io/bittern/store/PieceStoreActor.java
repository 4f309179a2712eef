package io.bittern.store;

import io.bittern.piece.Bitfield;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The disk of one torrent: it alone decides which blocks are held and which pieces are verified.
 *
 * <p>States: opening, open, failed, closing. It writes and reads on its own thread; whatever takes long (checks, syncs,
 * preparing files) runs as tasks on its dispatcher beside it. Without work it has no timers.
 */
public final class PieceStoreActor {

    /** What a store can be told. */
    public sealed interface Command {}

    /** Stores blocks that one peer sent, in order; answered by one {@link Stored}. */
    public record Write(List<Block> blocks, int peer, ActorRef<Stored> replyTo) implements Command {}

    /** A block as it came: {@code length} bytes of {@code array} from {@code offset}, for an attempt at a piece. */
    public record Block(int piece, int attempt, int begin, byte[] array, int offset, int length) {}

    /**
     * Fills {@code into}, which is the store's until it answers, from a verified piece, for what may be several contiguous
     * requests; answered by one {@link ReadAnswer}.
     */
    public record Read(int piece, int begin, byte[] into, ActorRef<ReadAnswer> replyTo) implements Command {}

    /** Asks which blocks of a piece are held; answered by {@link Held}. */
    public record AskHeld(int piece, int attempt) implements Command {}

    /** Hands over the counters to be kept with the next resume state. */
    public record Count(Counters counters) implements Command {}

    /** Checks all data anew, whatever the resume state says; ends with a new {@link Opened}. */
    public enum Recheck implements Command {
        INSTANCE
    }

    /** Flushes, syncs, writes the resume state and stops; answered by {@link Closed}. */
    public record Close(Counters counters, ActorRef<Closed> replyTo) implements Command {}

    private enum Flush implements Command {
        INSTANCE
    }

    private enum Sync implements Command {
        INSTANCE
    }

    /** How a task of ours ended. */
    private sealed interface Outcome extends Command {}

    private record Found(Opening.Start start) implements Outcome {}

    private record Synced(Snapshot.Synced result) implements Outcome {}

    private record Checked(Disk.Checked result) implements Outcome {}

    private record Broken(Throwable failure) implements Outcome {}

    /** Bytes of a torrent's life that outlast the process. */
    public record Counters(long downloaded, long uploaded, long wasted) {
        public static final Counters ZERO = new Counters(0, 0, 0);
    }

    /** What became of the blocks of one {@link Write}, in bytes: written, held already, or of an attempt that is over. */
    public record Stored(int blocks, long written, long duplicate, long stale) {}

    /** The answer to a {@link Read}. */
    public sealed interface ReadAnswer {}

    /** The bytes that were asked for: {@code length} bytes of {@code array} from {@code offset}. */
    public record Data(int piece, int begin, byte[] array, int offset, int length) implements ReadAnswer {}

    /** There is nothing to give: the piece is not verified (any more), or the disk failed. */
    public record NoData(int piece, int begin, int length, String reason) implements ReadAnswer {}

    /** The answer to {@link Close}: everything is on the disk, or {@code problem} says what is not. */
    public record Closed(Optional<String> problem) {}

    /** What a store tells its torrent. */
    public sealed interface Event {}

    /** How far the check at the start has come, in bytes. */
    public record Checking(long done, long total) implements Event {}

    /** The store is ready: these pieces are verified, these blocks of other pieces are held, by piece. */
    public record Opened(Bitfield verified, Map<Integer, Bitfield> held, Counters counters) implements Event {}

    /** The last block of a piece came, its hash is right and its bytes are written. */
    public record Verified(int piece) implements Event {}

    /** Stands among peers for whoever sent blocks that were held before this run. */
    public static final int NOBODY = -1;

    /**
     * The last block of a piece came and its hash is wrong; these peers sent the blocks, {@link #NOBODY} some of them. The
     * next attempt has begun.
     */
    public record Rejected(int piece, int attempt, Set<Integer> suspects) implements Event {}

    /** The next good copy of a rejected piece showed that these peers sent other bytes. */
    public record Lied(int piece, Set<Integer> peers) implements Event {}

    /** Pieces that were verified are no longer so on the disk. */
    public record Damaged(Bitfield pieces) implements Event {}

    /** Which blocks of a piece are held; with {@code attempt} behind the store's own, or the piece verified, the answer is moot. */
    public record Held(int piece, int attempt, Bitfield blocks) implements Event {}

    /** The disk cannot be used; the store has stopped working and has stored nothing since. */
    public record Failed(Trouble trouble, String reason) implements Event {}

    /** Kinds of trouble with a disk. */
    public enum Trouble {
        NO_SPACE,
        NOT_FOUND,
        WRONG_KIND,
        DENIED,
        IO
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final StoreSettings settings;
    private final ActorRef<Event> torrent;
    private final Queue<Event> outbox = new ArrayDeque<>(4);
    private final Disk disk;
    private int tasks;
    private boolean syncing;
    private boolean checking;
    private boolean recheckWanted;

    /** A store that begins by finding out what is on the disk; spawn it on a dispatcher for blocking work. */
    public static Behavior<Command> create(StoreSettings settings, ActorRef<Event> torrent) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new PieceStoreActor(context, timers, settings, torrent).opening(true)));
    }

    private PieceStoreActor(
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
        ended(outcome);
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
        return Behaviors.receive(Command.class)
                .onMessage(Write.class, this::onWrite)
                .onMessage(Read.class, this::onRead)
                .onMessage(AskHeld.class, this::onAskHeld)
                .onMessage(Count.class, this::onCount)
                .onMessageEquals(Flush.INSTANCE, this::onFlush)
                .onMessageEquals(Sync.INSTANCE, this::onSync)
                .onMessage(Outcome.class, this::whileOpen)
                .onMessageEquals(Recheck.INSTANCE, this::onRecheck)
                .onMessage(Close.class, close -> {
                    disk.count(close.counters());
                    return closing(close, true);
                })
                .onSignal(PostStop.class, signal -> onStop())
                .build();
    }

    private Behavior<Command> onWrite(Write write) {
        Stored stored;
        try {
            stored = disk.write(write.blocks(), write.peer());
        } catch (StoreException e) {
            write.replyTo().tell(stale(write));
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
        if (!syncing) {
            syncing = true;
            pipe(Tasks.run(disk.sync(), context.getExecutionContext()), Synced::new);
        }
        return Behaviors.same();
    }

    private Behavior<Command> whileOpen(Outcome outcome) {
        ended(outcome);
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
        recheckWanted = syncing;
        if (syncing) {
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
        disk.cancelCheck();
        if (tasks > 0) {
            return withoutDisk("the store is being closed")
                    .onMessage(Outcome.class, outcome -> {
                        ended(outcome);
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
                    write.replyTo().tell(stale(write));
                    return Behaviors.same();
                })
                .onMessage(Read.class, read -> {
                    read.replyTo().tell(new NoData(read.piece(), read.begin(), read.into().length, why));
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
        StoreSettings.Pace pace = settings.pace();
        if (!disk.isFlushed() && !timers.isTimerActive(Flush.INSTANCE)) {
            timers.startSingleTimer(Flush.INSTANCE, pace.flushAfter());
        }
        if (disk.unsynced() >= pace.syncBytes() || (disk.unsynced() > 0 && disk.isComplete())) {
            timers.cancel(Sync.INSTANCE);
            onSync();
        } else if ((disk.unsynced() > 0 || disk.isChanged()) && !timers.isTimerActive(Sync.INSTANCE)) {
            timers.startSingleTimer(Sync.INSTANCE, disk.unsynced() > 0 ? pace.syncAfter() : pace.countersAfter());
        }
        if (disk.hasDoubts() && !checking) {
            checking = true;
            pipe(disk.check(context.getExecutionContext()), Checked::new);
        }
    }

    private <T> void pipe(CompletableFuture<T> task, Function<T, Outcome> outcome) {
        tasks++;
        context.pipeToSelf(
                task, (result, failure) -> failure == null ? outcome.apply(result) : new Broken(Tasks.cause(failure)));
    }

    private void ended(Outcome outcome) {
        tasks--;
        syncing &= !(outcome instanceof Synced);
        checking &= !(outcome instanceof Checked);
    }

    private Failed reason(Throwable failure) {
        if (failure instanceof StoreException trouble) {
            StoreException told = disk.explain(trouble);
            return new Failed(told.trouble(), told.reason());
        }
        context.getLog().error("a task of the store failed", failure);
        return new Failed(Trouble.IO, "internal error: " + failure);
    }

    private Optional<String> problem(Outcome outcome) {
        if (outcome instanceof Broken broken) {
            return Optional.of(reason(broken.failure()).reason());
        }
        return outcome instanceof Synced synced ? disk.problem(synced.result()) : Optional.empty();
    }

    private static Stored stale(Write write) {
        long bytes = write.blocks().stream().mapToLong(Block::length).sum();
        return new Stored(write.blocks().size(), 0, 0, bytes);
    }
}
