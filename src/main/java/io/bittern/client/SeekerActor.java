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
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
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

    private record SearchOver(InfoHash torrent, ActorRef<DhtEvent.OfSearch> search, boolean found) implements Command {}

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
                .onMessage(SearchOver.class, this::over)
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
        ActorRef<DhtEvent.OfSearch> answers = getContext()
                .spawnAnonymous(new Answers(sought).listening(dht.nodes().values()));
        searches.put(sought.torrent(), answers);
        dht.nodes().forEach((family, node) -> node.tell(new DhtActor.Search(announce(sought, family), answers)));
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

    private Behavior<Command> over(SearchOver over) {
        if (searches.remove(over.torrent(), over.search())) {
            rounds.over(over.torrent(), over.found(), now());
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

    /** Hears of one search in all families, until the last is over, or a node fails. */
    private final class Answers {

        private final Sought sought;
        private final ActorRef<Command> seeker = getContext().getSelf();
        private int open;
        private boolean found;

        private Answers(Sought sought) {
            this.sought = sought;
        }

        private Behavior<DhtEvent.OfSearch> listening(Collection<ActorRef<DhtActor.Command>> nodes) {
            open = nodes.size();
            return Behaviors.setup(context -> {
                nodes.forEach(context::watch);
                return Behaviors.receive(DhtEvent.OfSearch.class)
                        .onMessage(DhtEvent.PeersFound.class, this::peers)
                        .onMessage(DhtEvent.Finished.class, finished -> finished(context.getSelf()))
                        .onAnyMessage(other -> Behaviors.same())
                        .onSignal(Terminated.class, failed -> failed(context.getSelf()))
                        .build();
            });
        }

        private Behavior<DhtEvent.OfSearch> peers(DhtEvent.PeersFound news) {
            found = true;
            sought.actor().tell(new TorrentActor.Meet(news.peers(), PeerSource.DHT));
            return Behaviors.same();
        }

        private Behavior<DhtEvent.OfSearch> finished(ActorRef<DhtEvent.OfSearch> self) {
            open--;
            return open > 0 ? Behaviors.same() : over(self);
        }

        /** Whatever was found, we were not announced: it is begun again when there are nodes. */
        private Behavior<DhtEvent.OfSearch> failed(ActorRef<DhtEvent.OfSearch> self) {
            found = false;
            return over(self);
        }

        private Behavior<DhtEvent.OfSearch> over(ActorRef<DhtEvent.OfSearch> self) {
            seeker.tell(new SearchOver(sought.torrent(), self, found));
            return Behaviors.stopped();
        }
    }
}
