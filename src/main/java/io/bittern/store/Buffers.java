package io.bittern.store;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Direct memory for disk work, shared by all stores of a client: bounded, and handed out last in first out, so that what
 * is used again is still in the processor's cache.
 */
public final class Buffers {

    /** Bytes of a buffer that gathers blocks for one write. */
    static final int CHUNK = 256 << 10;

    /** Bytes of a buffer for reading at length; measured, from 16 KiB to 1 MiB hashing is equally fast. */
    static final int SCRATCH = 256 << 10;

    private static final int SPARE_SCRATCHES = 8;

    private final int most;
    private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> scratches = new ArrayDeque<>();
    private int made;

    /** Buffers that hold at most so many bytes of blocks not yet written. */
    public Buffers(long bytes) {
        this.most = (int) Math.max(1, Math.min(bytes / CHUNK, 1 << 16));
    }

    /** A buffer for blocks, or null if all are in use. */
    synchronized @Nullable ByteBuffer take() {
        ByteBuffer free = chunks.pollLast();
        if (free != null || made == most) {
            return free;
        }
        made++;
        return ByteBuffer.allocateDirect(CHUNK);
    }

    /** Gives back what {@link #take} gave. */
    synchronized void give(ByteBuffer chunk) {
        chunks.addLast(chunk.clear());
    }

    /** A buffer for reading. */
    ByteBuffer takeScratch() {
        ByteBuffer free;
        synchronized (this) {
            free = scratches.pollLast();
        }
        return free == null ? ByteBuffer.allocateDirect(SCRATCH) : free;
    }

    /** Gives back what {@link #takeScratch} gave. */
    synchronized void giveScratch(ByteBuffer scratch) {
        if (scratches.size() < SPARE_SCRATCHES) {
            scratches.addLast(scratch.clear());
        }
    }

    /** Buffers for blocks in use now. */
    synchronized int inUse() {
        return made - chunks.size();
    }
}
