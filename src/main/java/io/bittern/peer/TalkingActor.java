package io.bittern.peer;

import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor.Command;
import io.bittern.peer.PeerActor.Fault;
import io.bittern.peer.PeerActor.FromLink;
import io.bittern.peer.PeerActor.FromStore;
import io.bittern.peer.PeerActor.Place;
import io.bittern.peer.PeerActor.ReadDone;
import io.bittern.peer.PeerActor.Tick;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.WireException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.japi.function.Function;
import org.jspecify.annotations.Nullable;

/** The second half of a {@link PeerActor}: talking, by what its {@link PeerSession} says. */
final class TalkingActor {

    private static final long MILLISECOND = 1_000_000L;

    private final Place place;
    private final PeerSession session;
    private final ActorRef<PieceStoreActor.Stored> stored;
    private final ActorRef<PieceStoreActor.ReadAnswer> readDone;
    private final ActorRef<Link.Command> link;
    private boolean hungUp;
    private long tickAt = Long.MAX_VALUE;

    private TalkingActor(Place place, ActorRef<Link.Command> link, Encounter with) {
        this.place = place;
        this.link = link;
        PeerActor.Environment env = place.env();
        session = new PeerSession(
                with,
                env.sizes(),
                env.limits(),
                env.settings(),
                env.settings().nanoTime().getAsLong());
        stored = place.context().messageAdapter(PieceStoreActor.Stored.class, FromStore::new);
        readDone = place.context().messageAdapter(PieceStoreActor.ReadAnswer.class, ReadDone::new);
    }

    /** Begins with the bytes that came after the handshake. */
    static Behavior<Command> create(
            Place place, ActorRef<Link.Command> link, Encounter with, Bitfield verified, Bytes rest) {
        TalkingActor actor = new TalkingActor(place, link, with);
        actor.session.start(verified);
        Behavior<Command> next = actor.received(rest);
        return next == Behaviors.<Command>same() ? actor.talking() : next;
    }

    private Behavior<Command> talking() {
        return Behaviors.receive(Command.class)
                .onMessage(FromLink.class, wrapped -> onLink(wrapped.event()))
                .onMessage(FromStore.class, then(answer -> session.stored(answer.stored())))
                .onMessage(ReadDone.class, then(answer -> session.read(answer.answer())))
                .onMessage(PeerActor.Grant.class, then(grant -> session.grant(grant.leases())))
                .onMessage(PeerActor.Have.class, then(have -> session.have(have.piece())))
                .onMessage(PeerActor.Haves.class, then(haves -> haves.pieces().forEach(session::have)))
                .onMessage(PeerActor.Lost.class, then(lost -> lost.pieces().forEach(session::lost)))
                .onMessageEquals(Tick.INSTANCE, this::onTick)
                .onMessage(PeerActor.Revoke.class, then(revoke -> session.revoke(revoke.leases())))
                .onMessage(PeerActor.Interest.class, then(it -> session.interest(it.interested())))
                .onMessage(PeerActor.Unchoke.class, then(it -> session.unchoke(it.unchoked())))
                .onMessage(PeerActor.UploadOnly.class, then(it -> session.uploadOnly(it.uploadOnly())))
                .onMessage(PeerActor.Exchange.class, then(it -> session.exchange(it.message())))
                .onMessage(PeerActor.TellStanding.class, this::onTellStanding)
                .onMessage(PeerActor.Disconnect.class, this::onDisconnect)
                .onSignal(PostStop.class, stop -> cleanUp())
                .build();
    }

    private Behavior<Command> onLink(Link.Event event) {
        if (event instanceof Link.Received received) {
            return received(received.bytes());
        }
        if (event instanceof Link.Written) {
            session.written(now());
            return flush();
        }
        if (event instanceof Link.Closed closed) {
            return gone(Fault.NONE, closed.reason(), null);
        }
        return Behaviors.unhandled();
    }

    private Behavior<Command> received(Bytes bytes) {
        try {
            session.received(bytes, now());
        } catch (WireException wrong) {
            return gone(Fault.PROTOCOL, String.valueOf(wrong.getMessage()), Link.Abort.INSTANCE);
        }
        return flush();
    }

    private Behavior<Command> onTick() {
        tickAt = Long.MAX_VALUE;
        return session.tick(now()) ? flush() : gone(Fault.NONE, "silent for too long", Link.Close.INSTANCE);
    }

    private Behavior<Command> onTellStanding(PeerActor.TellStanding question) {
        long now = now();
        question.replyTo()
                .tell(new Standing(
                        place.peer(),
                        session.peerInterested(),
                        session.unchoked(),
                        session.snubbed(),
                        session.downRate(now),
                        session.upRate(now),
                        session.sent(),
                        session.connectedSeconds(now),
                        session.seed()));
        return Behaviors.same();
    }

    private Behavior<Command> onDisconnect(PeerActor.Disconnect order) {
        return gone(Fault.NONE, order.reason(), order.hostile() ? Link.Abort.INSTANCE : Link.Close.INSTANCE);
    }

    private <M> Function<M, Behavior<Command>> then(Consumer<M> step) {
        return message -> {
            step.accept(message);
            return flush();
        };
    }

    /** Does all that the session wants done; the store hears of blocks before the torrent hears what became of leases. */
    private Behavior<Command> flush() {
        long now = now();
        session.settle(now);
        List<PieceStoreActor.Block> blocks = session.takeBlocks();
        if (!blocks.isEmpty()) {
            place.env().store().tell(new PieceStoreActor.Write(blocks, place.peer(), stored));
        }
        List<Bytes> bytes = session.takeWrite(now);
        if (!bytes.isEmpty()) {
            link.tell(new Link.Write(bytes));
        }
        if (session.takePull(now)) {
            link.tell(Link.Read.INSTANCE);
        }
        tellTorrent();
        readAhead();
        tickAt(session.deadline(now), now);
        return Behaviors.same();
    }

    private void tellTorrent() {
        for (PeerActor.Event event : session.takeEvents()) {
            place.torrent().tell(event);
        }
    }

    private void readAhead() {
        for (Outbox.Span span = session.takeRead(); span != null; span = session.takeRead()) {
            byte[] into = session.bufferFor(span);
            place.env().store().tell(new PieceStoreActor.Read(span.piece(), span.begin(), into, readDone));
        }
    }

    /** A timer that fires too early is cheaper than one set anew for every block. */
    private void tickAt(long deadline, long now) {
        if (deadline < tickAt) {
            tickAt = deadline;
            long millis = Math.max(1, (deadline - now + MILLISECOND - 1) / MILLISECOND);
            place.timers().startSingleTimer(Tick.INSTANCE, Duration.ofMillis(millis));
        }
    }

    private Behavior<Command> gone(Fault fault, String reason, Link.@Nullable Command last) {
        session.close(now());
        List<PieceStoreActor.Block> blocks = session.takeBlocks();
        if (!blocks.isEmpty()) {
            ActorRef<PieceStoreActor.Stored> nobody =
                    place.context().getSystem().ignoreRef();
            place.env().store().tell(new PieceStoreActor.Write(blocks, place.peer(), nobody));
        }
        tellTorrent();
        hangUp(last);
        return place.gone(fault, reason);
    }

    /** Runs after a crash too: what was taken from the budget goes back whatever happened. */
    private Behavior<Command> cleanUp() {
        session.close(now());
        hangUp(Link.Close.INSTANCE);
        return Behaviors.same();
    }

    /** Says its last word to the link, unless that is gone by itself. */
    private void hangUp(Link.@Nullable Command last) {
        if (!hungUp && last != null) {
            link.tell(last);
        }
        hungUp = true;
    }

    private long now() {
        return place.env().settings().nanoTime().getAsLong();
    }
}
