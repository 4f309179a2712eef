package io.bittern.peer;

import io.bittern.net.Backlog;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.PeerMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Blocks on their way through the store: the batch of this read, and the writes that are not answered yet. */
final class Storing {

    /**
     * One write to the store.
     *
     * @param owners the lease of each block, null for one that was withdrawn
     * @param bytes of the blocks
     * @param retained of the arrays that hold them
     */
    record Batch(List<@Nullable HeldLease> owners, long bytes, long retained) {}

    private final Backlog backlog;
    private final ArrayDeque<Batch> unanswered = new ArrayDeque<>();
    private List<PieceStoreActor.Block> blocks = new ArrayList<>();
    private List<@Nullable HeldLease> owners = new ArrayList<>();
    private byte @Nullable [] lastArray;
    private long bytes;
    private long retained;
    private long allRetained;

    /** @param backlog of all peers together */
    Storing(Backlog backlog) {
        this.backlog = backlog;
    }

    void add(@Nullable HeldLease owner, int attempt, PeerMessage.Block block) {
        blocks.add(new PieceStoreActor.Block(
                block.piece(), attempt, block.begin(), block.array(), block.offset(), block.length()));
        owners.add(owner);
        bytes += block.length();
        if (block.array() != lastArray) {
            lastArray = block.array();
            retained += block.array().length;
            allRetained += block.array().length;
            backlog.add(block.array().length);
        }
    }

    /** The blocks for one write to the store, none if nothing came. */
    List<PieceStoreActor.Block> take() {
        if (blocks.isEmpty()) {
            return List.of();
        }
        List<PieceStoreActor.Block> taken = blocks;
        unanswered.add(new Batch(owners, bytes, retained));
        blocks = new ArrayList<>(taken.size());
        owners = new ArrayList<>(taken.size());
        lastArray = null;
        bytes = 0;
        retained = 0;
        return taken;
    }

    /** The store has answered the oldest write; null if there was none. */
    @Nullable
    Batch answered() {
        Batch oldest = unanswered.poll();
        letGo(oldest == null ? 0 : oldest.retained());
        return oldest;
    }

    /** Whether something of ours waits for the store and so much of all peers that we had better not read more. */
    boolean overfull() {
        return allRetained > 0 && backlog.isFull();
    }

    /** Answers are of no interest any more. */
    void close() {
        letGo(allRetained);
    }

    private void letGo(long bytes) {
        long known = Math.min(bytes, allRetained);
        allRetained -= known;
        backlog.remove(known);
    }
}
