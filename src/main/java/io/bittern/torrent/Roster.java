package io.bittern.torrent;

import io.bittern.metainfo.PeerId;
import io.bittern.peer.PeerActor;
import io.bittern.store.PieceStoreActor;
import io.bittern.torrent.Connections.Connection;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The peers of an info hash, whatever is wanted of them: dialled or let in, spawned, watched, told and buried.
 *
 * <p>Whom to dial is decided by {@link Swarm}.
 */
final class Roster implements Account.Company {

    private final ActorContext<TorrentActor.Command> context;
    private final TorrentParts.Contacts contacts;
    private final PeerId self;
    private final Consumer<InetSocketAddress> onBan;
    private final BanList bans;
    private final Swarm swarm;
    private final Connections<ActorRef<PeerActor.Command>> connections = new Connections<>();
    private final Exchange<ActorRef<PeerActor.Command>> exchange = new Exchange<>(connections);
    private final Turnover<ActorRef<PeerActor.Command>> turnover;
    private ActorRef<PieceStoreActor.Command> store;
    private int numbers;

    /**
     * @param self our peer id
     * @param onBan hears of each address that was proven to lie
     */
    Roster(
            ActorContext<TorrentActor.Command> context,
            TorrentParts.Contacts contacts,
            PeerId self,
            TorrentParts.Settings settings,
            Consumer<InetSocketAddress> onBan) {
        this.context = context;
        this.contacts = contacts;
        this.self = self;
        this.onBan = onBan;
        this.bans = new BanList(settings.filter()::blocks);
        this.swarm = new Swarm(settings.limits(), bans);
        this.turnover = new Turnover<>(connections, settings.limits().connections());
        this.store = context.getSystem().ignoreRef();
    }

    /** Peers from now on bring their blocks there. */
    void bringTo(ActorRef<PieceStoreActor.Command> opened) {
        store = opened;
    }

    Swarm swarm() {
        return swarm;
    }

    void meet(Collection<InetSocketAddress> addresses, PeerSource source) {
        swarm.learn(addresses, source);
    }

    /** Carries on what a peer says of itself and of others; true if somebody may be dialled now. */
    boolean on(PeerActor.Event event) {
        if (event instanceof PeerActor.Introduced introduced) {
            find(introduced.peer()).ifPresent(one -> introduced(one, introduced));
        } else if (event instanceof PeerActor.Found found) {
            meet(found.others(), PeerSource.PEX);
            return true;
        }
        return false;
    }

    private void introduced(Connection<ActorRef<PeerActor.Command>> one, PeerActor.Introduced said) {
        boolean known = one.endpoint().isPresent();
        one.introduced(said.port(), said.exchanges());
        if (!known) {
            one.endpoint().ifPresent(swarm::met);
        }
    }

    /** Tells peers of each other (BEP 11), and lets those go who have to make room, as far as that is due. */
    void tick(long now) {
        exchange.due(now).forEach((to, message) -> to.ref().tell(new PeerActor.Exchange(message)));
        for (Connection<ActorRef<PeerActor.Command>> one : turnover.due(swarm.waiting(now), now)) {
            one.replace();
            one.ref().tell(new PeerActor.Disconnect("makes room for others", false));
        }
    }

    /** Dials whoever is due. */
    void dial(long now) {
        for (InetSocketAddress remote : swarm.dial(now)) {
            int number = numbers++;
            spawn(number, remote, true, contacts.dial(number, remote, store, events()));
        }
    }

    OptionalLong nextDial(long now) {
        return swarm.nextDial(now);
    }

    /** Takes an incoming link in; false if there is no room for it, or it is banned. */
    boolean accept(TorrentActor.Accept incoming) {
        InetSocketAddress remote = incoming.link().remote();
        if (!swarm.accept(remote)) {
            return false;
        }
        int number = numbers++;
        spawn(number, remote, false, contacts.accept(number, incoming, store, events()));
        return true;
    }

    /* Made when there is a peer: of many torrents there is none for hours. */
    private ActorRef<PeerActor.Event> events() {
        return context.messageAdapter(PeerActor.Event.class, TorrentActor.FromPeer::new);
    }

    private void spawn(int number, InetSocketAddress remote, boolean dialed, Behavior<PeerActor.Command> behavior) {
        ActorRef<PeerActor.Command> ref = context.spawn(behavior, "peer-" + number);
        context.watchWith(ref, new TorrentActor.PeerDown(number));
        connections.add(number, remote, dialed, ref);
    }

    /** A handshake is done. Gives the connection if it is wanted, which it is not with one that we have already. */
    Optional<Connection<ActorRef<PeerActor.Command>>> joined(PeerActor.Joined joined) {
        Connection<ActorRef<PeerActor.Command>> connection = connections.get(joined.peer());
        if (connection == null) {
            return Optional.empty();
        }
        connection.join(joined.id());
        if (connection.dialed()) {
            swarm.opened(connection.remote());
        }
        if (connection.parted()) {
            return Optional.empty();
        }
        var loser = connections.superfluous(connection, joined.id(), self);
        loser.ifPresent(one -> one.ref().tell(new PeerActor.Disconnect("connected twice", false)));
        return loser.filter(one -> one == connection).isPresent() ? Optional.empty() : Optional.of(connection);
    }

    /**
     * A connection has ended, told by itself or found dead; the second news of the same gives nothing.
     *
     * @param complete whether we have everything
     */
    Optional<Connection<ActorRef<PeerActor.Command>>> gone(
            int peer, PeerActor.Fault fault, boolean complete, long now) {
        Optional<Connection<ActorRef<PeerActor.Command>>> ended = Optional.ofNullable(connections.remove(peer));
        ended.ifPresent(connection -> {
            var outcome = outcome(fault, connection.outcome(complete));
            if (connection.dialed()) {
                swarm.ended(connection.remote(), connection.joined(), outcome, now);
            } else {
                swarm.acceptedEnded(connection.remote(), connection.endpoint(), outcome, now);
            }
        });
        return ended;
    }

    private static Swarm.Outcome outcome(PeerActor.Fault fault, Swarm.Outcome otherwise) {
        return switch (fault) {
            case SELF -> Swarm.Outcome.SELF;
            case CROWDED -> Swarm.Outcome.CROWDED;
            default -> otherwise;
        };
    }

    /** Hangs up on everybody; none of them has done wrong. */
    void part(String reason) {
        for (Connection<ActorRef<PeerActor.Command>> one : connections.all()) {
            one.part();
            one.ref().tell(new PeerActor.Disconnect(reason, false));
        }
    }

    /**
     * Hangs up on a peer that was proven to lie, for good, also if it has gone and come again meanwhile.
     *
     * <p>Others at its address stay: behind a router many have the same one, and these have done nothing yet.
     */
    void ban(int liar, String reason) {
        Optional<InetSocketAddress> address = connections.address(liar);
        address.filter(bans::ban).ifPresent(onBan);
        connections.all().stream()
                .filter(one -> address.filter(one.remote()::equals).isPresent())
                .forEach(one -> one.ref().tell(new PeerActor.Disconnect(reason, true)));
    }

    /** Whether a peer was proven to lie, or came from the address of one that was. */
    boolean isLiar(int peer) {
        return connections.address(peer).filter(bans::isLiar).isPresent();
    }

    /** What a source is known by for as long as the torrent runs, whatever number it has at the moment. */
    Object party(int source) {
        return connections.address(source).map(BanList::party).orElse(source);
    }

    void tell(int peer, PeerActor.Command command) {
        find(peer).ifPresent(connection -> connection.ref().tell(command));
    }

    void tellJoined(PeerActor.Command command) {
        joined().forEach(connection -> connection.ref().tell(command));
    }

    Optional<Connection<ActorRef<PeerActor.Command>>> find(int peer) {
        return Optional.ofNullable(connections.get(peer));
    }

    /** Those whose handshake is done. */
    List<Connection<ActorRef<PeerActor.Command>>> joined() {
        return connections.all().stream().filter(Connection::joined).toList();
    }

    Connections<ActorRef<PeerActor.Command>> connections() {
        return connections;
    }

    @Override
    public int peers() {
        return connections.joined();
    }

    @Override
    public int seeds() {
        return connections.seeds();
    }

    @Override
    public int room() {
        return swarm.room();
    }
}
