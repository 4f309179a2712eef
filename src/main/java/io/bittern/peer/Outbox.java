package io.bittern.peer;

import io.bittern.net.Bytes;
import io.bittern.net.RateShare;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.FrameEncoder;
import io.bittern.wire.PeerMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a peer asked of us and has not been sent: requests wait, are read ahead as the writes drain, and leave as blocks.
 *
 * <p>A peer that never reads costs its queue of requests, one write and what is read ahead, and no more.
 */
final class Outbox {

    /** The longest read of the store, of requests that follow on each other. */
    static final int LONGEST_READ = 256 << 10;

    /** Bytes that are read before the link can take them. */
    static final int AHEAD = 512 << 10;

    /** Bytes of blocks in one write: short, so that what we say does not wait behind them for long. */
    static final int WRITE = 256 << 10;

    /** A run of bytes to read from the store. */
    record Span(int piece, int begin, int length) {}

    private record Reading(Span span, List<PeerMessage.Request> requests) {}

    private final int cap;
    private final int longestRequest;
    private final RateShare rate;
    private final ArrayDeque<PeerMessage.Request> waiting = new ArrayDeque<>();
    private final List<Reading> readings = new ArrayList<>();
    private final ArrayDeque<PeerMessage.Block> ready = new ArrayDeque<>();
    private final ReadBuffers buffers = new ReadBuffers();
    private int asked;
    private int ahead;

    /** @param rate what blocks wait for before they leave */
    Outbox(int cap, int longestRequest, RateShare rate) {
        this.cap = cap;
        this.longestRequest = longestRequest;
        this.rate = rate;
    }

    /** Bytes that one request may ask for. */
    int longestRequest() {
        return longestRequest;
    }

    /** Queues a request; false if there are too many. */
    boolean add(PeerMessage.Request request) {
        if (size() >= cap) {
            return false;
        }
        waiting.add(request);
        return true;
    }

    /** Takes a request back if its block has not been handed to the link; false if there is none such. */
    boolean cancel(PeerMessage.Request request) {
        if (waiting.removeFirstOccurrence(request)) {
            return true;
        }
        for (Reading reading : readings) {
            if (reading.requests().remove(request)) {
                asked--;
                return true;
            }
        }
        for (Iterator<PeerMessage.Block> blocks = ready.iterator(); blocks.hasNext(); ) {
            PeerMessage.Block block = blocks.next();
            if (request(block).equals(request)) {
                blocks.remove();
                ahead -= block.length();
                return true;
            }
        }
        return false;
    }

    /**
     * Takes back every request whose block has not been handed to the link, but for those of some pieces.
     *
     * @return what was taken back
     */
    List<PeerMessage.Request> clear(IntPredicate kept) {
        List<PeerMessage.Request> dropped = new ArrayList<>();
        Predicate<PeerMessage.Request> drop = request -> !kept.test(request.piece()) && dropped.add(request);
        waiting.removeIf(drop);
        for (Reading reading : readings) {
            int before = reading.requests().size();
            reading.requests().removeIf(drop);
            asked -= before - reading.requests().size();
        }
        ready.removeIf(block -> {
            boolean dropIt = drop.test(request(block));
            ahead -= dropIt ? block.length() : 0;
            return dropIt;
        });
        return dropped;
    }

    private static PeerMessage.Request request(PeerMessage.Block block) {
        return new PeerMessage.Request(block.piece(), block.begin(), block.length());
    }

    /** The next read for the store, null if there is nothing to read or no room for it. */
    @Nullable
    Span nextRead() {
        PeerMessage.Request first = waiting.peek();
        if (first == null || (ahead > 0 && ahead + first.length() > AHEAD)) {
            return null;
        }
        waiting.remove();
        return read(first);
    }

    /** The store has read; what was cancelled meanwhile is left out. */
    void data(PieceStoreActor.Data data) {
        Reading reading = take(data.piece(), data.begin(), data.length());
        if (reading == null) {
            return;
        }
        for (PeerMessage.Request request : reading.requests()) {
            int offset = data.offset() + request.begin() - data.begin();
            ready.add(new PeerMessage.Block(request.piece(), request.begin(), data.array(), offset, request.length()));
            ahead += request.length();
        }
    }

    /** The store cannot give what was read for: returns the requests that are dropped. */
    List<PeerMessage.Request> noData(PieceStoreActor.NoData none) {
        Reading reading = take(none.piece(), none.begin(), none.length());
        return reading == null ? List.of() : reading.requests();
    }

    /** Moves blocks that are ready to a write, header and bytes, as the rate allows; returns the bytes of payload. */
    int drain(List<Bytes> write, long now) {
        int drained = 0;
        PeerMessage.Block block = ready.peek();
        while (block != null && (drained == 0 || drained + block.length() <= WRITE)) {
            byte[] header = FrameEncoder.blockHeader(block.piece(), block.begin(), block.length());
            if (!rate.take(header.length + block.length(), now)) {
                break;
            }
            ready.remove();
            write.add(Bytes.of(header));
            write.add(new Bytes(block.array(), block.offset(), block.length()));
            drained += block.length();
            byte[] array = block.array();
            block = ready.peek();
            if (block == null || block.array() != array) {
                buffers.leaves(array);
            }
        }
        ahead -= drained;
        return drained;
    }

    /** The link has taken the last write. */
    void written() {
        buffers.written(size() > 0);
    }

    /** The array that a span is to be read into. */
    byte[] bufferFor(Span span) {
        return buffers.take(span.length());
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** Requests that are not answered yet. */
    int size() {
        return waiting.size() + asked + ready.size();
    }

    /** Bytes that are being read or are ready. */
    int ahead() {
        return ahead;
    }

    /** Joins the requests that follow on the first. */
    private Span read(PeerMessage.Request first) {
        List<PeerMessage.Request> requests = new ArrayList<>();
        requests.add(first);
        int end = first.begin() + first.length();
        int longest = Math.min(LONGEST_READ, AHEAD - ahead);
        PeerMessage.Request next = waiting.peek();
        while (next != null
                && next.piece() == first.piece()
                && next.begin() == end
                && end - first.begin() + next.length() <= longest) {
            requests.add(waiting.remove());
            end += next.length();
            next = waiting.peek();
        }
        Span span = new Span(first.piece(), first.begin(), end - first.begin());
        readings.add(new Reading(span, requests));
        asked += requests.size();
        ahead += span.length();
        return span;
    }

    private @Nullable Reading take(int piece, int begin, int length) {
        Span span = new Span(piece, begin, length);
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            if (reading.span().equals(span)) {
                readings.remove(i);
                asked -= reading.requests().size();
                ahead -= length;
                return reading;
            }
        }
        return null;
    }
}
