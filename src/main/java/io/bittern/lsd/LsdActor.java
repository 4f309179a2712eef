package io.bittern.lsd;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.UdpActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Tells the local network which torrents we have, and hears of those that others have (BEP 14).
 *
 * <p>Not for private torrents (BEP 27): those are never added.
 */
public final class LsdActor extends AbstractBehavior<LsdActor.Command> {

    /** The groups of BEP 14, one for IPv4 and one for IPv6. */
    public static final List<InetSocketAddress> GROUPS =
            List.of(new InetSocketAddress("239.192.152.143", 6771), new InetSocketAddress("ff15::efc0:988f", 6771));

    /** What it can be told. */
    public sealed interface Command {}

    /** Announces this torrent from now on. */
    public record Add(InfoHash torrent) implements Command {}

    /** Announces this torrent no more. */
    public record Remove(InfoHash torrent) implements Command {}

    private record FromSocket(UdpActor.Event event) implements Command {}

    private record Heard(UdpActor.Received received) implements Command {}

    private enum Due implements Command {
        INSTANCE
    }

    /** A neighbour has these of our torrents. */
    public record Found(List<InfoHash> torrents, InetSocketAddress peer) {}

    /**
     * Where and as whom it speaks.
     *
     * @param groups the addresses of the groups
     * @param socket makes the socket of a group
     * @param port where peers can connect to us; nothing is said while it is 0
     * @param cookie anything that no other client has
     */
    public record Settings(
            List<InetSocketAddress> groups, Sockets socket, IntSupplier port, String cookie, LongSupplier nanoTime) {}

    /** Makes the socket of a group. */
    @FunctionalInterface
    public interface Sockets {

        Behavior<UdpActor.Command> join(InetSocketAddress group, ActorRef<UdpActor.Event> replyTo);
    }

    private record Group(InetSocketAddress address, ActorRef<UdpActor.Command> socket) {}

    private final TimerScheduler<Command> timers;
    private final Settings settings;
    private final ActorRef<Found> finder;
    private final LocalDiscovery discovery;
    private final ActorRef<UdpActor.Received> ears;
    private final List<Group> groups = new ArrayList<>();

    /**
     * Starts with no torrent.
     *
     * @param finder hears of the neighbours
     */
    public static Behavior<Command> create(Settings settings, ActorRef<Found> finder) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new LsdActor(context, timers, settings, finder)));
    }

    private LsdActor(
            ActorContext<Command> context, TimerScheduler<Command> timers, Settings settings, ActorRef<Found> finder) {
        super(context);
        this.timers = timers;
        this.settings = settings;
        this.finder = finder;
        this.discovery = new LocalDiscovery(settings.cookie());
        this.ears = context.messageAdapter(UdpActor.Received.class, Heard::new);
        ActorRef<UdpActor.Event> events = context.messageAdapter(UdpActor.Event.class, FromSocket::new);
        for (InetSocketAddress group : settings.groups()) {
            context.spawnAnonymous(settings.socket().join(group, events));
        }
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(FromSocket.class, wrapped -> onSocket(wrapped.event()))
                .onMessage(Heard.class, this::onHeard)
                .onMessage(Add.class, this::add)
                .onMessage(Remove.class, this::remove)
                .onMessageEquals(Due.INSTANCE, this::announce)
                .build();
    }

    /** A machine without one of the families, or without a network, is no fault; the other group will do. */
    private Behavior<Command> onSocket(UdpActor.Event event) {
        if (event instanceof UdpActor.Bound bound) {
            groups.add(new Group(bound.local(), bound.socket()));
            bound.socket().tell(new UdpActor.Subscribe(datagram -> true, ears));
        } else if (event instanceof UdpActor.BindFailed failed) {
            getContext().getLog().info("local discovery: {}", failed.reason());
        }
        return schedule();
    }

    private Behavior<Command> onHeard(Heard heard) {
        groups.forEach(group -> group.socket().tell(new UdpActor.Next(ears)));
        for (UdpActor.Datagram datagram : heard.received().datagrams()) {
            discovery
                    .hear(datagram.from(), datagram.payload(), now())
                    .ifPresent(found -> finder.tell(new Found(found.torrents(), found.peer())));
        }
        return this;
    }

    private Behavior<Command> add(Add add) {
        discovery.add(add.torrent(), now());
        return schedule();
    }

    private Behavior<Command> remove(Remove remove) {
        discovery.remove(remove.torrent());
        return schedule();
    }

    private Behavior<Command> announce() {
        int port = settings.port().getAsInt();
        if (port == 0) {
            timers.startSingleTimer(Due.INSTANCE, LocalDiscovery.PAUSE);
            return this;
        }
        discovery.announce(port, now()).ifPresent(message -> {
            for (Group group : groups) {
                group.socket().tell(new UdpActor.Send(group.address(), message.encode(group.address())));
            }
        });
        return schedule();
    }

    private Behavior<Command> schedule() {
        OptionalLong due = discovery.nextDue();
        if (due.isEmpty() || groups.isEmpty()) {
            timers.cancel(Due.INSTANCE);
        } else {
            timers.startSingleTimer(Due.INSTANCE, Duration.ofNanos(Math.max(0, due.getAsLong() - now())));
        }
        return this;
    }

    private long now() {
        return settings.nanoTime().getAsLong();
    }
}
