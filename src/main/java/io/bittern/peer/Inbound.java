package io.bittern.peer;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.wire.Extension;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the peer says and has said; each message gives the fault in it, if there is one. */
final class Inbound implements PeerMessage.Handler<Optional<String>> {

    private static final Optional<String> FINE = Optional.empty();
    private static final int MOST_UNKNOWN = 1000;
    private static final long MOST_UNASKED = 4 << 20;
    private static final int MOST_REFUSED = 50;
    private static final int MOST_LOST = 10_000;

    /** Whoever deals with what is heard. */
    record Parts(Outgoing out, RequestPipeline pipeline, Serving serving, Extensions extensions, Traffic traffic) {}

    private final Encounter with;
    private final PieceSizes sizes;
    private final Outgoing out;
    private final RequestPipeline pipeline;
    private final Serving serving;
    private final Extensions extensions;
    private final Traffic traffic;
    private final Bitfield pieces;
    private List<Integer> fresh = new ArrayList<>();
    private boolean started;
    private boolean interested;
    private boolean toldInterested;
    private long unasked;
    private int unknown;
    private int lost;
    private long now;

    Inbound(Encounter with, PieceSizes sizes, Parts parts) {
        this.with = with;
        this.sizes = sizes;
        out = parts.out();
        pipeline = parts.pipeline();
        serving = parts.serving();
        extensions = parts.extensions();
        traffic = parts.traffic();
        pieces = new Bitfield(sizes.count());
    }

    /** The time at which the next messages came. */
    void at(long time) {
        now = time;
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
        return started ? FINE : begin(Bitfield.fromBytes(bits.bytes(), sizes.count()));
    }

    @Override
    public Optional<String> onHaveAll() {
        return ifFast(() -> started ? FINE : begin(everything()));
    }

    private Bitfield everything() {
        Bitfield all = new Bitfield(sizes.count());
        all.setAll();
        return all;
    }

    @Override
    public Optional<String> onHaveNone() {
        return ifFast(() -> started ? FINE : begin(new Bitfield(sizes.count())));
    }

    /**
     * What the peer has at the start. BEP 3 does not allow it later, but aria2 sends a bitfield in place of many haves: no
     * reason to part, nor to believe it.
     */
    private Optional<String> begin(Bitfield all) {
        started = true;
        pieces.addAll(all);
        out.tell(new PeerActor.HasAll(out.peer(), all));
        pipeline.changed();
        serving.met(all);
        return FINE;
    }

    @Override
    public Optional<String> onRequest(PeerMessage.Request request) {
        started = true;
        if (request.length() > serving.longestRequest()
                || request.begin() > sizes.lengthOf(request.piece()) - request.length()) {
            return Optional.of("a request for " + request.length() + " bytes at " + request.begin() + " of piece "
                    + request.piece());
        }
        return serving.request(request);
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
        serving.cancel(cancel);
        return FINE;
    }

    @Override
    public Optional<String> onPort(PeerMessage.Port port) {
        extensions.port(port);
        return FINE;
    }

    @Override
    public Optional<String> onSuggest(PeerMessage.Suggest suggest) {
        return ifFast(() -> {
            pipeline.suggested(suggest.piece());
            return FINE;
        });
    }

    @Override
    public Optional<String> onReject(PeerMessage.Reject reject) {
        return ifFast(() -> {
            int refused = pipeline.rejected(reject.piece(), reject.begin() / PieceSizes.BLOCK, now);
            return refused > MOST_REFUSED ? Optional.of("refuses every request") : FINE;
        });
    }

    @Override
    public Optional<String> onAllowedFast(PeerMessage.AllowedFast allowed) {
        return ifFast(() -> {
            pipeline.allowed(allowed.piece());
            return FINE;
        });
    }

    /** Before the peer has said what it has, too: libtorrent introduces itself first. */
    @Override
    public Optional<String> onExtended(PeerMessage.Extended message) {
        try {
            return with.extended() ? extended(message) : unknown();
        } catch (WireException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }

    private Optional<String> extended(PeerMessage.Extended message) throws WireException {
        if (message.id() == 0) {
            extensions.handshake(message.payload());
            return unknown(); // one is enough; more of them are borne like messages without meaning
        }
        Optional<Extension> extension = Extension.of(message.id());
        if (extension.isEmpty()) {
            return unknown();
        }
        switch (extension.get()) {
            case METADATA -> extensions.metadata(message.payload());
            case UPLOAD_ONLY -> extensions.theyUploadOnly(message.payload());
            case DONT_HAVE -> lost(Extensions.lost(message.payload(), sizes.count()));
            case PEX -> {
                return extensions.exchange(message.payload(), now) ? FINE : unknown();
            }
        }
        return lost > MOST_LOST ? Optional.of("loses too many pieces") : FINE;
    }

    private void lost(int piece) {
        if (pieces.clear(piece)) {
            lost++;
            report();
            out.tell(new PeerActor.Lacks(out.peer(), List.of(piece)));
            pipeline.lost(piece);
        }
    }

    @Override
    public Optional<String> onUnknown(PeerMessage.Unknown message) {
        return unknown();
    }

    private Optional<String> unknown() {
        return ++unknown > MOST_UNKNOWN ? Optional.of("too many messages that nobody knows") : FINE;
    }

    /** BEP 6 wants the connection closed when its messages come from somebody who has not announced them. */
    private Optional<String> ifFast(Supplier<Optional<String>> step) {
        if (!with.fast()) {
            return Optional.of("a message of the Fast extension, which it did not announce");
        }
        Optional<String> fault = step.get();
        started = true;
        return fault;
    }
}
