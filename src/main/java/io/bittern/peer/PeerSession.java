package io.bittern.peer;

import io.bittern.metainfo.PieceSizes;
import io.bittern.net.Bytes;
import io.bittern.net.RateShare;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.FrameDecoder;
import io.bittern.wire.Handshake;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.PexMessage;
import io.bittern.wire.WireException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The conversation with a peer after the handshakes, without a socket, a timer or an actor (BEP 3).
 *
 * <p>It is told what happens and at what time. After one or several such calls comes {@link #settle}, then everything
 * that it wants done is taken: {@link #takeBlocks}, {@link #takeEvents}, {@link #takeRead}, {@link #takeWrite},
 * {@link #takePull}; and {@link #tick} is called at the {@link #deadline} at the latest.
 */
final class PeerSession {

    private final PeerActor.Settings settings;
    private final FrameDecoder decoder;
    private final Outgoing out;
    private final Traffic traffic;
    private final RateShare down;
    private final RateShare up;
    private final RequestPipeline pipeline;
    private final Outbox outbox;
    private final Serving serving;
    private final Extensions extensions;
    private final Inbound inbound;
    private final Stopwatch silence = new Stopwatch();
    private final long startedAt;
    private boolean pulled;
    private boolean interested;
    private int writing = -1;
    private long wroteAt;

    PeerSession(Encounter with, PieceSizes sizes, PeerActor.Limits limits, PeerActor.Settings settings, long now) {
        this.settings = settings;
        decoder = new FrameDecoder(sizes.count(), PieceSizes.BLOCK);
        out = new Outgoing(with.peer());
        traffic = new Traffic(now);
        down = new RateShare(limits.download());
        up = new RateShare(limits.upload());
        Allowance allowance = new Allowance(new BudgetShare(limits.budget()), down);
        pipeline = new RequestPipeline(sizes, allowance, settings, out, traffic, with.fast());
        outbox = new Outbox(settings.peerRequests(), settings.maxBlock(), up);
        serving = new Serving(with, sizes, out, outbox);
        extensions = new Extensions(with, out, pipeline::limit);
        inbound = new Inbound(with, sizes, new Inbound.Parts(out, pipeline, serving, extensions, traffic));
        startedAt = now;
        wroteAt = now;
        down.moved(Handshake.LENGTH, now);
        up.moved(Handshake.LENGTH, now);
    }

    /** Says what we have, as the first message, and who we are. */
    void start(Bitfield verified) {
        serving.start(verified);
        extensions.greet(verified.isFull(), settings.peerRequests());
    }

    /** Bytes came; the exception is the end of the conversation. */
    void received(Bytes bytes, long now) throws WireException {
        pulled = false;
        silence.reset(now);
        down.moved(bytes.length(), now);
        inbound.at(now);
        decoder.feed(bytes.array(), bytes.offset(), bytes.length());
        for (PeerMessage message = decoder.next(); message != null; message = decoder.next()) {
            Optional<String> fault = message.match(inbound);
            if (fault.isPresent()) {
                throw new WireException(fault.get());
            }
        }
    }

    void grant(List<Lease> leases) {
        pipeline.grant(leases);
    }

    void revoke(List<Lease> leases) {
        pipeline.revoke(leases);
    }

    /** We have a piece now. A peer that has it, too, may be waiting to hear so (BEP 16); one with everything is not. */
    void have(int piece) {
        if (serving.have(piece) && !inbound.seed()) {
            out.say(new PeerMessage.Have(piece));
        }
    }

    /** We have a piece no more; a peer that does not know the message is refused it (BEP 54). */
    void lost(int piece) {
        if (serving.lost(piece)) {
            extensions.lost(piece);
        }
    }

    void interest(boolean on) {
        if (on != interested) {
            interested = on;
            out.say(on ? PeerMessage.Interested.INSTANCE : PeerMessage.NotInterested.INSTANCE);
            pipeline.interested(on);
        }
    }

    void unchoke(boolean on) {
        serving.serve(on);
    }

    /** Whether we want nothing of anybody. */
    void uploadOnly(boolean on) {
        extensions.uploadOnly(on);
    }

    /** Whom else we are connected to. */
    void exchange(PexMessage message) {
        extensions.exchange(message);
    }

    void stored(PieceStoreActor.Stored stored) {
        pipeline.stored(stored);
    }

    void read(PieceStoreActor.ReadAnswer answer) {
        serving.read(answer);
    }

    /** The link has taken the last write. */
    void written(long now) {
        traffic.up(Math.max(0, writing), now);
        outbox.written(traffic.upRate(now));
        writing = -1;
        wroteAt = now;
    }

    /** Looks at the clocks; false if the peer has been silent for too long. */
    boolean tick(long now) {
        pipeline.tick(now);
        if (writing < 0 && now >= wroteAt + settings.keepAliveAfter().toNanos() && out.silent()) {
            out.say(PeerMessage.KeepAlive.INSTANCE);
        }
        return silence.elapsed(now) < settings.silence().toNanos();
    }

    /** Draws the conclusions from what happened. */
    void settle(long now) {
        inbound.report();
        pipeline.settle(pulled || !pipeline.overfull(), now);
        Optional<PeerActor.Traffic> report = traffic.report(out.peer(), now);
        if (report.isPresent()) { // not by a lambda, of which there would be one for each read
            out.tell(report.get());
        }
    }

    /** Blocks for one write to the store, to be told before the events. */
    List<PieceStoreActor.Block> takeBlocks() {
        return pipeline.takeBlocks();
    }

    /** Events for the torrent. */
    List<PeerActor.Event> takeEvents() {
        return out.takeEvents();
    }

    /** The next read for the store, null if there is none now. */
    Outbox.@Nullable Span takeRead() {
        return outbox.nextRead();
    }

    /** The array to read a span into. */
    byte[] bufferFor(Outbox.Span span) {
        return outbox.bufferFor(span);
    }

    /** Bytes for one write to the link, none if there is nothing to write, a write is under way or a limit says to wait. */
    List<Bytes> takeWrite(long now) {
        if (writing >= 0) {
            return List.of();
        }
        if (!extensions.owesMetadata() && !outbox.hasReady()) {
            up.rest();
        } else if (out.silent() && extensions.owesMetadata()) {
            extensions.sayMetadata(bytes -> up.take(bytes, now));
        }
        List<Bytes> write = out.silent() ? List.of() : List.of(Bytes.of(out.takeMessages()));
        if (outbox.hasReady()) {
            write = new ArrayList<>(write);
        }
        int drained = outbox.drain(write, now);
        if (!write.isEmpty()) {
            writing = drained;
            up.moved(write.stream().mapToInt(Bytes::length).sum(), now);
        }
        return write;
    }

    /** Whether to ask the link for bytes, which then counts as done. */
    boolean takePull(long now) {
        boolean pull = !pulled && !pipeline.overfull();
        pulled = pulled || pull;
        silence.run(pulled, now);
        return pull;
    }

    /** When {@link #tick} and {@link #settle} have something to do if nothing happens before. */
    long deadline(long now) {
        long idle = Math.min(wroteAt + settings.keepAliveAfter().toNanos(), up.retryAt());
        long writes = writing < 0 ? idle : Long.MAX_VALUE;
        long silent = silence.reaches(settings.silence().toNanos());
        return Math.min(Math.min(writes, silent), Math.min(traffic.deadline(), pipeline.deadline(now)));
    }

    /** Ends it: the budget has everything back, and the last bytes are accounted for. */
    void close(long now) {
        pipeline.close();
        up.close();
        traffic.rest(out.peer(), now).ifPresent(out::tell);
    }

    boolean peerInterested() {
        return inbound.interested();
    }

    boolean unchoked() {
        return serving.on();
    }

    boolean seed() {
        return inbound.seed();
    }

    boolean snubbed() {
        return pipeline.snubbed();
    }

    /** Requests on the wire to the peer. */
    int asked() {
        return pipeline.asked();
    }

    double downRate(long now) {
        return traffic.downRate(now);
    }

    double upRate(long now) {
        return traffic.upRate(now);
    }

    /** Bytes of payload that the peer has had of us. */
    long sent() {
        return traffic.sent();
    }

    long connectedSeconds(long now) {
        return (now - startedAt) / 1_000_000_000L;
    }
}
