package io.bittern.peer;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.FrameDecoder;
import io.bittern.wire.FrameEncoder;
import io.bittern.wire.Handshake;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Everything around real peer actors: seeds that answer every request at once, a store that takes everything, a torrent that grants whatever is wanted. */
final class FakeSwarm {

    static final InetSocketAddress REMOTE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 6881);
    static final PieceSizes SIZES = new PieceSizes(1L << 40, 1 << 20);

    private static final InfoHash HASH = InfoHash.of(new byte[InfoHash.LENGTH]);
    private static final int READ = 128 << 10;

    final AtomicLong storedBytes = new AtomicLong();
    final AtomicInteger returned = new AtomicInteger();
    final AtomicInteger gone = new AtomicInteger();
    final AtomicInteger joined = new AtomicInteger();
    private final Map<Integer, ActorRef<PeerActor.Command>> peers = new HashMap<>();
    private int nextPiece;

    PeerActor.Environment environment(
            ActorRef<Spawn> spawner,
            ActorRef<PieceStoreActor.Command> store,
            PeerActor.Limits limits,
            LongSupplier clock) {
        return new PeerActor.Environment(
                HASH,
                PeerId.random(new Random(1)),
                SIZES,
                (remote, timeout, owner) -> spawner.tell(new Spawn(owner)),
                store,
                limits,
                Conversation.settings(clock),
                new Introduction("Bittern test", 0, new byte[0], true, Optional.empty()));
    }

    /** Asks for a seed at the other end of a link. */
    record Spawn(ActorRef<Link.Event> owner) {}

    static Behavior<Spawn> spawner() {
        return Behaviors.setup(context -> Behaviors.receiveMessage(spawn -> {
            context.spawnAnonymous(Behaviors.<Link.Command>setup(inner -> new Seed(inner, spawn.owner())));
            return Behaviors.same();
        }));
    }

    Behavior<PieceStoreActor.Command> store() {
        return Behaviors.receive(PieceStoreActor.Command.class)
                .onMessage(PieceStoreActor.Write.class, write -> {
                    long bytes = write.blocks().stream()
                            .mapToLong(PieceStoreActor.Block::length)
                            .sum();
                    storedBytes.addAndGet(bytes);
                    write.replyTo()
                            .tell(new PieceStoreActor.Stored(write.blocks().size(), bytes, 0, 0));
                    return Behaviors.same();
                })
                .build();
    }

    Behavior<PeerActor.Event> torrent() {
        return Behaviors.receive(PeerActor.Event.class)
                .onMessage(PeerActor.Joined.class, this::onJoined)
                .onMessage(PeerActor.Wants.class, this::onWants)
                .onMessage(PeerActor.Returned.class, event -> count(returned))
                .onMessage(PeerActor.Gone.class, event -> count(gone))
                .onAnyMessage(event -> Behaviors.same())
                .build();
    }

    private Behavior<PeerActor.Event> onJoined(PeerActor.Joined event) {
        peers.put(event.peer(), event.ref());
        event.ref().tell(new PeerActor.Start(new Bitfield(SIZES.count())));
        event.ref().tell(new PeerActor.Interest(true));
        return count(joined);
    }

    private Behavior<PeerActor.Event> onWants(PeerActor.Wants wants) {
        List<Lease> leases = new ArrayList<>();
        for (int left = wants.blocks(); left > 0; left -= 64) {
            leases.add(new Lease(nextPiece++ % SIZES.count(), 0, 0, Math.min(64, left)));
        }
        ActorRef<PeerActor.Command> peer = peers.get(wants.peer());
        if (peer != null) {
            peer.tell(new PeerActor.Grant(leases));
        }
        return Behaviors.same();
    }

    private static Behavior<PeerActor.Event> count(AtomicInteger counter) {
        counter.incrementAndGet();
        return Behaviors.same();
    }

    /** A link whose other end is a seed that unchokes and answers everything at once, in reads as TCP gives them. */
    private static final class Seed extends AbstractBehavior<Link.Command> {

        private final ActorRef<Link.Event> owner;
        private final FrameDecoder decoder = new FrameDecoder(SIZES.count(), FrameDecoder.MAX_BLOCK);
        private final List<PeerMessage> answers = new ArrayList<>();
        private boolean greeted;
        private boolean reading;
        private byte[] output = {};
        private int sent;

        Seed(ActorContext<Link.Command> context, ActorRef<Link.Event> owner) {
            super(context);
            this.owner = owner;
            owner.tell(new Link.Opened(context.getSelf(), REMOTE, REMOTE));
        }

        @Override
        public Receive<Link.Command> createReceive() {
            return newReceiveBuilder()
                    .onMessage(Link.Write.class, this::onWrite)
                    .onMessage(Link.Read.class, read -> {
                        reading = true;
                        return pump();
                    })
                    .onMessage(Link.Close.class, close -> Behaviors.stopped())
                    .onMessage(Link.Abort.class, abort -> Behaviors.stopped())
                    .build();
        }

        private Behavior<Link.Command> onWrite(Link.Write write) throws WireException {
            owner.tell(Link.Written.INSTANCE);
            if (greeted) {
                for (Bytes bytes : write.bytes()) {
                    hear(bytes);
                }
            } else {
                greeted = true;
                output = new Handshake(0, HASH, PeerId.random(new Random(2))).encode();
                answers.add(PeerMessage.Unchoke.INSTANCE);
            }
            return pump();
        }

        private void hear(Bytes bytes) throws WireException {
            decoder.feed(bytes.array(), bytes.offset(), bytes.length());
            for (PeerMessage message = decoder.next(); message != null; message = decoder.next()) {
                if (message instanceof PeerMessage.Request request) {
                    answers.add(new PeerMessage.Block(
                            request.piece(), request.begin(), new byte[request.length()], 0, request.length()));
                }
            }
        }

        private Behavior<Link.Command> pump() {
            if (sent == output.length && !answers.isEmpty()) {
                output = FrameEncoder.encode(answers);
                answers.clear();
                sent = 0;
            }
            if (reading && sent < output.length) {
                reading = false;
                int length = Math.min(READ, output.length - sent);
                byte[] read = new byte[length];
                System.arraycopy(output, sent, read, 0, length);
                sent += length;
                owner.tell(new Link.Received(Bytes.of(read)));
            }
            return this;
        }
    }

    /** How long the test may wait for something that needs no time but the machine's. */
    static Duration patience() {
        return Duration.ofSeconds(20);
    }
}
