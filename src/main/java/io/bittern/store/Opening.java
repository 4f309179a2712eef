package io.bittern.store;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Counters;
import io.bittern.store.PieceStoreActor.Trouble;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what is on the disk and makes it ready to be written to, in tasks on the threads of an executor.
 *
 * <p>In order: read the resume state, look at the files, hash a sample, hash what is not believed, see that there is
 * space, prepare the files, keep what was found.
 */
final class Opening {

    private static final Logger log = LoggerFactory.getLogger(Opening.class);

    /** What a store starts from. */
    record Start(Pieces pieces, Map<Integer, Bitfield> held, Counters counters) {}

    private record Slice(Start start, boolean more) {}

    private record Look(Optional<ResumeState> before, List<FileFacts> now, StartPlan plan) {}

    private final StoreSettings settings;
    private final PieceStorage storage;
    private final PieceHasher hasher;
    private final Progress progress;
    private final Executor executor;
    private volatile boolean cancelled;
    private volatile @Nullable CompletableFuture<Bitfield> check;

    Opening(StoreSettings settings, PieceHasher hasher, Progress progress, Executor executor) {
        this.settings = settings;
        this.storage = settings.storage();
        this.hasher = hasher;
        this.progress = progress;
        this.executor = executor;
    }

    /** Begins; the result is what a store starts from, or a {@link StoreException}. */
    CompletableFuture<Start> run(boolean believe) {
        return task(() -> look(believe))
                .thenCompose(this::trySample)
                .thenCompose(look -> check(look.plan().check(), look.plan().holesAreMissing(), progress)
                        .thenCompose(good -> task(() -> slice(look, start(look, good))))
                        .thenCompose(slice -> goOn(look, slice)));
    }

    /** Ends the work soon, with a {@link CancellationException}. */
    void cancel() {
        cancelled = true;
        CompletableFuture<Bitfield> running = check;
        if (running != null) {
            running.cancel(false);
        }
    }

    private Look look(boolean believe) throws StoreException {
        FileLayout layout = settings.metainfo().layout();
        Optional<ResumeState> before = settings.resumeFile().load();
        List<FileFacts> now = storage.facts();
        if (believe
                && before.isPresent()
                && StartPlan.isMediumGone(before.get(), settings.wanted(), now, storage.identity())) {
            throw new StoreException(
                    Trouble.NOT_FOUND,
                    "All files of \"" + settings.metainfo().name()
                            + "\" are gone; is a drive not mounted? To download anew remove the resume state in "
                            + settings.stateFolder());
        }
        StartPlan plan = believe && before.isPresent()
                ? StartPlan.of(layout, before.get(), now, settings.shared().random())
                : StartPlan.distrust(layout, now);
        return new Look(before, now, plan);
    }

    private CompletableFuture<Look> trySample(Look look) {
        Bitfield sample = look.plan().sample();
        return check(sample, false, Progress.NONE).thenApply(good -> {
            if (good.equals(sample)) {
                return look;
            }
            log.warn("{}: the disk does not hold what was synced; all of it is checked", settings.metainfo());
            return new Look(
                    look.before(),
                    look.now(),
                    StartPlan.distrust(settings.metainfo().layout(), look.now()));
        });
    }

    private CompletableFuture<Bitfield> check(Bitfield pieces, boolean holes, Progress hear) {
        if (pieces.isEmpty()) {
            return CompletableFuture.completedFuture(pieces);
        }
        CompletableFuture<Bitfield> running = PieceCheck.of(hasher, settings.metainfo()::matches, pieces, holes, hear)
                .start(executor, settings.shared().checkers());
        check = running;
        if (cancelled) {
            running.cancel(false);
        }
        return running;
    }

    private Start start(Look look, Bitfield good) throws StoreException {
        Bitfield unproven = look.plan().trusted().copy();
        unproven.removeAll(look.plan().sample());
        Bitfield verified = look.plan().trusted().copy();
        verified.addAll(good);
        Pieces pieces = new Pieces(settings.sizes(), settings.wanted(), verified, unproven);
        Start start = new Start(
                pieces,
                look.plan().held(),
                look.before().map(ResumeState::counters).orElse(Counters.ZERO));
        checkSpace(start, look);
        return start;
    }

    private void checkSpace(Start start, Look look) throws StoreException {
        long missing = start.pieces().missingBytes();
        for (Bitfield blocks : start.held().values()) {
            missing -= (long) blocks.count() * PieceSizes.BLOCK;
        }
        Space.check(settings, look.before().isPresent(), look.now(), missing);
    }

    /* Most torrents are ready after the first slice of the preparation, so that one task does all that is left. */
    private Slice slice(Look look, Start start) throws StoreException {
        boolean more = prepareSlice(start);
        return new Slice(more ? start : keep(look, start), more);
    }

    private CompletableFuture<Start> goOn(Look look, Slice slice) {
        return slice.more()
                ? task(() -> slice(look, slice.start())).thenCompose(next -> goOn(look, next))
                : CompletableFuture.completedFuture(slice.start());
    }

    private boolean prepareSlice(Start start) throws StoreException {
        try {
            return storage.prepare();
        } catch (StoreException e) {
            if (!start.pieces().missing().isEmpty()) {
                throw e;
            }
            // A complete torrent can be seeded from a folder that nobody may write to.
            log.warn("{}: {}", settings.metainfo(), e.reason());
            return false;
        }
    }

    /* From here on things may be written, so the state says "clean" only if there is nothing to write. */
    private Start keep(Look look, Start start) throws StoreException {
        Snapshot found = new Snapshot(start.pieces().verified().copy(), Map.of(), start.counters());
        ResumeState now = found.state(storage, start.pieces().missing().isEmpty());
        boolean known = look.before().map(now::equals).orElse(now.verified().isEmpty());
        if (!known) {
            Snapshot.keep(settings.resumeFile(), now).ifPresent(problem -> log.warn("{}", problem));
        }
        return start;
    }

    private <T> CompletableFuture<T> task(Callable<T> work) {
        return Tasks.run(
                () -> {
                    if (cancelled) {
                        throw new CancellationException("the store was closed");
                    }
                    return work.call();
                },
                executor);
    }
}
