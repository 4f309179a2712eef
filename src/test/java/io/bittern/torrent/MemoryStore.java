package io.bittern.torrent;

import io.bittern.TestPayload;
import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** A store in memory that takes every block for right, and may stall or give wrong bytes. */
final class MemoryStore extends AbstractBehavior<PieceStoreActor.Command> {

    /**
     * What it is like.
     *
     * @param full whether everything is there at the start
     * @param corrupt whether what it gives is wrong
     * @param disk until it is open, whoever writes or reads waits
     */
    record Nature(boolean full, boolean corrupt, CountDownLatch disk) {

        static final Nature EMPTY = new Nature(false, false, new CountDownLatch(0));
        static final Nature FULL = new Nature(true, false, new CountDownLatch(0));
        static final Nature CORRUPT = new Nature(true, true, new CountDownLatch(0));
    }

    private final TestPayload payload;
    private final Nature nature;
    private final ActorRef<PieceStoreActor.Event> torrent;
    private final PieceSizes sizes;
    private final Bitfield verified;
    private final Map<Integer, Bitfield> held = new HashMap<>();

    static Behavior<PieceStoreActor.Command> create(
            TestPayload payload, Nature nature, ActorRef<PieceStoreActor.Event> torrent) {
        return Behaviors.setup(context -> new MemoryStore(context, payload, nature, torrent));
    }

    private MemoryStore(
            ActorContext<PieceStoreActor.Command> context,
            TestPayload payload,
            Nature nature,
            ActorRef<PieceStoreActor.Event> torrent) {
        super(context);
        this.payload = payload;
        this.nature = nature;
        this.torrent = torrent;
        this.sizes = payload.metainfo().sizes();
        this.verified = new Bitfield(sizes.count());
        if (nature.full()) {
            verified.setAll();
        }
        torrent.tell(new PieceStoreActor.Opened(verified.copy(), Map.of(), PieceStoreActor.Counters.ZERO));
    }

    @Override
    public Receive<PieceStoreActor.Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(PieceStoreActor.Write.class, this::onWrite)
                .onMessage(PieceStoreActor.Read.class, this::onRead)
                .onMessage(PieceStoreActor.AskHeld.class, this::onAskHeld)
                .onMessage(PieceStoreActor.Count.class, count -> this)
                .onMessage(PieceStoreActor.Close.class, this::onClose)
                .build();
    }

    private Behavior<PieceStoreActor.Command> onClose(PieceStoreActor.Close close) {
        close.replyTo().tell(new PieceStoreActor.Closed(Optional.empty()));
        return Behaviors.stopped();
    }

    private Behavior<PieceStoreActor.Command> onAskHeld(PieceStoreActor.AskHeld ask) {
        torrent.tell(
                new PieceStoreActor.Held(ask.piece(), 0, blocks(ask.piece()).copy()));
        return this;
    }

    private Behavior<PieceStoreActor.Command> onWrite(PieceStoreActor.Write write) throws InterruptedException {
        awaitDisk();
        long written = 0;
        long duplicate = 0;
        for (PieceStoreActor.Block block : write.blocks()) {
            if (!verified.get(block.piece()) && blocks(block.piece()).set(block.begin() / PieceSizes.BLOCK)) {
                written += block.length();
                complete(block.piece());
            } else {
                duplicate += block.length();
            }
        }
        write.replyTo().tell(new PieceStoreActor.Stored(write.blocks().size(), written, duplicate, 0));
        return this;
    }

    private void complete(int piece) {
        if (blocks(piece).isFull()) {
            verified.set(piece);
            torrent.tell(new PieceStoreActor.Verified(piece));
        }
    }

    private Behavior<PieceStoreActor.Command> onRead(PieceStoreActor.Read read) throws InterruptedException {
        awaitDisk();
        byte[] bytes = read.into();
        System.arraycopy(
                payload.bytes(), (int) sizes.offset(read.piece()) + read.begin(), bytes, 0, read.into().length);
        bytes[0] ^= (byte) (nature.corrupt() ? 1 : 0);
        read.replyTo().tell(new PieceStoreActor.Data(read.piece(), read.begin(), bytes, 0, read.into().length));
        return this;
    }

    private void awaitDisk() throws InterruptedException {
        if (!nature.disk().await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("stalled for ever");
        }
    }

    private Bitfield blocks(int piece) {
        return held.computeIfAbsent(piece, p -> new Bitfield(sizes.blocks(p)));
    }
}
