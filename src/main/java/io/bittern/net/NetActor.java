package io.bittern.net;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * The owner of all TCP sockets: it dials, listens, and holds the number of connections to what the process can bear.
 *
 * <p>Links are its children, so that they can change hands. A slot is taken for each link from its first packet to the
 * end of its socket, and for each connection that a listener has leave to accept.
 */
public final class NetActor extends AbstractBehavior<NetActor.Command> {

    /** What the network can be told. */
    public sealed interface Command {}

    /**
     * Opens a link; the owner hears {@link Link.Opened}, or {@link Link.Closed} at the timeout at the latest, or
     * {@link Link.Crowded}: a tenth of the slots is left to those who dial us.
     */
    public record Dial(InetSocketAddress remote, Duration timeout, ActorRef<Link.Event> owner) implements Command {}

    /** Listens at an address; each accepted link is the acceptor's, who hears {@link Link.Opened} and hands it over. */
    public record Listen(InetSocketAddress local, ActorRef<Event> replyTo, ActorRef<Link.Event> acceptor)
            implements Command {}

    /** Stops listening at an address as {@link Listening} named it; links that were accepted stay. */
    public record StopListening(InetSocketAddress local) implements Command {}

    /** Asks how many connections there are. */
    public record Count(ActorRef<Connections> replyTo) implements Command {}

    record Bound(ActorRef<TcpListener.Command> listener, InetSocketAddress local) implements Command {}

    record Accepted(ActorRef<TcpListener.Command> listener, TcpLink.Accepted connection, ActorRef<Link.Event> acceptor)
            implements Command {}

    private enum LinkGone implements Command {
        INSTANCE
    }

    private record ListenerGone(ActorRef<TcpListener.Command> listener) implements Command {}

    /** What becomes of listening. */
    public sealed interface Event {}

    /** The socket listens; with port 0 asked for, this is the port it got. */
    public record Listening(InetSocketAddress local) implements Event {}

    /** There is no listening there; the reason is one line. */
    public record ListenFailed(String reason) implements Event {}

    /** The socket listens no more. */
    public record ListenEnded(InetSocketAddress local) implements Event {}

    /** Slots taken (open, half-open, and leave to accept) and slots there are. */
    public record Connections(int taken, int capacity) {}

    private final NetSettings settings;
    private final Slots slots;
    private final Listeners listeners;
    private long children;

    /** The network; its slots are settled by the settings and by the descriptors that are free at its start. */
    public static Behavior<Command> create(NetSettings settings) {
        return Behaviors.setup(context -> new NetActor(context, settings));
    }

    /** A dialer that asks this network. */
    public static Link.Dialer dialer(ActorRef<Command> net) {
        return (remote, timeout, owner) -> net.tell(new Dial(remote, timeout, owner));
    }

    private NetActor(ActorContext<Command> context, NetSettings settings) {
        super(context);
        this.settings = settings;
        this.slots = new Slots(settings.slots(OpenFiles.free()));
        this.listeners = new Listeners(slots);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Dial.class, this::onDial)
                .onMessage(Listen.class, this::onListen)
                .onMessage(Bound.class, this::onBound)
                .onMessage(Accepted.class, this::onAccepted)
                .onMessage(StopListening.class, this::onStopListening)
                .onMessage(Count.class, this::onCount)
                .onMessageEquals(LinkGone.INSTANCE, this::onLinkGone)
                .onMessage(ListenerGone.class, this::onListenerGone)
                .build();
    }

    private Behavior<Command> onDial(Dial dial) {
        String refusal = refusal(dial.remote());
        if (refusal != null) {
            dial.owner().tell(new Link.Closed(refusal));
            return this;
        }
        if (!slots.takeOf(slots.capacity() - slots.capacity() / 10)) {
            dial.owner().tell(Link.Crowded.INSTANCE);
            return this;
        }
        InetAddress from = settings.from();
        InetSocketAddress local = from == null ? null : new InetSocketAddress(from, 0);
        var dialling = new TcpLink.Dialling(dial.remote(), local, dial.timeout());
        spawnLink(TcpLink.dial(dialling, dial.owner(), settings.closePatience()));
        return this;
    }

    private @Nullable String refusal(InetSocketAddress remote) {
        if (remote.isUnresolved()) {
            return "address not resolved";
        }
        if (settings.from() != null && !usable(settings.from())) {
            return "not an address of this machine: " + settings.from().getHostAddress();
        }
        return null;
    }

    /** Pekko neither answers nor closes the socket when it cannot bind it, so it is tried before. */
    private static boolean usable(InetAddress local) {
        try (var probe = new DatagramSocket(new InetSocketAddress(local, 0))) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private void spawnLink(Props link) {
        var child = Adapter.actorOf(getContext(), link, "link-" + children++);
        getContext().watchWith(Adapter.<Link.Command>toTyped(child), LinkGone.INSTANCE);
    }

    private Behavior<Command> onLinkGone() {
        slots.giveBack();
        listeners.permit();
        return this;
    }

    private Behavior<Command> onListen(Listen listen) {
        var child = Adapter.actorOf(
                getContext(), TcpListener.props(listen, getContext().getSelf()), "listener-" + children++);
        ActorRef<TcpListener.Command> listener = Adapter.toTyped(child);
        getContext().watchWith(listener, new ListenerGone(listener));
        return this;
    }

    private Behavior<Command> onBound(Bound bound) {
        listeners.add(bound.listener(), bound.local());
        return this;
    }

    /** The slot of the permit becomes the slot of the link. */
    private Behavior<Command> onAccepted(Accepted accepted) {
        spawnLink(TcpLink.accept(accepted.connection(), accepted.acceptor(), settings.closePatience()));
        listeners.accepted(accepted.listener());
        return this;
    }

    private Behavior<Command> onStopListening(StopListening stop) {
        listeners.stop(stop.local());
        return this;
    }

    private Behavior<Command> onListenerGone(ListenerGone gone) {
        listeners.remove(gone.listener());
        return this;
    }

    private Behavior<Command> onCount(Count count) {
        count.replyTo().tell(new Connections(slots.taken(), slots.capacity()));
        return this;
    }
}
