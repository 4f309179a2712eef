package io.bittern.peer;

import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.net.RateShare;
import io.bittern.peer.PeerActor.Fault;
import io.bittern.peer.Place.Late;
import io.bittern.wire.Handshake;
import io.bittern.wire.WireException;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The other second half of a {@link PeerActor}: it fetches metadata, and nothing else (BEP 9). */
final class LearningActor {

    /** Messages that may wait for a peer that talks and does not read. */
    private static final int MOST_WAITING = 1_000;

    private final Place place;
    private final Outgoing out;
    private final MetadataSession session;
    private final RateShare down;
    private final RateShare up;
    private boolean writing;

    private LearningActor(Place place, Encounter with) {
        this.place = place;
        out = new Outgoing(with.peer());
        session = new MetadataSession(with, out);
        down = new RateShare(place.env().limits().download());
        up = new RateShare(place.env().limits().upload());
        down.moved(Handshake.LENGTH, place.now());
        up.moved(Handshake.LENGTH, place.now());
    }

    /** Begins with the bytes that came after the handshake. */
    static Behavior<Object> create(Place place, Encounter with, Bytes rest) {
        LearningActor actor = new LearningActor(place, with);
        if (!actor.session.start(place.env().settings().peerRequests())) {
            return place.gone(Parting.since(Fault.NONE, "cannot tell the metadata"));
        }
        Behavior<Object> next = actor.received(rest);
        return next == Behaviors.<Object>same() ? actor.learning() : next;
    }

    private Behavior<Object> learning() {
        return Behaviors.receive(Object.class)
                .onMessage(Link.Event.class, this::onLink)
                .onMessage(PeerActor.AskMetadata.class, order -> {
                    session.ask(order.piece());
                    return flush();
                })
                .onMessageEquals(Late.INSTANCE, () -> gone(Parting.since(Fault.NONE, "silent for too long")))
                .onMessage(PeerActor.Disconnect.class, order -> gone(Parting.asked(order)))
                .onSignal(PostStop.class, stop -> place.stopped())
                .build();
    }

    private Behavior<Object> onLink(Link.Event event) {
        if (event instanceof Link.Received received) {
            return received(received.bytes());
        }
        if (event instanceof Link.Written) {
            writing = false;
            return flush();
        }
        if (event instanceof Link.Closed closed) {
            return gone(Parting.lost(Fault.NONE, closed.reason()));
        }
        return Behaviors.unhandled();
    }

    private Behavior<Object> received(Bytes bytes) {
        place.timers().startSingleTimer(Late.INSTANCE, place.env().settings().silence());
        down.moved(bytes.length(), place.now());
        try {
            session.received(bytes, place.now());
        } catch (WireException wrong) {
            return gone(Parting.broken(wrong));
        }
        if (out.size() > MOST_WAITING) {
            return gone(Parting.since(Fault.PROTOCOL, "asks without reading the answers"));
        }
        place.tell(Link.Read.INSTANCE);
        return flush();
    }

    private Behavior<Object> flush() {
        if (!writing && !out.silent()) {
            writing = true;
            Bytes bytes = Bytes.of(out.takeMessages());
            up.moved(bytes.length(), place.now());
            place.tell(new Link.Write(List.of(bytes)));
        }
        out.takeEvents().forEach(place::tell);
        return Behaviors.same();
    }

    private Behavior<Object> gone(Parting parting) {
        out.takeEvents().forEach(place::tell);
        return place.gone(parting);
    }
}
