package io.bittern.client;

import io.bittern.dht.DhtActor;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.Family;
import io.bittern.dht.SearchRounds;
import io.bittern.dht.Wanted;
import io.bittern.metainfo.InfoHash;
import io.bittern.net.ExternalPort;
import io.bittern.torrent.PeerSource;
import io.bittern.torrent.TorrentActor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Announces torrents to the DHT, and hands over the peers that it finds there. */
final class SeekerActor extends AbstractBehavior<SeekerActor.Command> {

    /** What it can be told. */
    sealed interface Command {}

    /** Peers of this torrent are wanted. */
    record Know(Sought sought) implements Command {}

    /** Nobody wants peers of this torrent any more. */
    record Forget(InfoHash torrent) implements Command {}

    private record Ready(DhtNodesActor.Ready news) implements Command {}

    private record Searched(InfoHash torrent, SearchActor.Over how) implements Command {}

    private enum Due implements Command {
        INSTANCE
    }

    private final TimerScheduler<Command> timers;
    private final ExternalPort port;
    private final LongSupplier nanoTime;
    private final ActorRef<DhtNodesActor.Command> nodes;
    private final Map<InfoHash, Sought> torrents = new HashMap<>();
    private final Map<InfoHash, ActorRef<DhtEvent.OfSearch>> searches = new HashMap<>();
    private final SearchRounds rounds = new SearchRounds();
    private DhtNodesActor.Ready dht = new DhtNodesActor.Ready(Map.of(), false);

    /** Waits for nodes: {@code nodes} makes who brings them to life and says when they are. */
    static Behavior<Command> create(
            Function<ActorRef<DhtNodesActor.Ready>, Behavior<DhtNodesActor.Command>> nodes,
            ExternalPort port,
            LongSupplier nanoTime) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new SeekerActor(context, timers, nodes, port, nanoTime)));
    }

    private SeekerActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Function<ActorRef<DhtNodesActor.Ready>, Behavior<DhtNodesActor.Command>> nodes,
            ExternalPort port,
            LongSupplier nanoTime) {
        super(context);
        this.timers = timers;
        this.port = port;
        this.nanoTime = nanoTime;
        this.nodes = context.spawn(nodes.apply(context.messageAdapter(DhtNodesActor.Ready.class, Ready::new)), "nodes");
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Ready.class, this::onReady)
                .onMessage(Know.class, this::know)
                .onMessage(Forget.class, this::forget)
                .onMessageEquals(Due.INSTANCE, this::search)
                .onMessage(Searched.class, this::onSearched)
                .build();
    }

    private Behavior<Command> onReady(Ready ready) {
        dht = ready.news();
        rounds.again(now());
        return schedule();
    }

    private Behavior<Command> know(Know know) {
        Sought sought = know.sought();
        torrents.put(sought.torrent(), sought);
        rounds.add(sought.torrent(), now());
        if (!sought.nodes().isEmpty()) {
            nodes.tell(new DhtNodesActor.Named(sought.nodes()));
        }
        return schedule();
    }

    private Behavior<Command> forget(Forget forget) {
        torrents.remove(forget.torrent());
        rounds.remove(forget.torrent());
        end(forget.torrent());
        return schedule();
    }

    private Behavior<Command> search() {
        rounds.poll(now()).map(torrents::get).ifPresent(this::search);
        return schedule();
    }

    private void search(Sought sought) {
        ActorRef<Command> self = getContext().getSelf();
        Map<ActorRef<DhtActor.Command>, Wanted> wanted = new HashMap<>();
        dht.nodes().forEach((family, node) -> wanted.put(node, announce(sought, family)));
        var search = SearchActor.create(
                wanted, news -> handOver(news, sought.actor()), how -> self.tell(new Searched(sought.torrent(), how)));
        searches.put(sought.torrent(), getContext().spawnAnonymous(search));
    }

    private static void handOver(DhtEvent.OfSearch news, ActorRef<TorrentActor.Command> torrent) {
        if (news instanceof DhtEvent.PeersFound found) {
            torrent.tell(new TorrentActor.Meet(found.peers(), PeerSource.DHT));
        }
    }

    /** A port that a gateway leads to us is said, not implied: that of our packets it may choose at will. */
    private Wanted announce(Sought sought, Family family) {
        OptionalInt mapped = port.mapped(family.addresses());
        boolean implied = dht.impliedPort() && mapped.isEmpty();
        return new Wanted.Announce(
                sought.torrent(),
                mapped.orElse(port.own()),
                implied,
                sought.seed().getAsBoolean());
    }

    /** Whatever was found, a node that failed has not announced us: it is begun again when there are nodes. */
    private Behavior<Command> onSearched(Searched searched) {
        SearchActor.Over how = searched.how();
        if (searches.remove(searched.torrent(), how.search())) {
            rounds.over(searched.torrent(), how.whole() && how.found(), now());
        }
        return schedule();
    }

    /** The nodes end a search when nobody waits for it. */
    private void end(InfoHash torrent) {
        ActorRef<DhtEvent.OfSearch> search = searches.remove(torrent);
        if (search != null) {
            getContext().stop(search);
        }
    }

    private Behavior<Command> schedule() {
        OptionalLong due = rounds.nextDue();
        if (due.isEmpty() || dht.nodes().isEmpty()) {
            timers.cancel(Due.INSTANCE);
        } else {
            timers.startSingleTimer(Due.INSTANCE, Duration.ofNanos(Math.max(0, due.getAsLong() - now())));
        }
        return this;
    }

    private long now() {
        return nanoTime.getAsLong();
    }
}
