package io.bittern.portmap;

import io.bittern.net.UdpActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps a port mapped at the gateway of one address family; moves packets, requests, timers and events for
 * {@link PortMapping}.
 *
 * <p>States: opening its socket, mapping, which includes taking the mappings back.
 */
public final class PortMapperActor {

    /** Where gateways speak NAT-PMP and PCP. */
    public static final int GATEWAY_PORT = 5351;

    /** Where gateways are searched by UPnP. */
    public static final InetSocketAddress SSDP = new InetSocketAddress("239.255.255.250", 1900);

    /** Where gateways announce by NAT-PMP and PCP that they have restarted. */
    public static final InetSocketAddress RESTARTS = new InetSocketAddress("224.0.0.1", 5350);

    /** How long removing the mappings may take; some gateways think for a second. */
    static final Duration REMOVAL = Duration.ofSeconds(2);

    /** What it can be told. */
    public sealed interface Command {}

    /** Takes the mappings back and stops, within two seconds. */
    public enum Stop implements Command {
        INSTANCE
    }

    private record FromSocket(UdpActor.Event event) implements Command {}

    private record Arrived(UdpActor.Received received) implements Command {}

    private record Answered(long number, GatewayHttp.Reply reply) implements Command {}

    private enum Due implements Command {
        INSTANCE
    }

    private enum TooLate implements Command {
        INSTANCE
    }

    /**
     * What is mapped, and where it is asked for.
     *
     * @param port where we listen, by TCP and UDP
     * @param random must not be predictable
     */
    public record Settings(
            Route route,
            int port,
            int gatewayPort,
            InetSocketAddress ssdp,
            Sockets sockets,
            LongSupplier nanoTime,
            RandomGenerator random) {}

    /** Makes its sockets. */
    public interface Sockets {

        /** One to ask from. */
        Behavior<UdpActor.Command> bind(InetSocketAddress local, ActorRef<UdpActor.Event> replyTo);

        /** One that hears of restarts. */
        Behavior<UdpActor.Command> join(InetSocketAddress group, ActorRef<UdpActor.Event> replyTo);
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Settings settings;
    private final Consumer<PortMapEvent> listener;
    private final ActorRef<UdpActor.Received> ears;
    private final GatewayHttp http = new GatewayHttp();
    private final List<ActorRef<UdpActor.Command>> heard = new ArrayList<>();

    /** Begins to ask; {@code listener} hears what becomes of it, by a thread of the actor. */
    public static Behavior<Command> create(Settings settings, Consumer<PortMapEvent> listener) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new PortMapperActor(context, timers, settings, listener).opening()));
    }

    private PortMapperActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Settings settings,
            Consumer<PortMapEvent> listener) {
        this.context = context;
        this.timers = timers;
        this.settings = settings;
        this.listener = listener;
        this.ears = context.messageAdapter(UdpActor.Received.class, Arrived::new);
    }

    private Behavior<Command> opening() {
        ActorRef<UdpActor.Event> events = context.messageAdapter(UdpActor.Event.class, FromSocket::new);
        context.spawn(
                settings.sockets().bind(new InetSocketAddress(settings.route().local(), 0), events), "socket");
        return Behaviors.receive(Command.class)
                .onMessage(FromSocket.class, wrapped -> {
                    if (wrapped.event() instanceof UdpActor.Bound bound) {
                        if (settings.route().isIpv4()) {
                            context.spawn(settings.sockets().join(RESTARTS, events), "restarts");
                        }
                        listen(bound.socket());
                        return mapping(new PortMapping(setup(), settings.random(), now()), bound.socket());
                    }
                    if (wrapped.event() instanceof UdpActor.BindFailed failed) {
                        listener.accept(new PortMapEvent.Unavailable(failed.reason()));
                    }
                    return Behaviors.stopped();
                })
                .onMessageEquals(Stop.INSTANCE, Behaviors::stopped)
                .build();
    }

    private PortMapping.Setup setup() {
        return new PortMapping.Setup(settings.route(), settings.port(), settings.gatewayPort(), settings.ssdp());
    }

    private void listen(ActorRef<UdpActor.Command> socket) {
        socket.tell(new UdpActor.Subscribe(datagram -> true, ears));
        heard.add(socket);
    }

    private Behavior<Command> mapping(PortMapping mapping, ActorRef<UdpActor.Command> socket) {
        settle(mapping, socket);
        return Behaviors.receive(Command.class)
                .onMessage(FromSocket.class, wrapped -> onGroup(wrapped.event()))
                .onMessage(Arrived.class, arrived -> onArrived(mapping, socket, arrived.received()))
                .onMessage(Answered.class, answered -> onAnswered(mapping, socket, answered))
                .onMessageEquals(Due.INSTANCE, () -> {
                    mapping.tick(now());
                    return settle(mapping, socket);
                })
                .onMessageEquals(Stop.INSTANCE, () -> {
                    timers.startSingleTimer(TooLate.INSTANCE, REMOVAL);
                    mapping.stop(now());
                    return settle(mapping, socket);
                })
                .onMessageEquals(TooLate.INSTANCE, Behaviors::stopped)
                .build();
    }

    /** A machine on which others have that port for themselves hears of restarts later, by asking. */
    private Behavior<Command> onGroup(UdpActor.Event event) {
        if (event instanceof UdpActor.Bound bound) {
            listen(bound.socket());
        } else if (event instanceof UdpActor.BindFailed failed) {
            context.getLog().debug("port mapping: {}", failed.reason());
        }
        return Behaviors.same();
    }

    private Behavior<Command> onArrived(
            PortMapping mapping, ActorRef<UdpActor.Command> socket, UdpActor.Received received) {
        heard.forEach(from -> from.tell(new UdpActor.Next(ears)));
        received.datagrams().forEach(datagram -> mapping.received(datagram.from(), datagram.payload(), now()));
        return settle(mapping, socket);
    }

    private Behavior<Command> onAnswered(PortMapping mapping, ActorRef<UdpActor.Command> socket, Answered answered) {
        GatewayHttp.Reply reply = answered.reply();
        mapping.answered(answered.number(), reply.status(), reply.body(), now());
        return settle(mapping, socket);
    }

    /** Passes on what there is to send and to say, and comes back when something is due. */
    private Behavior<Command> settle(PortMapping mapping, ActorRef<UdpActor.Command> socket) {
        mapping.packets().forEach(packet -> socket.tell(new UdpActor.Send(packet.to(), packet.payload())));
        mapping.questions()
                .forEach(question -> context.pipeToSelf(
                        http.ask(question), (reply, failed) -> new Answered(question.number(), reply)));
        mapping.events().forEach(listener);
        mapping.deadline()
                .ifPresent(due -> timers.startSingleTimer(Due.INSTANCE, Duration.ofNanos(Math.max(0, due - now()))));
        return mapping.isStopped() ? Behaviors.stopped() : Behaviors.same();
    }

    private long now() {
        return settings.nanoTime().getAsLong();
    }
}
