package io.bittern.torrent;

import io.bittern.TestPayload;
import io.bittern.metainfo.PeerId;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.wire.FrameDecoder;
import io.bittern.wire.FrameEncoder;
import io.bittern.wire.Handshake;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** A peer with one piece that answers requests only when it is told to, though they were cancelled, with wrong bytes. */
final class LateSeed extends AbstractBehavior<Object> {

    /** Told to it: answer everything that was ever asked. */
    enum Answer {
        INSTANCE
    }

    /** Told by it: so many blocks have been asked for so far. */
    record Asked(int blocks) {}

    private final TestPayload payload;
    private final int piece;
    private final ActorRef<Asked> test;
    private final List<PeerMessage.Request> requests = new ArrayList<>();
    private final List<Bytes> output = new ArrayList<>();
    private final FrameDecoder decoder;
    private ActorRef<Link.Command> link;
    private int greeting = Handshake.LENGTH;
    private boolean writing;

    static Behavior<Object> create(TestPayload payload, int piece, ActorRef<Asked> test) {
        return Behaviors.setup(context -> new LateSeed(context, payload, piece, test));
    }

    private LateSeed(ActorContext<Object> context, TestPayload payload, int piece, ActorRef<Asked> test) {
        super(context);
        this.payload = payload;
        this.piece = piece;
        this.test = test;
        this.link = context.getSystem().ignoreRef();
        this.decoder = new FrameDecoder(payload.metainfo().sizes().count(), FrameDecoder.MAX_BLOCK);
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(Link.Opened.class, this::onOpened)
                .onMessage(Link.Received.class, received -> onReceived(received.bytes()))
                .onMessage(Link.Written.class, written -> onWritten())
                .onMessage(Link.Closed.class, closed -> Behaviors.stopped())
                .onMessage(Answer.class, answer -> onAnswer())
                .build();
    }

    private Behavior<Object> onOpened(Link.Opened opened) {
        link = opened.link();
        send(new Handshake(0, payload.metainfo().infoHash(), PeerId.random(new Random(666))).encode());
        send(FrameEncoder.encode(List.of(new PeerMessage.Have(piece), PeerMessage.Unchoke.INSTANCE)));
        link.tell(Link.Read.INSTANCE);
        return this;
    }

    private Behavior<Object> onReceived(Bytes bytes) throws WireException {
        int skip = Math.min(greeting, bytes.length());
        greeting -= skip;
        decoder.feed(bytes.array(), bytes.offset() + skip, bytes.length() - skip);
        for (PeerMessage message = decoder.next(); message != null; message = decoder.next()) {
            if (message instanceof PeerMessage.Request request) {
                requests.add(request);
                test.tell(new Asked(requests.size()));
            }
        }
        link.tell(Link.Read.INSTANCE);
        return this;
    }

    private Behavior<Object> onAnswer() {
        for (PeerMessage.Request asked : requests) {
            send(FrameEncoder.encode(
                    new PeerMessage.Block(asked.piece(), asked.begin(), new byte[asked.length()], 0, asked.length())));
        }
        return this;
    }

    private void send(byte[] bytes) {
        output.add(Bytes.of(bytes));
        flush();
    }

    private Behavior<Object> onWritten() {
        writing = false;
        flush();
        return this;
    }

    private void flush() {
        if (!writing && !output.isEmpty()) {
            writing = true;
            link.tell(new Link.Write(List.copyOf(output)));
            output.clear();
        }
    }
}
