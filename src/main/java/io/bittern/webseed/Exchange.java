package io.bittern.webseed;

import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.store.PieceStoreActor.Block;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection's work on one stretch of the payload: a request for each part of it, one after the other.
 *
 * <p>It asks for more of a body only while what it holds fits its share of the client's budget.
 */
final class Exchange {

    /** Bytes that one step of a body may bring: the JDK's client hands over three reads of 16 KiB at most. */
    static final int STEP = 64 << 10;

    private static final int SHARE = 4 * STEP;

    private final Basket.Stretch stretch;
    private final Cutter cutter;
    private final ByteBudget budget;
    private long share;
    private long unanswered;
    private long at;
    private @Nullable Part part;
    private WebSource.@Nullable Get get;
    private int number = -1;
    private long left;
    private boolean answered;
    private boolean asked;
    private boolean useful;
    private boolean ended;
    private long lastHeard;

    Exchange(Basket.Stretch stretch, PieceSizes sizes, Basket basket, ByteBudget budget) {
        this.stretch = stretch;
        this.cutter = new Cutter(sizes, basket);
        this.budget = budget;
        this.at = stretch.from();
    }

    Basket.Stretch stretch() {
        return stretch;
    }

    /** Where in the payload the next part begins. */
    long at() {
        return at;
    }

    boolean done() {
        return at >= stretch.to();
    }

    /** The part that is being asked for; null before, between and after them. */
    @Nullable
    Part part() {
        return part;
    }

    /** The number by which the answers to the last request are known. */
    int number() {
        return number;
    }

    boolean answered() {
        return answered;
    }

    /** Takes a share of the budget, if it has none and there is one. */
    boolean takeShare() {
        if (share == 0) {
            share = budget.takeUpTo(Math.max(1, Math.min(SHARE, budget.capacity() / 2)));
            if (share < Math.min(STEP, budget.capacity() / 2)) {
                giveBackShare();
            }
        }
        return share > 0;
    }

    /** Gives back all of its share, whatever still waits for the store. */
    void giveBackShare() {
        budget.giveBack(share);
        share = 0;
    }

    /** A request is on its way. */
    void begin(Part next, int as, WebSource.@Nullable Get request, long now) {
        part = next;
        number = as;
        get = request;
        answered = false;
        asked = true;
        lastHeard = now;
    }

    /** The answer is of use; returns the bytes of an unfinished block that are dropped for it. */
    int take(Verdict.Take take, long now) {
        answered = true;
        asked = false;
        left = take.length();
        lastHeard = now;
        return cutter.seek(take.offset());
    }

    /** Takes bytes of the body; the bytes that came, or -1 if the body has more than it may. */
    long came(List<ByteBuffer> buffers, long now) {
        asked = false;
        lastHeard = now;
        long bytes = buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        left -= bytes;
        return left < 0 ? -1 : bytes;
    }

    /** So many bytes of the part are there without the server. */
    void filled(int bytes) {
        left -= bytes;
    }

    /** Cuts bytes of the body into blocks; returns how many are of no use. */
    int cut(List<ByteBuffer> buffers, List<Block> blocks) {
        int wasted = 0;
        for (ByteBuffer buffer : buffers) {
            wasted += cutter.take(buffer, blocks);
        }
        useful |= !blocks.isEmpty();
        return wasted;
    }

    /** Whether a block has come by it. */
    boolean useful() {
        return useful;
    }

    /** Bytes of the body that are still to come. */
    long left() {
        return left;
    }

    void wrote(long bytes) {
        unanswered += bytes;
    }

    void storeAnswered(long bytes) {
        unanswered -= bytes;
        if (ended) {
            long back = Math.min(bytes, share);
            budget.giveBack(back);
            share -= back;
        }
    }

    private boolean room() {
        return unanswered == 0 || unanswered + cutter.begun() + STEP <= share;
    }

    /** The zeros of a part that nobody has to send, as many as there is room for. */
    List<ByteBuffer> zeros() {
        return left > 0 && room() ? List.of(ByteBuffer.allocate((int) Math.min(STEP, left))) : List.of();
    }

    /** Whether it is time to ask for more of the body, and there is room. */
    boolean wantsMore() {
        return get != null && answered && !asked && room();
    }

    /** Asks for more of the body. */
    void more(long now) {
        if (get != null) {
            asked = true;
            lastHeard = now;
            get.more();
        }
    }

    /** Whether it is the server's turn. */
    boolean waitsForServer() {
        return get != null && asked;
    }

    /** When the server will have been silent for so long; never if it is not its turn. */
    long deadline(Duration silence) {
        return waitsForServer() ? lastHeard + silence.toNanos() : Long.MAX_VALUE;
    }

    /** Where the body's next byte is in the payload, and where its last may be. */
    long bodyAt() {
        return cutter.at();
    }

    long bodyEnd() {
        return cutter.at() + left;
    }

    /** The part is over: what follows begins where it ended. */
    void next(long from) {
        at = from;
        part = null;
        get = null;
        number = -1;
    }

    /** Ends the request under way, if any. */
    void hangUp() {
        if (get != null) {
            get.cancel();
        }
        next(at);
    }

    /** It is over: of its share it keeps what waits for the store. Returns the bytes of an unfinished block. */
    int end() {
        hangUp();
        ended = true;
        long keep = Math.min(unanswered, share);
        budget.giveBack(share - keep);
        share = keep;
        return cutter.begun();
    }
}
