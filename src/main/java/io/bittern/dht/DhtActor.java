package io.bittern.dht;

import io.bittern.net.UdpActor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** A node of the DHT in one address family, over a UDP socket that it shares: moves packets, timers and events for {@link Dht}. */
public final class DhtActor extends AbstractBehavior<DhtActor.Command> {

    /** What the node can be told. */
    public sealed interface Command {}

    /** Looks for nodes, beginning with these. */
    public record Start(Collection<Contact> saved, Collection<InetSocketAddress> bootstrap) implements Command {}

    /** There may be nodes at these addresses. */
    public record Suggest(List<InetSocketAddress> nodes) implements Command {}

    /** Tells our node of the other family whom this one knows. */
    public record Introduce(ActorRef<Command> other) implements Command {}

    /** Begins a search. Its events go to an actor of its own, and it ends when that stops. */
    public record Search(Wanted wanted, ActorRef<DhtEvent.OfSearch> replyTo) implements Command {}

    /** Asks how the node fares. */
    public record Report(ActorRef<State> replyTo) implements Command {}

    record TellOf(List<Contact> ofOtherFamily) implements Command {}

    private record Arrived(UdpActor.Received received) implements Command {}

    private record Left(long search) implements Command {}

    private enum Time implements Command {
        TO_ACT,
        TO_KEEP
    }

    /** How the node fares, what to know again next time, and where others see us, if they agree. */
    public record State(DhtStatistics statistics, SavedNodes saved, Optional<InetAddress> address) {}

    /* A crash loses whom the node has met since the last time; at the beginning that is most. */
    private static final Duration KEEP_FIRST = Duration.ofMinutes(1);
    private static final Duration KEEP_EVERY = Duration.ofMinutes(15);

    private final TimerScheduler<Command> timers;
    private final Parts parts;
    private final Dht dht;
    private final ActorRef<UdpActor.Received> inbox;
    private final Map<Long, ActorRef<DhtEvent.OfSearch>> searchers = new HashMap<>();

    /**
     * What it lives by.
     *
     * @param listener hears what belongs to no search
     * @param memory keeps what to know again next time, at the end and now and then
     * @param random must not be predictable
     */
    public record Parts(
            ActorRef<UdpActor.Command> socket,
            ActorRef<DhtEvent> listener,
            NodeMemory memory,
            LongSupplier nanoTime,
            RandomGenerator random) {}

    /** A node with nobody to talk to yet. */
    public static Behavior<Command> create(Parts parts, NodeId id, DhtSettings settings) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new DhtActor(context, timers, parts, id, settings)));
    }

    private DhtActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Parts parts,
            NodeId id,
            DhtSettings settings) {
        super(context);
        this.timers = timers;
        this.parts = parts;
        this.dht = new Dht(id, settings, parts.random(), now());
        this.inbox = context.messageAdapter(UdpActor.Received.class, Arrived::new);
        parts.socket().tell(new UdpActor.Subscribe(datagram -> isFor(settings.family(), datagram), inbox));
        timers.startTimerWithFixedDelay(Time.TO_KEEP, KEEP_FIRST, KEEP_EVERY);
        settle(now());
    }

    private static boolean isFor(Family family, UdpActor.Datagram datagram) {
        return Family.of(datagram.from()) == family && KrpcReader.looksLikeKrpc(datagram.payload());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(
                        Arrived.class,
                        arrived -> act(now -> onArrived(arrived.received().datagrams(), now)))
                .onMessageEquals(Time.TO_ACT, () -> act(dht::tick))
                .onMessage(Start.class, start -> act(now -> dht.start(start.saved(), start.bootstrap(), now)))
                .onMessage(
                        Suggest.class, suggest -> act(now -> suggest.nodes().forEach(node -> dht.suggest(node, now))))
                .onMessage(Search.class, search -> act(now -> onSearch(search, now)))
                .onMessage(Left.class, left -> act(now -> onLeft(left.search(), now)))
                .onMessage(Introduce.class, news -> act(now -> news.other().tell(neighbours(now))))
                .onMessage(TellOf.class, others -> act(now -> dht.tellOf(others.ofOtherFamily())))
                .onMessage(Report.class, report -> act(now -> report.replyTo().tell(state(now))))
                .onMessageEquals(Time.TO_KEEP, () -> act(now -> parts.memory().keep(dht.saved(now))))
                .onSignal(PostStop.class, stop -> onStop())
                .build();
    }

    private void onArrived(List<UdpActor.Datagram> datagrams, long now) {
        datagrams.forEach(datagram -> dht.received(datagram.from(), datagram.payload(), now));
        parts.socket().tell(new UdpActor.Next(inbox));
    }

    private TellOf neighbours(long now) {
        return new TellOf(dht.saved(now).contacts());
    }

    private void onSearch(Search search, long now) {
        long number = dht.search(search.wanted(), now);
        searchers.put(number, search.replyTo());
        getContext().watchWith(search.replyTo(), new Left(number));
    }

    private void onLeft(long search, long now) {
        searchers.remove(search);
        dht.cancel(search, now);
    }

    private State state(long now) {
        return new State(dht.statistics(now), dht.saved(now), dht.address());
    }

    private Behavior<Command> onStop() {
        parts.memory().keepNow(dht.saved(now()));
        return this;
    }

    private long now() {
        return parts.nanoTime().getAsLong();
    }

    /** Has the node do something at this moment, passes on what it has to say, and comes back when it has something to do. */
    private Behavior<Command> act(LongConsumer deed) {
        long now = now();
        deed.accept(now);
        return settle(now);
    }

    private Behavior<Command> settle(long now) {
        dht.packets().forEach(packet -> parts.socket().tell(new UdpActor.Send(packet.to(), packet.payload())));
        dht.events().forEach(this::tell);
        timers.startSingleTimer(Time.TO_ACT, Duration.ofNanos(Math.max(0, dht.deadline(now) - now)));
        return this;
    }

    private void tell(DhtEvent event) {
        if (!(event instanceof DhtEvent.OfSearch found)) {
            parts.listener().tell(event);
            return;
        }
        ActorRef<DhtEvent.OfSearch> searcher =
                found instanceof DhtEvent.Finished ? searchers.remove(found.search()) : searchers.get(found.search());
        if (searcher != null) {
            searcher.tell(found);
        }
    }
}
