package io.bittern.peer;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.net.Bytes;
import io.bittern.net.RateLimit;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.WireException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * One end of a connection in a simulation: a real {@link PeerSession} with the Fast extension, driven as
 * {@link TalkingActor} drives it, by calls in place of messages.
 */
public final class SimSession {

    /** What is around a session. It never calls the session while it is told something. */
    public interface World {

        void tell(PeerActor.Event event);

        /** A write to the store, to be answered by {@link SimSession#stored}. */
        void store(List<PieceStoreActor.Block> blocks);

        /**
         * A write to the link: perhaps a text, then blocks of two parts each.
         *
         * @return whether the link has taken it all; else {@link SimSession#written} is to follow
         */
        boolean write(List<Bytes> bytes);

        /** {@link SimSession#tick} is to be called at this time at the latest. */
        void wake(long time);
    }

    private static final InfoHash TORRENT = InfoHash.of(new byte[InfoHash.LENGTH]);
    private static final PeerSettings SETTINGS = Conversation.settings();
    private static final byte[] CONTENT = new byte[Outbox.LONGEST_READ + 1];

    private final World world;
    private final PeerSession session;

    /** @param peer the number of the other side */
    public SimSession(int peer, InetAddress remote, PieceSizes sizes, World world, long now) {
        this.world = world;
        var nobody = new Introduction("simulated", 0, new byte[0], false, Optional.empty());
        session = new PeerSession(
                new Encounter(peer, remote, true, false, false, TORRENT, nobody),
                sizes,
                new PeerActor.Limits(new ByteBudget(Integer.MAX_VALUE), RateLimit.unlimited(), RateLimit.unlimited()),
                SETTINGS,
                now);
    }

    public void start(Bitfield verified, long now) {
        session.start(verified);
        flush(now);
    }

    /** Does what a torrent or a choker may tell a peer. */
    public void hear(PeerActor.Command command, long now) {
        if (!session.told(command)) {
            throw new IllegalArgumentException("nobody says " + command);
        }
        flush(now);
    }

    /** We have a piece, which changes nothing but what is to be said. */
    public void have(int piece, long now) {
        session.told(new PeerActor.Have(piece));
        write(now);
    }

    public void received(List<Bytes> parts, long now) {
        try {
            for (Bytes part : parts) {
                session.received(part, now);
            }
        } catch (WireException wrong) {
            throw new AssertionError("a session says what another does not bear", wrong);
        }
        flush(now);
    }

    public void written(long now) {
        session.written(now);
        flush(now);
    }

    public void stored(PieceStoreActor.Stored stored, long now) {
        session.stored(stored);
        flush(now);
    }

    public void tick(long now) {
        if (!session.tick(now)) {
            throw new AssertionError("peers are never silent for long");
        }
        flush(now);
    }

    public Standing standing(long now) {
        return session.standing(now);
    }

    private void flush(long now) {
        session.settle(now);
        List<PieceStoreActor.Block> blocks = session.takeBlocks();
        if (!blocks.isEmpty()) {
            world.store(blocks);
        }
        for (Outbox.Span span = session.takeRead(); span != null; span = session.takeRead()) {
            session.read(new PieceStoreActor.Data(span.piece(), span.begin(), CONTENT, 0, span.length()));
        }
        write(now);
        session.takePull(now);
        session.takeEvents().forEach(world::tell);
        world.wake(session.deadline(now));
    }

    private void write(long now) {
        List<Bytes> write = session.takeWrite(now);
        if (!write.isEmpty() && world.write(write)) {
            session.written(now);
        }
    }
}
