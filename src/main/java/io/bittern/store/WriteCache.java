package io.bittern.store;

import io.bittern.metainfo.PieceSizes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers blocks in pooled direct buffers so that neighbours are written in one call; not for many threads.
 *
 * <p>A chunk is an aligned stretch of the payload, whatever pieces are in it, so blocks meet there in any order and from
 * any peer. It is written when it is full, when its buffer is wanted elsewhere, or when asked for. Without a free buffer,
 * and for pieces that are not a multiple of a block, a block is written at once.
 */
final class WriteCache {

    private static final int BLOCK = PieceSizes.BLOCK;

    private final PieceStorage storage;
    private final PieceSizes sizes;
    private final Buffers buffers;
    private Map<Long, Chunk> chunks = Map.of();
    private @Nullable Chunk latest;

    WriteCache(PieceStorage storage, PieceSizes sizes, Buffers buffers) {
        this.storage = storage;
        this.sizes = sizes;
        this.buffers = buffers;
    }

    /** Takes over a whole block; a chunk that it fills stays readable until {@link #writeFull}. */
    void write(long offset, byte[] array, int from, int length) throws StoreException {
        Chunk chunk = chunkFor(offset);
        if (chunk == null) {
            storage.write(offset, ByteBuffer.wrap(array, from, length));
            return;
        }
        chunk.put(offset, array, from, length);
    }

    /** Writes the chunk of the latest block if it is full. */
    void writeFull() throws StoreException {
        Chunk chunk = latest;
        if (chunk != null && chunk.isFull()) {
            chunk.writeAll(storage);
            drop(chunk);
        }
    }

    /** Digests bytes of held blocks, from a buffer or read back; false if the storage does not have them any more. */
    boolean digest(long offset, int length, MessageDigest into) throws StoreException {
        ByteBuffer scratch = buffers.takeScratch();
        try {
            for (long at = offset; at < offset + length; ) {
                int step = (int) Math.min(BLOCK - at % BLOCK, offset + length - at);
                Chunk chunk = chunks.get(at / Buffers.CHUNK);
                if (chunk != null && chunk.has(at)) {
                    into.update(chunk.bytes(at, step));
                } else {
                    step = readable(at, offset + length);
                    scratch.clear().limit(step);
                    if (storage.read(at, scratch) < step) {
                        return false;
                    }
                    into.update(scratch.flip());
                }
                at += step;
            }
            return true;
        } finally {
            buffers.giveScratch(scratch);
        }
    }

    /** Writes what is gathered of a stretch of the payload, and its neighbours in the same chunks. */
    void flush(long offset, int length) throws StoreException {
        for (long index = offset / Buffers.CHUNK; index <= (offset + length - 1) / Buffers.CHUNK; index++) {
            Chunk chunk = chunks.get(index);
            if (chunk != null) {
                chunk.writeAll(storage);
                drop(chunk);
            }
        }
    }

    /** Writes everything that is gathered. */
    void flush() throws StoreException {
        for (Chunk chunk : new ArrayList<>(chunks.values())) {
            chunk.writeAll(storage);
            drop(chunk);
        }
    }

    /** Forgets what is gathered of a stretch of the payload. */
    void forget(long offset, int length) {
        for (long at = offset; at < offset + length; at += BLOCK) {
            Chunk chunk = chunks.get(at / Buffers.CHUNK);
            if (chunk != null && chunk.remove(at)) {
                drop(chunk);
            }
        }
    }

    /** Forgets everything and gives the buffers back. */
    void forgetAll() {
        new ArrayList<>(chunks.values()).forEach(this::drop);
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    /* Up to the next block that lies in a buffer, at most what a scratch buffer takes. */
    private int readable(long from, long end) {
        long to = Math.min(end, from + Buffers.SCRATCH);
        if (chunks.isEmpty()) {
            return (int) (to - from);
        }
        long at = from + BLOCK - from % BLOCK;
        while (at < to && !isGathered(at)) {
            at += BLOCK;
        }
        return (int) (Math.min(at, to) - from);
    }

    private boolean isGathered(long offset) {
        Chunk chunk = chunks.get(offset / Buffers.CHUNK);
        return chunk != null && chunk.has(offset);
    }

    private @Nullable Chunk chunkFor(long offset) throws StoreException {
        if (sizes.pieceLength() % BLOCK != 0) {
            return null;
        }
        long index = offset / Buffers.CHUNK;
        if (latest == null || latest.index != index) {
            Chunk known = chunks.get(index);
            latest = known != null ? known : open(index);
        }
        return latest;
    }

    private @Nullable Chunk open(long index) throws StoreException {
        ByteBuffer buffer = buffers.take();
        if (buffer == null && !chunks.isEmpty()) {
            Iterator<Chunk> oldest = chunks.values().iterator();
            Chunk chunk = oldest.next();
            chunk.writeAll(storage);
            oldest.remove();
            buffer = chunk.buffer.clear();
        }
        if (buffer == null) {
            return null;
        }
        Chunk chunk = new Chunk(index, buffer, sizes.length());
        chunks = chunks.isEmpty() ? new LinkedHashMap<>() : chunks;
        chunks.put(index, chunk);
        return chunk;
    }

    private void drop(Chunk chunk) {
        chunks.remove(chunk.index);
        buffers.give(chunk.buffer);
        latest = null;
    }

    private static final class Chunk {

        private final long index;
        private final ByteBuffer buffer;
        private final int length;
        private final int full;
        private int filled;

        Chunk(long index, ByteBuffer buffer, long payload) {
            this.index = index;
            this.buffer = buffer;
            this.length = (int) Math.min(Buffers.CHUNK, payload - index * Buffers.CHUNK);
            this.full = (1 << ((length - 1) / BLOCK + 1)) - 1;
        }

        void put(long offset, byte[] array, int from, int bytes) {
            buffer.put((int) (offset % Buffers.CHUNK), array, from, bytes);
            filled |= bit(offset);
        }

        boolean has(long offset) {
            return (filled & bit(offset)) != 0;
        }

        boolean isFull() {
            return filled == full;
        }

        /** Takes a block out; true if none is left. */
        boolean remove(long offset) {
            filled &= ~bit(offset);
            return filled == 0;
        }

        ByteBuffer bytes(long offset, int bytes) {
            return buffer.slice((int) (offset % Buffers.CHUNK), bytes);
        }

        void writeAll(PieceStorage storage) throws StoreException {
            while (filled != 0) {
                int first = Integer.numberOfTrailingZeros(filled);
                int blocks = Integer.numberOfTrailingZeros(~(filled >>> first));
                int from = first * BLOCK;
                int to = Math.min(length, (first + blocks) * BLOCK);
                storage.write(index * Buffers.CHUNK + from, buffer.slice(from, to - from));
                filled &= ~(((1 << blocks) - 1) << first);
            }
        }

        private static int bit(long offset) {
            return 1 << (int) (offset % Buffers.CHUNK / BLOCK);
        }
    }
}
