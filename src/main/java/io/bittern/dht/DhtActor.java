package io.bittern.dht;

import io.bittern.bencode.BString;
import io.bittern.metainfo.InfoHash;
import io.bittern.net.UdpActor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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

    /** There may be a node at this address. */
    public record Suggest(InetSocketAddress node) implements Command {}

    /** Something to be searched; its events go to {@code replyTo}, until this stops. */
    public sealed interface Wanted extends Command {
        ActorRef<DhtEvent.OfSearch> replyTo();
    }

    /** As {@link Dht#findPeers}. */
    public record FindPeers(InfoHash torrent, boolean scrape, ActorRef<DhtEvent.OfSearch> replyTo) implements Wanted {}

    /** As {@link Dht#announce}. */
    public record Announce(
            InfoHash torrent, int port, boolean impliedPort, boolean seed, ActorRef<DhtEvent.OfSearch> replyTo)
            implements Wanted {}

    /** As {@link Dht#get}. */
    public record Get(NodeId target, BString salt, ActorRef<DhtEvent.OfSearch> replyTo) implements Wanted {}

    /** As {@link Dht#put}. */
    public record Put(Item item, Optional<Long> cas, ActorRef<DhtEvent.OfSearch> replyTo) implements Wanted {}

    /** Asks how the node fares. */
    public record Report(ActorRef<State> replyTo) implements Command {}

    private record Arrived(UdpActor.Received received) implements Command {}

    private record Left(ActorRef<DhtEvent.OfSearch> searcher) implements Command {}

    private enum Due implements Command {
        INSTANCE
    }

    /** How the node fares, what to know again next time, and where others see us, if they agree. */
    public record State(DhtStatistics statistics, SavedNodes saved, Optional<InetAddress> address) {}

    private final TimerScheduler<Command> timers;
    private final ActorRef<UdpActor.Command> socket;
    private final ActorRef<UdpActor.Received> inbox;
    private final ActorRef<DhtEvent> listener;
    private final Consumer<SavedNodes> atEnd;
    private final LongSupplier nanoTime;
    private final Dht dht;
    private final Map<Long, ActorRef<DhtEvent.OfSearch>> searchers = new HashMap<>();

    /**
     * A node with nobody to talk to yet.
     *
     * @param listener hears what belongs to no search
     * @param atEnd hears at the end what to know again next time
     * @param random must not be predictable
     */
    public static Behavior<Command> create(
            ActorRef<UdpActor.Command> socket,
            NodeId id,
            DhtSettings settings,
            ActorRef<DhtEvent> listener,
            Consumer<SavedNodes> atEnd,
            LongSupplier nanoTime,
            RandomGenerator random) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new DhtActor(
                context,
                timers,
                socket,
                listener,
                atEnd,
                nanoTime,
                settings.family(),
                new Dht(id, settings, random, nanoTime.getAsLong()))));
    }

    private DhtActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ActorRef<UdpActor.Command> socket,
            ActorRef<DhtEvent> listener,
            Consumer<SavedNodes> atEnd,
            LongSupplier nanoTime,
            Family family,
            Dht dht) {
        super(context);
        this.timers = timers;
        this.socket = socket;
        this.listener = listener;
        this.atEnd = atEnd;
        this.nanoTime = nanoTime;
        this.dht = dht;
        this.inbox = context.messageAdapter(UdpActor.Received.class, Arrived::new);
        socket.tell(new UdpActor.Subscribe(datagram -> isFor(family, datagram), inbox));
        settle(nanoTime.getAsLong());
    }

    private static boolean isFor(Family family, UdpActor.Datagram datagram) {
        return Family.of(datagram.from()) == family && KrpcReader.looksLikeKrpc(datagram.payload());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(
                        Arrived.class, arrived -> onArrived(arrived.received().datagrams()))
                .onMessageEquals(Due.INSTANCE, this::onDue)
                .onMessage(Start.class, this::onStart)
                .onMessage(Suggest.class, this::onSuggest)
                .onMessage(Wanted.class, this::onWanted)
                .onMessage(Left.class, left -> onLeft(left.searcher()))
                .onMessage(Report.class, this::onReport)
                .onSignal(PostStop.class, stop -> onStop())
                .build();
    }

    private Behavior<Command> onArrived(List<UdpActor.Datagram> datagrams) {
        long now = nanoTime.getAsLong();
        datagrams.forEach(datagram -> dht.received(datagram.from(), datagram.payload(), now));
        socket.tell(new UdpActor.Next(inbox));
        return settle(now);
    }

    private Behavior<Command> onDue() {
        long now = nanoTime.getAsLong();
        dht.tick(now);
        return settle(now);
    }

    private Behavior<Command> onStart(Start start) {
        long now = nanoTime.getAsLong();
        dht.start(start.saved(), start.bootstrap(), now);
        return settle(now);
    }

    private Behavior<Command> onSuggest(Suggest suggest) {
        long now = nanoTime.getAsLong();
        dht.suggest(suggest.node(), now);
        return settle(now);
    }

    private Behavior<Command> onWanted(Wanted wanted) {
        long now = nanoTime.getAsLong();
        searchers.put(begin(wanted, now), wanted.replyTo());
        getContext().watchWith(wanted.replyTo(), new Left(wanted.replyTo()));
        return settle(now);
    }

    private long begin(Wanted wanted, long now) {
        if (wanted instanceof FindPeers find) {
            return dht.findPeers(find.torrent(), find.scrape(), now);
        } else if (wanted instanceof Announce announce) {
            return dht.announce(announce.torrent(), announce.port(), announce.impliedPort(), announce.seed(), now);
        } else if (wanted instanceof Get get) {
            return dht.get(get.target(), get.salt(), now);
        }
        Put put = (Put) wanted;
        return dht.put(put.item(), put.cas(), now);
    }

    private Behavior<Command> onLeft(ActorRef<DhtEvent.OfSearch> searcher) {
        long now = nanoTime.getAsLong();
        List<Long> theirs = searchers.entrySet().stream()
                .filter(entry -> entry.getValue().equals(searcher))
                .map(Map.Entry::getKey)
                .toList();
        theirs.forEach(search -> {
            searchers.remove(search);
            dht.cancel(search, now);
        });
        return settle(now);
    }

    private Behavior<Command> onReport(Report report) {
        long now = nanoTime.getAsLong();
        report.replyTo().tell(new State(dht.statistics(now), dht.saved(now), dht.address()));
        return this;
    }

    private Behavior<Command> onStop() {
        atEnd.accept(dht.saved(nanoTime.getAsLong()));
        return this;
    }

    /** Passes on what the node has to say, and comes back when it has something to do. */
    private Behavior<Command> settle(long now) {
        dht.packets().forEach(packet -> socket.tell(new UdpActor.Send(packet.to(), packet.payload())));
        dht.events().forEach(this::tell);
        timers.startSingleTimer(Due.INSTANCE, Duration.ofNanos(Math.max(0, dht.deadline(now) - now)));
        return this;
    }

    private void tell(DhtEvent event) {
        if (!(event instanceof DhtEvent.OfSearch found)) {
            listener.tell(event);
            return;
        }
        ActorRef<DhtEvent.OfSearch> searcher =
                found instanceof DhtEvent.Finished ? searchers.remove(found.search()) : searchers.get(found.search());
        if (searcher != null) {
            searcher.tell(found);
        }
    }
}
