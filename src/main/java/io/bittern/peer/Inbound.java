package io.bittern.peer;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the peer says and has said; each message gives the fault in it, if there is one. */
final class Inbound implements PeerMessage.Handler<Optional<String>> {

    private static final Optional<String> FINE = Optional.empty();
    private static final int MOST_UNKNOWN = 1000;
    private static final long MOST_UNASKED = 4 << 20;
    private static final int MOST_REFUSED = 5000;

    private final PieceSizes sizes;
    private final Outgoing out;
    private final RequestPipeline pipeline;
    private final Outbox outbox;
    private final Traffic traffic;
    private final Bitfield pieces;
    private List<Integer> fresh = new ArrayList<>();
    private boolean started;
    private boolean serving;
    private boolean interested;
    private boolean toldInterested;
    private long unasked;
    private int unknown;
    private int refused;
    private long now;

    Inbound(PieceSizes sizes, Outgoing out, RequestPipeline pipeline, Outbox outbox, Traffic traffic) {
        this.sizes = sizes;
        this.out = out;
        this.pipeline = pipeline;
        this.outbox = outbox;
        this.traffic = traffic;
        pieces = new Bitfield(sizes.count());
    }

    /** The time at which the next messages came. */
    void at(long time) {
        now = time;
    }

    /** Whether we answer requests; the peer's are forgotten when we stop. */
    void serve(boolean on) {
        serving = on;
        refused = 0;
        if (!on) {
            outbox.clear();
        }
    }

    boolean serving() {
        return serving;
    }

    boolean has(int piece) {
        return pieces.get(piece);
    }

    boolean seed() {
        return pieces.isFull();
    }

    boolean interested() {
        return interested;
    }

    /** Tells the torrent what has changed in one read, however often it changed. */
    void report() {
        if (!fresh.isEmpty()) {
            out.tell(new PeerActor.Has(out.peer(), fresh));
            fresh = new ArrayList<>();
            pipeline.changed();
        }
        if (interested != toldInterested) {
            toldInterested = interested;
            out.tell(new PeerActor.Interested(out.peer(), interested));
        }
    }

    @Override
    public Optional<String> onKeepAlive() {
        return FINE;
    }

    @Override
    public Optional<String> onChoke() {
        started = true;
        pipeline.choked(true, now);
        return FINE;
    }

    @Override
    public Optional<String> onUnchoke() {
        started = true;
        pipeline.choked(false, now);
        return FINE;
    }

    @Override
    public Optional<String> onInterested() {
        started = true;
        interested = true;
        return FINE;
    }

    @Override
    public Optional<String> onNotInterested() {
        started = true;
        interested = false;
        return FINE;
    }

    @Override
    public Optional<String> onHave(PeerMessage.Have have) {
        started = true;
        if (pieces.set(have.piece())) {
            fresh.add(have.piece());
        }
        return FINE;
    }

    @Override
    public Optional<String> onBits(PeerMessage.Bits bits) {
        if (started) {
            // BEP 3 does not allow it, but aria2 sends one in place of many haves: no reason to part, nor to believe
            // it.
            return FINE;
        }
        started = true;
        Bitfield all = Bitfield.fromBytes(bits.bytes(), sizes.count());
        pieces.addAll(all);
        out.tell(new PeerActor.HasAll(out.peer(), all));
        pipeline.changed();
        return FINE;
    }

    @Override
    public Optional<String> onRequest(PeerMessage.Request request) {
        started = true;
        if (request.length() > outbox.longestRequest()
                || request.begin() > sizes.lengthOf(request.piece()) - request.length()) {
            return Optional.of("a request for " + request.length() + " bytes at " + request.begin() + " of piece "
                    + request.piece());
        }
        if (!serving || outbox.add(request)) {
            return FINE;
        }
        return ++refused > MOST_REFUSED ? Optional.of("too many requests") : FINE;
    }

    @Override
    public Optional<String> onBlock(PeerMessage.Block block) {
        started = true;
        int index = block.begin() / PieceSizes.BLOCK;
        if (block.begin() % PieceSizes.BLOCK != 0
                || index >= sizes.blocks(block.piece())
                || block.length() != sizes.blockLength(block.piece(), index)) {
            return Optional.of(
                    "a block of " + block.length() + " bytes at " + block.begin() + " of piece " + block.piece());
        }
        traffic.down(block.length(), now);
        if (pipeline.received(block, now)) {
            return FINE;
        }
        traffic.wasted(block.length());
        unasked += block.length();
        return unasked > MOST_UNASKED ? Optional.of("too many blocks that nobody asked for") : FINE;
    }

    @Override
    public Optional<String> onCancel(PeerMessage.Cancel cancel) {
        started = true;
        outbox.cancel(cancel);
        return FINE;
    }

    @Override
    public Optional<String> onPort(PeerMessage.Port port) {
        return FINE;
    }

    @Override
    public Optional<String> onUnknown(PeerMessage.Unknown message) {
        return ++unknown > MOST_UNKNOWN ? Optional.of("too many messages that nobody knows") : FINE;
    }
}
