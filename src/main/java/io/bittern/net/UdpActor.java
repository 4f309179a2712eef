package io.bittern.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * One UDP socket, shared by the protocols that speak through it: trackers, the DHT, uTP.
 *
 * <p>A datagram goes to the first subscriber whose predicate takes it, by pull: a subscriber gets one {@link Received}
 * with all that waits for it, and the next after it has said {@link Next}. What waits is bounded; more is dropped, as
 * the network may drop it too.
 */
public final class UdpActor extends AbstractBehavior<UdpActor.Command> {

    /** Datagrams that may wait for a subscriber. */
    static final int WAITING = 256;

    /** What the socket can be told. */
    public sealed interface Command {}

    /** Sends a datagram, once; nobody hears whether it left. The payload is not copied: leave it alone. */
    public record Send(InetSocketAddress to, byte[] payload) implements Command {}

    /**
     * Takes part until the subscriber stops: it gets the datagrams that its predicate takes and that of no earlier
     * subscriber does. The predicate must be quick, and keeps no state.
     */
    public record Subscribe(Predicate<Datagram> wants, ActorRef<Received> subscriber) implements Command {}

    /** The subscriber has dealt with what it received and wants the next. */
    public record Next(ActorRef<Received> subscriber) implements Command {}

    /** Closes the socket and stops. */
    public enum Close implements Command {
        INSTANCE
    }

    private record Arrived(List<Datagram> datagrams) implements Command {}

    private record Left(ActorRef<Received> subscriber) implements Command {}

    /** A payload and the address it came from. */
    public record Datagram(InetSocketAddress from, byte[] payload) {}

    /** Datagrams for a subscriber, at least one, in the order they came; to be answered by {@link Next}. */
    public record Received(List<Datagram> datagrams) {}

    /** What becomes of the socket. */
    public sealed interface Event {}

    /** The socket stands; with port 0 asked for, this is the port it got. Of a multicast group it is the group's address. */
    public record Bound(InetSocketAddress local, ActorRef<Command> socket) implements Event {}

    /** There is no socket, and the actor has stopped; the reason is one line. */
    public record BindFailed(String reason) implements Event {}

    private static final class Subscription {
        final Predicate<Datagram> wants;
        final ActorRef<Received> subscriber;
        List<Datagram> waiting = new ArrayList<>();
        boolean ready = true;

        Subscription(Subscribe subscribe) {
            wants = subscribe.wants();
            subscriber = subscribe.subscriber();
        }

        void offer(Datagram datagram) {
            if (waiting.size() < WAITING) {
                waiting.add(datagram);
            }
        }

        void flush() {
            if (ready && !waiting.isEmpty()) {
                ready = false;
                subscriber.tell(new Received(waiting));
                waiting = new ArrayList<>();
            }
        }
    }

    private final UdpSocket socket;
    private final List<Subscription> subscriptions = new ArrayList<>();

    /** A socket at a local address, a wildcard for IPv4 and IPv6 alike; says {@link Bound} or {@link BindFailed}. */
    public static Behavior<Command> create(InetSocketAddress local, ActorRef<Event> replyTo) {
        return create(local, UdpSocket::bind, replyTo);
    }

    /**
     * A socket that hears what is sent to a multicast group, and sends to it, on each of these interfaces; others on this
     * machine may have the same. Says {@link Bound} or {@link BindFailed}.
     *
     * @param interfaces asked at each sending, since networks come and go
     */
    public static Behavior<Command> join(
            InetSocketAddress group, Multicast.Interfaces interfaces, ActorRef<Event> replyTo) {
        return create(group, (address, sink) -> UdpSocket.join(address, interfaces, sink), replyTo);
    }

    @FunctionalInterface
    private interface Opening {

        UdpSocket open(InetSocketAddress address, Consumer<List<Datagram>> sink) throws IOException;
    }

    private static Behavior<Command> create(InetSocketAddress address, Opening opening, ActorRef<Event> replyTo) {
        return Behaviors.setup(context -> {
            ActorRef<Command> self = context.getSelf();
            try {
                UdpSocket socket = opening.open(address, batch -> self.tell(new Arrived(batch)));
                replyTo.tell(new Bound(address.getAddress().isMulticastAddress() ? address : socket.local(), self));
                return new UdpActor(context, socket);
            } catch (IOException e) {
                replyTo.tell(new BindFailed("cannot use UDP on " + Addresses.text(address) + ": " + Reasons.of(e)));
                return Behaviors.stopped();
            }
        });
    }

    private UdpActor(ActorContext<Command> context, UdpSocket socket) {
        super(context);
        this.socket = socket;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Arrived.class, arrived -> onArrived(arrived.datagrams()))
                .onMessage(Send.class, this::onSend)
                .onMessage(Next.class, next -> onNext(next.subscriber()))
                .onMessage(Subscribe.class, this::onSubscribe)
                .onMessage(Left.class, left -> onLeft(left.subscriber()))
                .onMessageEquals(Close.INSTANCE, Behaviors::stopped)
                .onSignal(PostStop.class, stop -> onStop())
                .build();
    }

    private Behavior<Command> onArrived(List<Datagram> datagrams) {
        for (Datagram datagram : datagrams) {
            subscriptions.stream()
                    .filter(subscription -> subscription.wants.test(datagram))
                    .findFirst()
                    .ifPresent(subscription -> subscription.offer(datagram));
        }
        subscriptions.forEach(Subscription::flush);
        socket.readOn();
        return this;
    }

    private Behavior<Command> onSend(Send send) {
        try {
            socket.send(send.to(), send.payload());
        } catch (IOException | IllegalArgumentException e) {
            getContext().getLog().debug("not sent to {}: {}", Addresses.text(send.to()), Reasons.of(e));
        }
        return this;
    }

    private Behavior<Command> onNext(ActorRef<Received> subscriber) {
        subscriptions.stream().filter(s -> s.subscriber.equals(subscriber)).forEach(subscription -> {
            subscription.ready = true;
            subscription.flush();
        });
        return this;
    }

    private Behavior<Command> onSubscribe(Subscribe subscribe) {
        subscriptions.add(new Subscription(subscribe));
        getContext().watchWith(subscribe.subscriber(), new Left(subscribe.subscriber()));
        return this;
    }

    private Behavior<Command> onLeft(ActorRef<Received> subscriber) {
        subscriptions.removeIf(subscription -> subscription.subscriber.equals(subscriber));
        return this;
    }

    private Behavior<Command> onStop() {
        socket.close();
        return this;
    }
}
