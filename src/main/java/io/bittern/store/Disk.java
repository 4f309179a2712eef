package io.bittern.store;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.FileLayout.Slice;
import io.bittern.metainfo.Text;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Block;
import io.bittern.store.PieceStoreActor.Counters;
import io.bittern.store.PieceStoreActor.Damaged;
import io.bittern.store.PieceStoreActor.Event;
import io.bittern.store.PieceStoreActor.Failed;
import io.bittern.store.PieceStoreActor.Held;
import io.bittern.store.PieceStoreActor.Opened;
import io.bittern.store.PieceStoreActor.ReadAnswer;
import io.bittern.store.PieceStoreActor.Stored;
import io.bittern.store.PieceStoreActor.Trouble;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a {@link PieceStoreActor} works on, without messages, timers and threads of its own. */
final class Disk {

    private final StoreSettings settings;
    private final FileLayout layout;
    private final Consumer<Event> events;
    private final PieceHasher hasher;
    private final BlockStore blocks;
    private final PieceReader reader;
    private Pieces pieces;
    private Bitfield doubtful;
    private Counters counters = Counters.ZERO;
    private boolean changed;
    private boolean kept;
    private @Nullable CompletableFuture<Bitfield> check;

    /** A disk of which nothing is known yet; it tells of pieces as it works. */
    Disk(StoreSettings settings, Consumer<Event> events) {
        this.settings = settings;
        this.layout = settings.metainfo().layout();
        this.events = events;
        this.pieces = Pieces.none(settings.sizes(), settings.wanted());
        this.doubtful = new Bitfield(0);
        PieceStorage storage = settings.storage();
        PieceHasher.Matcher matcher = settings.metainfo()::matches;
        this.hasher =
                new PieceHasher(storage, settings.sizes(), settings.shared().buffers());
        this.blocks = new BlockStore(
                pieces,
                new WriteCache(storage, settings.sizes(), settings.shared().buffers()),
                matcher,
                events);
        this.reader = new PieceReader(pieces, storage, hasher, matcher, this::damaged);
    }

    Opening opening(Progress progress, Executor executor) {
        return new Opening(settings, hasher, progress, executor);
    }

    /** Starts from what was found. */
    Opened begin(Opening.Start start) {
        pieces = start.pieces();
        doubtful = new Bitfield(pieces.verified().size());
        // What was counted in this run is newer than what was kept.
        counters = counters.equals(Counters.ZERO) ? start.counters() : counters;
        blocks.begin(pieces, start.held());
        reader.begin(pieces);
        changed = false;
        kept = isComplete();
        return new Opened(pieces.verified().copy(), blocks.held(), counters);
    }

    /** Forgets what is known, before all of it is checked. */
    void forget() throws StoreException {
        blocks.flush();
        settings.storage().release();
        begin(new Opening.Start(Pieces.none(settings.sizes(), pieces.wanted()), Map.of(), counters));
    }

    Stored write(List<Block> come, int sender) throws StoreException {
        Stored stored = blocks.write(come, sender);
        kept &= stored.written() == 0;
        return stored;
    }

    ReadAnswer read(int piece, int begin, byte[] into) {
        return reader.read(piece, begin, into);
    }

    Held held(int piece) {
        return blocks.held(piece);
    }

    void count(Counters now) {
        changed |= !now.equals(counters);
        counters = now;
    }

    void flush() throws StoreException {
        blocks.flush();
    }

    boolean isFlushed() {
        return blocks.isFlushed();
    }

    /** How long the next sync may wait, zero for not at all; empty if there is nothing to sync or to keep. */
    Optional<Duration> syncWithin(StoreSettings.Pace pace) {
        long unsynced = blocks.unsynced();
        if (unsynced >= pace.syncBytes() || (unsynced > 0 && isComplete())) {
            return Optional.of(Duration.ZERO);
        }
        if (unsynced > 0) {
            return Optional.of(pace.syncAfter());
        }
        return changed ? Optional.of(pace.countersAfter()) : Optional.empty();
    }

    /** Whether the resume state says all there is to say. */
    boolean isKept() {
        return kept && !changed;
    }

    boolean isComplete() {
        return pieces.isComplete();
    }

    /** The work of making all that is written so far outlast a crash; it may run beside everything else here. */
    Callable<Snapshot.Synced> sync() {
        return snapshot(isComplete() && blocks.isFlushed());
    }

    /** The same at the end, when nothing is written any more. */
    Callable<Snapshot.Synced> lastSync() throws StoreException {
        blocks.flush();
        return snapshot(true);
    }

    /** A sync has ended. Of files that somebody else took away nothing is held, and what was verified is to be checked. */
    void synced(Snapshot.Synced result) {
        kept = isComplete() && blocks.unsynced() == 0 && result.problem().isEmpty();
        if (!result.lost().isEmpty()) {
            kept = false;
            blocks.lose(piecesOf(result.lost()));
            doubt(result.lost());
        }
    }

    /** What the last sync could not do, in words of a user. */
    Optional<String> problem(Snapshot.Synced result) {
        if (result.lost().isEmpty()) {
            return result.problem();
        }
        String first = layout.file(result.lost().get(0)).pathText();
        return Optional.of(Text.clean(
                result.lost().size() + " file(s) removed or changed while in use, among them " + first, 500));
    }

    /** Starts to check what is doubtful, if anything is. */
    CompletableFuture<Checked> check(Executor executor) {
        Bitfield todo = doubtful;
        doubtful = new Bitfield(todo.size());
        settings.storage().release();
        CompletableFuture<Bitfield> running = PieceCheck.of(
                        hasher, settings.metainfo()::matches, todo, false, Progress.NONE)
                .start(executor, settings.shared().checkers());
        check = running;
        return running.thenApply(good -> new Checked(todo, good));
    }

    /** Ends a check soon. */
    void cancelCheck() {
        CompletableFuture<Bitfield> running = check;
        if (running != null) {
            running.cancel(false);
        }
    }

    /** Doubtful pieces, and those of them that are right. */
    record Checked(Bitfield pieces, Bitfield good) {}

    boolean hasDoubts() {
        return !doubtful.isEmpty();
    }

    /** What was doubtful has been checked. */
    void checked(Checked result) {
        check = null;
        pieces.proven(result.good());
        Bitfield bad = new Bitfield(result.pieces().size());
        for (int p = result.pieces().nextSet(0); p >= 0; p = result.pieces().nextSet(p + 1)) {
            // A piece that came anew in the meantime is in doubt no more.
            if (pieces.isVerified(p) && pieces.isUnproven(p)) {
                bad.set(p);
            }
        }
        tellDamaged(bad);
    }

    /** The trouble as a user is told of it. */
    Failed explain(Throwable failure) {
        if (!(failure instanceof StoreException trouble)) {
            return new Failed(Trouble.IO, "internal error: " + failure);
        }
        StoreException told = explain(trouble);
        return new Failed(told.trouble(), told.reason());
    }

    /** Gives up what is not written, the memory and the open files. */
    void abandon() {
        blocks.abandon();
        settings.storage().release();
    }

    private StoreException explain(StoreException trouble) {
        try {
            return trouble.trouble() == Trouble.NO_SPACE ? Space.full(settings, pieces.missingBytes()) : trouble;
        } catch (StoreException unknown) {
            return trouble;
        }
    }

    private Callable<Snapshot.Synced> snapshot(boolean clean) {
        blocks.syncing();
        changed = false;
        Snapshot now = new Snapshot(pieces.verified().copy(), blocks.held(), counters);
        return () -> now.sync(settings.storage(), settings.resumeFile(), clean);
    }

    private void damaged(int piece) {
        Bitfield bad = new Bitfield(pieces.verified().size());
        bad.set(piece);
        tellDamaged(bad);
        doubt(layout.slices(settings.sizes().offset(piece), settings.sizes().lengthOf(piece)).stream()
                .map(Slice::file)
                .toList());
    }

    private void tellDamaged(Bitfield bad) {
        if (!bad.isEmpty()) {
            pieces.damaged(bad);
            changed = true;
            events.accept(new Damaged(bad));
        }
    }

    private void doubt(List<Integer> files) {
        doubtful.addAll(pieces.doubt(piecesOf(files)));
    }

    private Bitfield piecesOf(List<Integer> files) {
        Bitfield found = new Bitfield(pieces.verified().size());
        for (int file : files) {
            for (int piece = layout.firstPiece(file); piece <= layout.lastPiece(file); piece++) {
                found.set(piece);
            }
        }
        return found;
    }
}
