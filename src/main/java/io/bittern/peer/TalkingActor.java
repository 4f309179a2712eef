package io.bittern.peer;

import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor.Command;
import io.bittern.peer.PeerActor.Fault;
import io.bittern.peer.PeerActor.Place;
import io.bittern.peer.PeerActor.Tick;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.WireException;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
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
        stored = place.context().getSelf().narrow();
        readDone = place.context().getSelf().narrow();
    }

    /** Begins with the bytes that came after the handshake. */
    static Behavior<Object> create(
            Place place, ActorRef<Link.Command> link, Encounter with, Bitfield verified, Bytes rest) {
        TalkingActor actor = new TalkingActor(place, link, with);
        actor.session.start(verified);
        Behavior<Object> next = actor.received(rest);
        return next == Behaviors.<Object>same() ? actor.talking() : next;
    }

    private Behavior<Object> talking() {
        return Behaviors.receive((here, message) -> on(message), (here, signal) -> on(signal));
    }

    /* One method for all, with what comes most often first: a builder would search its handlers at each read. */
    private Behavior<Object> on(Object message) {
        if (message instanceof Link.Received received) {
            return received(received.bytes());
        } else if (message instanceof PieceStoreActor.Stored answer) {
            session.stored(answer);
        } else if (message == Link.Written.INSTANCE) {
            session.written(now());
        } else if (message instanceof PieceStoreActor.ReadAnswer answer) {
            session.read(answer);
        } else if (message == Tick.INSTANCE) {
            return onTick();
        } else if (message instanceof Link.Closed closed) {
            return gone(Fault.NONE, closed.reason(), null);
        } else if (message instanceof PeerActor.Disconnect order) {
            return gone(Fault.NONE, order.reason(), order.hostile() ? Link.Abort.INSTANCE : Link.Close.INSTANCE);
        } else if (message instanceof PeerActor.TellStanding question) {
            question.replyTo().tell(session.standing(now()));
            return Behaviors.same();
        } else if (!(message instanceof Command command) || !session.told(command)) {
            return Behaviors.unhandled();
        }
        return flush();
    }

    /** Runs after a crash too: what was taken from the budget goes back whatever happened. */
    private Behavior<Object> on(Signal signal) {
        if (!(signal instanceof PostStop)) {
            return Behaviors.unhandled();
        }
        session.close(now());
        hangUp(Link.Close.INSTANCE);
        return Behaviors.same();
    }

    private Behavior<Object> received(Bytes bytes) {
        try {
            session.received(bytes, now());
        } catch (WireException wrong) {
            return gone(Fault.PROTOCOL, String.valueOf(wrong.getMessage()), Link.Abort.INSTANCE);
        }
        return flush();
    }

    private Behavior<Object> onTick() {
        tickAt = Long.MAX_VALUE;
        return session.tick(now()) ? flush() : gone(Fault.NONE, "silent for too long", Link.Close.INSTANCE);
    }

    /** Does all that the session wants done; the store hears of blocks before the torrent hears what became of leases. */
    private Behavior<Object> flush() {
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

    private Behavior<Object> gone(Fault fault, String reason, Link.@Nullable Command last) {
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
