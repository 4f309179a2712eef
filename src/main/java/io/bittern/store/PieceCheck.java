package io.bittern.store;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Trouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Hashes many pieces on several threads, in slices, so that others who share the threads get their turn.
 *
 * <p>Pieces are given out in order, each to the next free worker, so the disk is read nearly in sequence.
 */
final class PieceCheck {

    private static final long SLICE = 16 << 20;

    private final PieceHasher hasher;
    private final PieceHasher.Matcher matcher;
    private final Bitfield todo;
    private final boolean holesAreMissing;
    private final Progress progress;
    private final long total;
    private final Bitfield good;
    private final CompletableFuture<Bitfield> result = new CompletableFuture<>();
    private int next;
    private int working;
    private long done;

    private PieceCheck(
            PieceHasher hasher,
            PieceHasher.Matcher matcher,
            Bitfield todo,
            boolean holesAreMissing,
            Progress progress) {
        this.hasher = hasher;
        this.matcher = matcher;
        this.todo = todo;
        this.holesAreMissing = holesAreMissing;
        this.progress = progress;
        this.total = bytes(hasher.sizes(), todo);
        this.good = new Bitfield(todo.size());
    }

    /** What is to be checked and how; {@link #start} does it. */
    static PieceCheck of(
            PieceHasher hasher,
            PieceHasher.Matcher matcher,
            Bitfield todo,
            boolean holesAreMissing,
            Progress progress) {
        return new PieceCheck(hasher, matcher, todo, holesAreMissing, progress);
    }

    /** Checks on so many workers; the result is the pieces that match. Cancelling it ends the work soon. */
    CompletableFuture<Bitfield> start(Executor executor, int workers) {
        int useful = Math.max(1, Math.min(workers, todo.count()));
        working = useful;
        for (int i = 0; i < useful; i++) {
            executor.execute(() -> work(executor));
        }
        return result;
    }

    private void work(Executor executor) {
        try {
            long slice = 0;
            while (slice < SLICE) {
                int piece = take();
                if (piece < 0) {
                    leave();
                    return;
                }
                boolean matches = check(piece);
                slice += hasher.sizes().lengthOf(piece);
                report(piece, matches);
            }
            executor.execute(() -> work(executor));
        } catch (StoreException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /* A disk that cannot read a piece (a bad sector) does not have it; any other trouble concerns all pieces. */
    private boolean check(int piece) throws StoreException {
        try {
            byte[] sha1 = hasher.hash(piece, holesAreMissing);
            return sha1 != null && matcher.matches(piece, sha1);
        } catch (StoreException e) {
            if (e.trouble() == Trouble.IO) {
                return false;
            }
            throw e;
        }
    }

    private synchronized int take() {
        int piece = result.isDone() ? -1 : todo.nextSet(next);
        next = piece + 1;
        if (piece < 0) {
            next = todo.size();
        }
        return piece;
    }

    private synchronized void report(int piece, boolean matches) {
        if (matches) {
            good.set(piece);
        }
        done += hasher.sizes().lengthOf(piece);
        progress.checked(done, total);
    }

    private synchronized void leave() {
        if (--working == 0) {
            result.complete(good);
        }
    }

    private static long bytes(PieceSizes sizes, Bitfield pieces) {
        long bytes = 0;
        for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
            bytes += sizes.lengthOf(piece);
        }
        return bytes;
    }
}
