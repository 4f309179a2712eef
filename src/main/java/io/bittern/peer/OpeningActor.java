package io.bittern.peer;

import io.bittern.metainfo.PeerId;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor.Fault;
import io.bittern.peer.Place.Late;
import io.bittern.wire.WireException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The first half of a {@link PeerActor}: connecting, greeting, waiting to be started. */
final class OpeningActor {

    private final Place place;
    private final Greeting greeting;

    private OpeningActor(Place place) {
        this.place = place;
        PeerActor.Environment env = place.env();
        greeting = new Greeting(
                env.infoHash(), env.self(), env.introduction().dht().isPresent());
    }

    static Behavior<Object> create(Place place, InetSocketAddress remote) {
        OpeningActor actor = new OpeningActor(place);
        Duration timeout = place.env().settings().connectTimeout();
        actor.wait(timeout.plus(place.env().settings().handshakeTimeout()));
        place.env().dialer().dial(remote, timeout, place.self().narrow());
        return actor.connecting(Bytes.of(new byte[0]));
    }

    static Behavior<Object> create(Place place, Link.Opened opened, Bytes leftover) {
        OpeningActor actor = new OpeningActor(place);
        place.open(opened.link());
        actor.wait(place.env().settings().handshakeTimeout());
        opened.link().tell(new Link.HandOver(place.self().narrow()));
        return actor.connecting(leftover);
    }

    private Behavior<Object> connecting(Bytes leftover) {
        return state(Fault.UNREACHABLE, "no connection in time")
                .onMessage(Link.Event.class, event -> whileConnecting(event, leftover))
                .build();
    }

    private Behavior<Object> whileConnecting(Link.Event event, Bytes leftover) {
        if (event instanceof Link.Opened opened) {
            place.open(opened.link());
            wait(place.env().settings().handshakeTimeout());
            place.tell(new Link.Write(List.of(greeting.ours())));
            return greeted(opened, leftover);
        }
        return closed(event);
    }

    private Behavior<Object> greeting(Link.Opened opened) {
        return state(Fault.UNREACHABLE, "no handshake in time")
                .onMessage(Link.Event.class, event -> whileGreeting(opened, event))
                .build();
    }

    private Behavior<Object> whileGreeting(Link.Opened opened, Link.Event event) {
        if (event instanceof Link.Received received) {
            return greeted(opened, received.bytes());
        }
        if (event instanceof Link.Written) {
            greeting.written();
            return joinWhenDone(opened);
        }
        return closed(event);
    }

    private Behavior<Object> greeted(Link.Opened opened, Bytes bytes) {
        try {
            greeting.received(bytes);
        } catch (WireException wrong) {
            return place.gone(Parting.broken(wrong));
        }
        if (!greeting.complete()) {
            place.tell(Link.Read.INSTANCE);
        }
        return joinWhenDone(opened);
    }

    private Behavior<Object> joinWhenDone(Link.Opened opened) {
        PeerId id = greeting.peerId();
        if (id == null) {
            return greeting(opened);
        }
        if (greeting.withOurselves()) {
            return place.gone(Parting.since(Fault.SELF, "connected to ourselves"));
        }
        place.tell(new PeerActor.Joined(place.peer(), place.self().narrow(), id, opened.remote()));
        return waiting(opened);
    }

    /** Nothing is read while the torrent decides. */
    private Behavior<Object> waiting(Link.Opened open) {
        return state(Fault.NONE, "not wanted in time")
                .onMessage(PeerActor.Start.class, start -> {
                    place.timers().cancel(Late.INSTANCE);
                    return TalkingActor.create(place, encounter(open), start.verified(), greeting.rest());
                })
                .onMessageEquals(PeerActor.Learn.INSTANCE, () -> {
                    place.timers().cancel(Late.INSTANCE);
                    return LearningActor.create(place, encounter(open), greeting.rest());
                })
                .onMessage(Link.Event.class, this::closed)
                .build();
    }

    private Encounter encounter(Link.Opened open) {
        return new Encounter(
                place.peer(),
                open.remote().getAddress(),
                greeting.fast(),
                greeting.extended(),
                greeting.dht(),
                place.env().infoHash(),
                place.env().introduction());
    }

    /** What all three states do alike: give up in the end, obey, and clean up. */
    private BehaviorBuilder<Object> state(Fault fault, String reason) {
        return Behaviors.receive(Object.class)
                .onMessageEquals(Late.INSTANCE, () -> place.gone(Parting.since(fault, reason)))
                .onMessage(PeerActor.Disconnect.class, order -> place.gone(Parting.asked(order)))
                .onSignal(PostStop.class, stop -> place.stopped());
    }

    private Behavior<Object> closed(Link.Event event) {
        if (event == Link.Crowded.INSTANCE) {
            return place.gone(Parting.lost(Fault.CROWDED, "no free connection slot"));
        }
        if (event instanceof Link.Closed closed) {
            Fault fault = greeting.peerId() == null ? Fault.UNREACHABLE : Fault.NONE;
            return place.gone(Parting.lost(fault, closed.reason()));
        }
        return Behaviors.unhandled();
    }

    private void wait(Duration timeout) {
        place.timers().startSingleTimer(Late.INSTANCE, timeout);
    }
}
