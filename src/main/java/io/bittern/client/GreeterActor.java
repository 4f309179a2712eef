package io.bittern.client;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.wire.HandshakeDecoder;
import io.bittern.wire.WireException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Reads one incoming link as far as the info hash.
 *
 * <p>States: reading, handing over.
 */
final class GreeterActor {

    private sealed interface Command {}

    private record FromLink(Link.Event event) implements Command {}

    private enum Late implements Command {
        INSTANCE
    }

    private final Link.Opened link;
    private final ActorRef<ListenerActor.Command> listener;
    private final TimerScheduler<Command> timers;
    private final Duration patience;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final HandshakeDecoder decoder = new HandshakeDecoder();

    static Behavior<Command> create(Link.Opened link, Duration patience, ActorRef<ListenerActor.Command> listener) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            link.link().tell(new Link.HandOver(context.messageAdapter(Link.Event.class, FromLink::new)));
            return new GreeterActor(link, listener, timers, patience).reading();
        }));
    }

    private GreeterActor(
            Link.Opened link,
            ActorRef<ListenerActor.Command> listener,
            TimerScheduler<Command> timers,
            Duration patience) {
        this.link = link;
        this.listener = listener;
        this.timers = timers;
        this.patience = patience;
    }

    private Behavior<Command> reading() {
        timers.startSingleTimer(Late.INSTANCE, patience);
        return Behaviors.receive(Command.class)
                .onMessage(FromLink.class, wrapped -> onLink(wrapped.event()))
                .onMessageEquals(Late.INSTANCE, this::hangUp)
                .build();
    }

    private Behavior<Command> onLink(Link.Event event) {
        if (event instanceof Link.Received received) {
            return onBytes(received.bytes());
        }
        if (event instanceof Link.Closed) {
            return Behaviors.stopped();
        }
        if (event instanceof Link.Opened) {
            link.link().tell(Link.Read.INSTANCE);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onBytes(Bytes bytes) {
        read.write(bytes.array(), bytes.offset(), bytes.length());
        try {
            int unused = decoder.feed(bytes.array(), bytes.offset(), bytes.length());
        } catch (WireException notOurs) {
            return hangUp();
        }
        InfoHash torrent = decoder.infoHash();
        if (torrent == null) {
            link.link().tell(Link.Read.INSTANCE);
            return Behaviors.same();
        }
        return handingOver(torrent);
    }

    /** A link dies with its owner, so this stays until the new one must have taken it. */
    private Behavior<Command> handingOver(InfoHash torrent) {
        timers.startSingleTimer(Late.INSTANCE, patience);
        listener.tell(new ListenerActor.Asked(torrent, link, Bytes.of(read.toByteArray())));
        return Behaviors.receive(Command.class)
                .onMessageEquals(Late.INSTANCE, Behaviors::stopped)
                .onMessage(
                        FromLink.class,
                        wrapped -> wrapped.event() instanceof Link.Closed ? Behaviors.stopped() : Behaviors.same())
                .build();
    }

    private Behavior<Command> hangUp() {
        link.link().tell(Link.Abort.INSTANCE);
        return Behaviors.stopped();
    }
}
