package io.bittern.client;

import io.bittern.lsd.LsdActor;
import io.bittern.metainfo.InfoHash;
import io.bittern.torrent.PeerSource;
import io.bittern.torrent.TorrentActor;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Finds peers for torrents without a tracker, and is never told of private ones (BEP 27). */
final class DiscoveryActor extends AbstractBehavior<DiscoveryActor.Command> {

    /** What it can be told. */
    sealed interface Command {}

    /** Peers of this torrent are wanted. */
    record Know(Sought sought) implements Command {}

    /** Nobody wants peers of this torrent any more. */
    record Forget(InfoHash torrent) implements Command {}

    private record Neighbour(LsdActor.Found found) implements Command {}

    private final Map<InfoHash, ActorRef<TorrentActor.Command>> torrents = new HashMap<>();
    private final Optional<ActorRef<LsdActor.Command>> neighbourhood;
    private final Optional<ActorRef<SeekerActor.Command>> seeker;

    /** Asks whom there is to ask: {@code local} the neighbours on this network, {@code dht} the nodes of the DHT. */
    static Behavior<Command> create(Optional<LsdActor.Settings> local, Optional<Behavior<SeekerActor.Command>> dht) {
        return Behaviors.setup(context -> new DiscoveryActor(context, local, dht));
    }

    private DiscoveryActor(
            ActorContext<Command> context,
            Optional<LsdActor.Settings> local,
            Optional<Behavior<SeekerActor.Command>> dht) {
        super(context);
        ActorRef<LsdActor.Found> finds = context.messageAdapter(LsdActor.Found.class, Neighbour::new);
        neighbourhood = local.map(settings -> context.spawn(LsdActor.create(settings, finds), "lsd"));
        seeker = dht.map(behavior -> context.spawn(behavior, "dht"));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Know.class, this::know)
                .onMessage(Forget.class, this::forget)
                .onMessage(Neighbour.class, wrapped -> found(wrapped.found()))
                .build();
    }

    private Behavior<Command> know(Know know) {
        Sought sought = know.sought();
        torrents.put(sought.torrent(), sought.actor());
        neighbourhood.ifPresent(lsd -> lsd.tell(new LsdActor.Add(sought.torrent())));
        seeker.ifPresent(dht -> dht.tell(new SeekerActor.Know(sought)));
        return this;
    }

    private Behavior<Command> forget(Forget forget) {
        torrents.remove(forget.torrent());
        neighbourhood.ifPresent(lsd -> lsd.tell(new LsdActor.Remove(forget.torrent())));
        seeker.ifPresent(dht -> dht.tell(new SeekerActor.Forget(forget.torrent())));
        return this;
    }

    private Behavior<Command> found(LsdActor.Found found) {
        List<InetSocketAddress> peers = List.of(found.peer());
        for (InfoHash torrent : found.torrents()) {
            ActorRef<TorrentActor.Command> actor = torrents.get(torrent);
            if (actor != null) {
                actor.tell(new TorrentActor.Meet(peers, PeerSource.LOCAL));
            }
        }
        return this;
    }
}
