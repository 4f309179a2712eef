package io.bittern.peer;

import io.bittern.metainfo.PieceSizes;
import io.bittern.net.Bytes;
import io.bittern.net.RateShare;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.FrameDecoder;
import io.bittern.wire.Handshake;
import io.bittern.wire.PeerMessage;
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

    private static final long SECOND = 1_000_000_000L;

    private final PeerSettings settings;
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

    PeerSession(Encounter with, PieceSizes sizes, PeerActor.Limits limits, PeerSettings settings, long now) {
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

    /** Does what the torrent or its choker says; false if that is not for a conversation. */
    boolean told(PeerActor.Command command) {
        if (command instanceof PeerActor.Grant grant) {
            pipeline.grant(grant.leases());
        } else if (command instanceof PeerActor.Have have) {
            have(have.piece());
        } else if (command instanceof PeerActor.Revoke revoke) {
            pipeline.revoke(revoke.leases());
        } else if (command instanceof PeerActor.Interest interest) {
            interest(interest.interested());
        } else if (command instanceof PeerActor.Unchoke unchoke) {
            serving.serve(unchoke.unchoked());
        } else if (command instanceof PeerActor.Haves haves) {
            haves.pieces().forEach(this::have);
        } else if (command instanceof PeerActor.Lost lost) {
            lost.pieces().forEach(this::lost);
        } else if (command instanceof PeerActor.UploadOnly all) {
            extensions.uploadOnly(all.uploadOnly());
        } else if (command instanceof PeerActor.Exchange exchange) {
            extensions.exchange(exchange.message());
        } else {
            return false;
        }
        return true;
    }

    /** We have a piece now. A peer that has it, too, may be waiting to hear so (BEP 16); one with everything is not. */
    private void have(int piece) {
        if (serving.have(piece) && !inbound.seed()) {
            out.say(new PeerMessage.Have(piece));
        }
    }

    /** We have a piece no more; a peer that does not know the message is refused it (BEP 54). */
    private void lost(int piece) {
        if (serving.lost(piece)) {
            extensions.lost(piece);
        }
    }

    private void interest(boolean on) {
        if (on != interested) {
            interested = on;
            out.say(on ? PeerMessage.Interested.INSTANCE : PeerMessage.NotInterested.INSTANCE);
            pipeline.interested(on);
        }
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

    Standing standing(long now) {
        return new Standing(
                out.peer(),
                inbound.interested(),
                serving.on(),
                pipeline.snubbed(),
                traffic.downRate(now),
                traffic.upRate(now),
                traffic.sent(),
                (now - startedAt) / SECOND,
                inbound.seed());
    }

    /** Requests on the wire to the peer. */
    int asked() {
        return pipeline.asked();
    }
}
