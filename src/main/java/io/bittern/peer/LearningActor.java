package io.bittern.peer;

import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.net.RateShare;
import io.bittern.peer.PeerActor.Fault;
import io.bittern.peer.PeerActor.Late;
import io.bittern.peer.PeerActor.Place;
import io.bittern.wire.Handshake;
import io.bittern.wire.WireException;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The other second half of a {@link PeerActor}: it fetches metadata, and nothing else (BEP 9). */
final class LearningActor {

    /** Messages that may wait for a peer that talks and does not read. */
    private static final int MOST_WAITING = 1_000;

    private final Place place;
    private final ActorRef<Link.Command> link;
    private final Outgoing out;
    private final MetadataSession session;
    private final RateShare down;
    private final RateShare up;
    private boolean writing;
    private Link.Command farewell = Link.Close.INSTANCE;

    private LearningActor(Place place, ActorRef<Link.Command> link, Encounter with) {
        this.place = place;
        this.link = link;
        out = new Outgoing(with.peer());
        session = new MetadataSession(with, out);
        down = new RateShare(place.env().limits().download());
        up = new RateShare(place.env().limits().upload());
        down.moved(Handshake.LENGTH, now());
        up.moved(Handshake.LENGTH, now());
    }

    /** Begins with the bytes that came after the handshake. */
    static Behavior<Object> create(Place place, ActorRef<Link.Command> link, Encounter with, Bytes rest) {
        LearningActor actor = new LearningActor(place, link, with);
        if (!actor.session.start(place.env().settings().peerRequests())) {
            link.tell(Link.Close.INSTANCE);
            return place.gone(Fault.NONE, "cannot tell the metadata");
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
                .onMessageEquals(Late.INSTANCE, () -> gone(Fault.NONE, "silent for too long"))
                .onMessage(PeerActor.Disconnect.class, order -> {
                    farewell = order.hostile() ? Link.Abort.INSTANCE : Link.Close.INSTANCE;
                    return gone(Fault.NONE, order.reason());
                })
                .onSignal(PostStop.class, stop -> {
                    link.tell(farewell);
                    return Behaviors.same();
                })
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
            return gone(Fault.NONE, closed.reason());
        }
        return Behaviors.unhandled();
    }

    private Behavior<Object> received(Bytes bytes) {
        place.timers().startSingleTimer(Late.INSTANCE, place.env().settings().silence());
        down.moved(bytes.length(), now());
        try {
            session.received(bytes, place.env().settings().nanoTime().getAsLong());
        } catch (WireException wrong) {
            farewell = Link.Abort.INSTANCE;
            return gone(Fault.PROTOCOL, String.valueOf(wrong.getMessage()));
        }
        if (out.size() > MOST_WAITING) {
            return gone(Fault.PROTOCOL, "asks without reading the answers");
        }
        link.tell(Link.Read.INSTANCE);
        return flush();
    }

    private Behavior<Object> flush() {
        if (!writing && !out.silent()) {
            writing = true;
            Bytes bytes = Bytes.of(out.takeMessages());
            up.moved(bytes.length(), now());
            link.tell(new Link.Write(List.of(bytes)));
        }
        out.takeEvents().forEach(place.torrent()::tell);
        return Behaviors.same();
    }

    private long now() {
        return place.env().settings().nanoTime().getAsLong();
    }

    private Behavior<Object> gone(Fault fault, String reason) {
        out.takeEvents().forEach(place.torrent()::tell);
        return place.gone(fault, reason);
    }
}
