package io.bittern.torrent;

import io.bittern.TestPayload;
import io.bittern.metainfo.PeerId;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.piece.Bitfield;
import io.bittern.wire.FrameDecoder;
import io.bittern.wire.FrameEncoder;
import io.bittern.wire.Handshake;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * A seed and the link to it in one: whatever was asked for is there when it is read, so that a read brings all that fits.
 *
 * <p>It thus takes as many messages for a download, about, however fast or busy the machine is.
 */
final class ReadySeed extends AbstractBehavior<Object> {

    /** Told to it: somebody dials. */
    record Dialled(InetSocketAddress remote, ActorRef<Link.Event> owner) {}

    private static final int READ = 128 << 10;

    private final TestPayload payload;
    private final ArrayDeque<Bytes> output = new ArrayDeque<>();
    private FrameDecoder decoder;
    private ActorRef<Link.Event> owner;
    private int greeting;
    private int pending;
    private boolean reading;

    static Behavior<Object> create(TestPayload payload) {
        return Behaviors.setup(context -> new ReadySeed(context, payload));
    }

    private ReadySeed(ActorContext<Object> context, TestPayload payload) {
        super(context);
        this.payload = payload;
        this.owner = context.getSystem().ignoreRef();
        this.decoder = decoder();
    }

    private FrameDecoder decoder() {
        return new FrameDecoder(payload.metainfo().sizes().count(), PieceSizes.BLOCK);
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(Dialled.class, this::onDialled)
                .onMessage(Link.Write.class, this::onWrite)
                .onMessage(Link.Read.class, this::onRead)
                .onMessage(Link.Command.class, end -> this)
                .build();
    }

    private Behavior<Object> onDialled(Dialled dialled) {
        owner = dialled.owner();
        decoder = decoder();
        greeting = Handshake.LENGTH;
        pending = 0;
        output.clear();
        reading = false;
        Bitfield all = new Bitfield(payload.metainfo().sizes().count());
        all.setAll();
        add(Bytes.of(new Handshake(0, payload.metainfo().infoHash(), PeerId.random(new Random(99))).encode()));
        add(Bytes.of(FrameEncoder.encode(List.of(new PeerMessage.Bits(all.toBytes()), PeerMessage.Unchoke.INSTANCE))));
        owner.tell(new Link.Opened(getContext().getSelf().narrow(), dialled.remote(), Members.address(0)));
        return this;
    }

    private Behavior<Object> onWrite(Link.Write write) throws WireException {
        for (Bytes bytes : write.bytes()) {
            int skip = Math.min(greeting, bytes.length());
            greeting -= skip;
            decoder.feed(bytes.array(), bytes.offset() + skip, bytes.length() - skip);
            for (PeerMessage message = decoder.next(); message != null; message = decoder.next()) {
                if (message instanceof PeerMessage.Request request) {
                    answer(request);
                }
            }
        }
        owner.tell(Link.Written.INSTANCE);
        return pump();
    }

    private void answer(PeerMessage.Request request) {
        add(Bytes.of(FrameEncoder.blockHeader(request.piece(), request.begin(), request.length())));
        int at = (int) payload.metainfo().sizes().offset(request.piece()) + request.begin();
        add(new Bytes(payload.bytes(), at, request.length()));
    }

    private void add(Bytes bytes) {
        output.add(bytes);
        pending += bytes.length();
    }

    private Behavior<Object> onRead(Link.Read read) {
        reading = true;
        return pump();
    }

    private Behavior<Object> pump() {
        if (reading && pending > 0) {
            reading = false;
            byte[] read = new byte[Math.min(READ, pending)];
            for (int filled = 0; filled < read.length; ) {
                Bytes next = output.remove();
                int taken = Math.min(next.length(), read.length - filled);
                System.arraycopy(next.array(), next.offset(), read, filled, taken);
                filled += taken;
                if (taken < next.length()) {
                    output.addFirst(new Bytes(next.array(), next.offset() + taken, next.length() - taken));
                }
            }
            pending -= read.length;
            owner.tell(new Link.Received(Bytes.of(read)));
        }
        return this;
    }
}
