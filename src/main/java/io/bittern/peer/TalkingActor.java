package io.bittern.peer;

import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor.Command;
import io.bittern.peer.PeerActor.Fault;
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

/** The second half of a {@link PeerActor}: talking, by what its {@link PeerSession} says. */
final class TalkingActor {

    private enum Tick {
        INSTANCE
    }

    private static final long MILLISECOND = 1_000_000L;

    private final Place place;
    private final PeerSession session;
    private final ActorRef<PieceStoreActor.Stored> stored;
    private final ActorRef<PieceStoreActor.ReadAnswer> readDone;
    private long tickAt = Long.MAX_VALUE;

    private TalkingActor(Place place, Encounter with) {
        this.place = place;
        PeerActor.Environment env = place.env();
        session = new PeerSession(with, env.sizes(), env.limits(), env.settings(), place.now());
        stored = place.self().narrow();
        readDone = place.self().narrow();
    }

    /** Begins with the bytes that came after the handshake. */
    static Behavior<Object> create(Place place, Encounter with, Bitfield verified, Bytes rest) {
        TalkingActor actor = new TalkingActor(place, with);
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
            session.written(place.now());
        } else if (message instanceof PieceStoreActor.ReadAnswer answer) {
            session.read(answer);
        } else if (message == Tick.INSTANCE) {
            return onTick();
        } else if (message instanceof Link.Closed closed) {
            return gone(Parting.lost(Fault.NONE, closed.reason()));
        } else if (message instanceof PeerActor.Disconnect order) {
            return gone(Parting.asked(order));
        } else if (message instanceof PeerActor.TellStanding question) {
            question.replyTo().tell(session.standing(place.now()));
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
        session.close(place.now());
        return place.stopped();
    }

    private Behavior<Object> received(Bytes bytes) {
        try {
            session.received(bytes, place.now());
        } catch (WireException wrong) {
            return gone(Parting.broken(wrong));
        }
        return flush();
    }

    private Behavior<Object> onTick() {
        tickAt = Long.MAX_VALUE;
        return session.tick(place.now()) ? flush() : gone(Parting.since(Fault.NONE, "silent for too long"));
    }

    /** Does all that the session wants done; the store hears of blocks before the torrent hears what became of leases. */
    private Behavior<Object> flush() {
        long now = place.now();
        session.settle(now);
        List<PieceStoreActor.Block> blocks = session.takeBlocks();
        if (!blocks.isEmpty()) {
            place.env().store().tell(new PieceStoreActor.Write(blocks, place.peer(), stored));
        }
        List<Bytes> bytes = session.takeWrite(now);
        if (!bytes.isEmpty()) {
            place.tell(new Link.Write(bytes));
        }
        if (session.takePull(now)) {
            place.tell(Link.Read.INSTANCE);
        }
        tellTorrent();
        readAhead();
        tickAt(session.deadline(now), now);
        return Behaviors.same();
    }

    private void tellTorrent() {
        for (PeerActor.Event event : session.takeEvents()) {
            place.tell(event);
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

    private Behavior<Object> gone(Parting parting) {
        session.close(place.now());
        List<PieceStoreActor.Block> blocks = session.takeBlocks();
        if (!blocks.isEmpty()) {
            place.env().store().tell(new PieceStoreActor.Write(blocks, place.peer(), place.nobody()));
        }
        tellTorrent();
        return place.gone(parting);
    }
}
