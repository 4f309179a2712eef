package io.bittern.store;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Block;
import io.bittern.store.PieceStoreActor.Event;
import io.bittern.store.PieceStoreActor.Held;
import io.bittern.store.PieceStoreActor.Lied;
import io.bittern.store.PieceStoreActor.Rejected;
import io.bittern.store.PieceStoreActor.Stored;
import io.bittern.store.PieceStoreActor.Verified;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes blocks in: decides which are new, hashes and gathers them, and says what became of each piece; not for many
 * threads.
 */
final class BlockStore {

    /* A complete piece whose hash is right waits in "ripe" until all blocks of one message are taken: small pieces that
     * are neighbours then go to the disk in one call. It is announced only after that call. */

    /* What only a download needs is there from its first block on: a client may seed ten thousand torrents. */

    private enum Fate {
        WRITTEN,
        DUPLICATE,
        STALE
    }

    private final PieceSizes sizes;
    private final WriteCache cache;
    private final Blame blame;
    private final PieceHasher.Matcher matcher;
    private final Consumer<Event> events;
    private final List<OpenPiece> ripe = new ArrayList<>();
    private Map<Integer, OpenPiece> open = Map.of();
    private Map<Integer, Integer> attempts = Map.of();
    private Pieces pieces;
    private long unsynced;

    BlockStore(Pieces pieces, WriteCache cache, PieceHasher.Matcher matcher, Consumer<Event> events) {
        this.sizes = pieces.sizes();
        this.pieces = pieces;
        this.cache = cache;
        this.blame = new Blame(sizes, cache);
        this.matcher = matcher;
        this.events = events;
    }

    /** Begins anew from what the disk holds. */
    void begin(Pieces known, Map<Integer, Bitfield> held) {
        abandon();
        pieces = known;
        held.forEach((piece, blocks) -> add(new OpenPiece(piece, attempt(piece), blocks.copy())));
    }

    /** Takes blocks in; what it tells of pieces it tells before it returns. */
    Stored write(List<Block> blocks, int sender) throws StoreException {
        long written = 0;
        long duplicate = 0;
        long stale = 0;
        for (Block block : blocks) {
            Fate fate = take(block, sender);
            written += fate == Fate.WRITTEN ? block.length() : 0;
            duplicate += fate == Fate.DUPLICATE ? block.length() : 0;
            stale += fate == Fate.STALE ? block.length() : 0;
        }
        publish();
        unsynced += written;
        return new Stored(blocks.size(), written, duplicate, stale);
    }

    /** Writes what is gathered. */
    void flush() throws StoreException {
        cache.flush();
    }

    /** Whether blocks wait to be written. */
    boolean isFlushed() {
        return cache.isEmpty();
    }

    /** Bytes taken in since the last call of {@link #syncing}. */
    long unsynced() {
        return unsynced;
    }

    /** Everything that was written so far is being synced. */
    void syncing() {
        unsynced = 0;
    }

    /** Gives up what is not written, and the memory. */
    void abandon() {
        cache.forgetAll();
        open = Map.of();
    }

    Held held(int piece) {
        OpenPiece known = open.get(piece);
        Bitfield blocks =
                known == null ? new Bitfield(sizes.blocks(piece)) : known.held().copy();
        return new Held(piece, attempt(piece), blocks);
    }

    /** The blocks held of all pieces that are neither complete nor without any. */
    Map<Integer, Bitfield> held() {
        Map<Integer, Bitfield> held = new HashMap<>();
        open.values().stream()
                .filter(piece -> !piece.held().isEmpty())
                .forEach(piece -> held.put(piece.piece(), piece.held().copy()));
        return held;
    }

    /** Starts these pieces anew, because what was held of them is gone. */
    void lose(Bitfield gone) {
        for (OpenPiece piece : List.copyOf(open.values())) {
            if (gone.get(piece.piece())) {
                restart(piece, Set.of());
            }
        }
    }

    private Fate take(Block block, int sender) throws StoreException {
        int piece = block.piece();
        if (!fits(block) || !pieces.isWanted(piece)) {
            return Fate.STALE;
        }
        if (pieces.isVerified(piece)) {
            return Fate.DUPLICATE;
        }
        if (block.attempt() != attempt(piece)) {
            return Fate.STALE;
        }
        int index = block.begin() / PieceSizes.BLOCK;
        OpenPiece target = opened(piece);
        if (target.held().get(index)) {
            return Fate.DUPLICATE;
        }
        hold(target, index, block, sender);
        return Fate.WRITTEN;
    }

    private OpenPiece opened(int piece) {
        OpenPiece known = open.get(piece);
        if (known == null) {
            known = new OpenPiece(piece, attempt(piece), new Bitfield(sizes.blocks(piece)));
            add(known);
        }
        return known;
    }

    private void add(OpenPiece piece) {
        open = open.isEmpty() ? new HashMap<>() : open;
        open.put(piece.piece(), piece);
    }

    private boolean fits(Block block) {
        int piece = block.piece();
        if (piece < 0 || piece >= sizes.count() || block.begin() < 0 || block.begin() % PieceSizes.BLOCK != 0) {
            return false;
        }
        int index = block.begin() / PieceSizes.BLOCK;
        return index < sizes.blocks(piece) && block.length() == sizes.blockLength(piece, index);
    }

    private void hold(OpenPiece piece, int index, Block block, int sender) throws StoreException {
        cache.write(sizes.offset(piece.piece()) + block.begin(), block.array(), block.offset(), block.length());
        piece.add(index, sender, block);
        boolean there = piece.catchUp(sizes, cache);
        cache.writeFull();
        if (!there) {
            restart(piece, Set.of());
        } else if (piece.isComplete()) {
            finish(piece);
        }
    }

    private void finish(OpenPiece piece) throws StoreException {
        if (matcher.matches(piece.piece(), piece.sha1())) {
            ripe.add(piece);
            return;
        }
        blame.reject(piece);
        restart(piece, piece.suspects());
    }

    private void restart(OpenPiece piece, Set<Integer> suspects) {
        cache.forget(sizes.offset(piece.piece()), sizes.lengthOf(piece.piece()));
        open.remove(piece.piece());
        attempts = attempts.isEmpty() ? new HashMap<>() : attempts;
        attempts.merge(piece.piece(), 1, Integer::sum);
        events.accept(new Rejected(piece.piece(), piece.attempt(), suspects));
    }

    private void publish() throws StoreException {
        if (ripe.isEmpty()) {
            return;
        }
        for (OpenPiece piece : ripe) {
            cache.flush(sizes.offset(piece.piece()), sizes.lengthOf(piece.piece()));
        }
        for (OpenPiece piece : ripe) {
            open.remove(piece.piece());
            pieces.verified(piece.piece());
            tellLiars(piece.piece());
            events.accept(new Verified(piece.piece()));
        }
        ripe.clear();
    }

    private void tellLiars(int piece) throws StoreException {
        Set<Integer> liars = blame.liars(piece);
        if (!liars.isEmpty()) {
            events.accept(new Lied(piece, liars));
        }
    }

    private int attempt(int piece) {
        return attempts.getOrDefault(piece, 0);
    }
}
