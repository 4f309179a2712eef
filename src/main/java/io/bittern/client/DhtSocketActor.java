package io.bittern.client;

import io.bittern.net.UdpActor;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Opens the UDP socket of the nodes of the DHT: with the number of the port where peers connect, or if that is taken with any. */
final class DhtSocketActor extends AbstractBehavior<DhtSocketActor.Command> {

    /** What it tells itself. */
    sealed interface Command {}

    private record Listens(int port) implements Command {}

    private record FromSocket(UdpActor.Event event) implements Command {}

    private enum Useless implements Command {
        INSTANCE
    }

    /**
     * The socket stands.
     *
     * @param local its port
     * @param impliedPort whether that is the port where peers connect
     */
    record Opened(ActorRef<UdpActor.Command> socket, int local, boolean impliedPort) {}

    private final DhtParts.Sockets sockets;
    private final ActorRef<Opened> owner;
    private boolean anywhere;

    static Behavior<Command> create(CompletionStage<Integer> port, DhtParts.Sockets sockets, ActorRef<Opened> owner) {
        return Behaviors.setup(context -> {
            context.pipeToSelf(port, (found, failed) -> failed == null ? new Listens(found) : Useless.INSTANCE);
            return new DhtSocketActor(context, sockets, owner);
        });
    }

    private DhtSocketActor(ActorContext<Command> context, DhtParts.Sockets sockets, ActorRef<Opened> owner) {
        super(context);
        this.sockets = sockets;
        this.owner = owner;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Listens.class, listens -> bind(listens.port()))
                .onMessage(FromSocket.class, wrapped -> onSocket(wrapped.event()))
                .onMessageEquals(Useless.INSTANCE, Behaviors::stopped)
                .build();
    }

    private Behavior<Command> bind(int at) {
        ActorRef<UdpActor.Event> events = getContext().messageAdapter(UdpActor.Event.class, FromSocket::new);
        getContext().spawnAnonymous(sockets.bind(at, events));
        return this;
    }

    private Behavior<Command> onSocket(UdpActor.Event event) {
        if (event instanceof UdpActor.Bound bound) {
            owner.tell(new Opened(bound.socket(), bound.local().getPort(), !anywhere));
            return this;
        }
        String reason = ((UdpActor.BindFailed) event).reason();
        getContext().getLog().info("DHT: {}; {}", reason, anywhere ? "it is off" : "another port is used");
        if (anywhere) {
            return Behaviors.stopped();
        }
        anywhere = true;
        return bind(0);
    }
}
