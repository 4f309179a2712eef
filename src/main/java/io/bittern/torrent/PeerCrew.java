package io.bittern.torrent;

import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.PeerId;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.piece.PiecePicker;
import io.bittern.store.PieceStoreActor;
import io.bittern.torrent.Connections.Connection;
import io.bittern.webseed.WebSeedActor;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * The peers of a torrent and their choker: spawned, told and buried on behalf of the {@link TorrentActor}.
 *
 * <p>What is fetched from whom is decided by {@link Download}, who is dialled by {@link Swarm}.
 */
final class PeerCrew implements Download.World, Account.Company {

    private final ActorContext<TorrentActor.Command> context;
    private final TorrentParts.Children children;
    private final TorrentParts.Setup setup;
    private final RandomGenerator random;
    private final PiecePicker picker;
    private final ActorRef<PeerActor.Event> events;
    private final Consumer<InetSocketAddress> onBan;
    private final WebSeedCrew webSeeds;
    private final SuperSeed superSeed;

    private final BanList bans = new BanList();
    private final Swarm swarm;
    private final Connections<ActorRef<PeerActor.Command>> connections = new Connections<>();
    private ActorRef<PieceStoreActor.Command> store;
    private Download download;
    private @Nullable ActorRef<ChokerActor.Command> choker;
    private int numbers;

    /**
     * @param webSeeds the other sources, told here what {@link Download} decides
     * @param onBan hears of each address that was proven to lie
     */
    PeerCrew(
            ActorContext<TorrentActor.Command> context,
            TorrentParts parts,
            PiecePicker picker,
            WebSeedCrew webSeeds,
            Consumer<InetSocketAddress> onBan) {
        this.context = context;
        this.children = parts.children();
        this.setup = parts.setup();
        this.random = parts.settings().random();
        this.picker = picker;
        this.events = context.messageAdapter(PeerActor.Event.class, TorrentActor.FromPeer::new);
        this.store = context.getSystem().ignoreRef();
        this.webSeeds = webSeeds;
        this.onBan = onBan;
        this.swarm = new Swarm(parts.settings().limits(), bans);
        this.download = new Download(picker, this);
        this.superSeed = new SuperSeed(picker.verified(), this::tell, this::tellJoined);
    }

    /** The store is open, so there may be peers from now on. */
    void open(ActorRef<PieceStoreActor.Command> opened) {
        store = opened;
        download = new Download(picker, this);
        webSeeds.refresh(store, download);
        if (setup.way().superSeed()) {
            superSeed.begin(setup.metainfo().sizes(), random);
        }
    }

    /** There may be no peers any more until the next {@link #open}; none of them has done wrong. */
    void part(String reason) {
        for (Connection<ActorRef<PeerActor.Command>> one : connections.all()) {
            one.part();
            one.ref().tell(new PeerActor.Disconnect(reason, false));
            picker.leave(one.number());
        }
        webSeeds.dismiss(download);
        dismissChoker();
    }

    void meet(Collection<InetSocketAddress> addresses) {
        swarm.learn(addresses);
    }

    void dial(long now) {
        for (InetSocketAddress remote : swarm.dial(now)) {
            int number = numbers++;
            spawn(number, remote, true, children.dial(number, remote, store, events));
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
        spawn(number, remote, false, children.accept(number, incoming, store, events));
        return true;
    }

    private void spawn(int number, InetSocketAddress remote, boolean dialed, Behavior<PeerActor.Command> behavior) {
        ActorRef<PeerActor.Command> ref = context.spawn(behavior, "peer-" + number);
        context.watchWith(ref, new TorrentActor.PeerDown(number));
        connections.add(number, remote, dialed, ref);
    }

    /** Carries on what a peer has told; traffic is left to the torrent. */
    void on(PeerActor.Event event, long now) {
        superSeed.on(event, now);
        if (event instanceof PeerActor.Wants wants) {
            download.wants(wants.peer(), wants.blocks(), wants.fast());
        } else if (event instanceof PeerActor.WantsOf wants) {
            download.wantsOf(wants.peer(), wants.blocks(), wants.fast(), wants.pieces(), wants.only());
        } else if (event instanceof PeerActor.Fetched fetched) {
            download.fetched(fetched.peer(), fetched.lease());
        } else if (event instanceof PeerActor.Returned returned) {
            download.returned(returned.peer(), returned.leases());
        } else if (event instanceof PeerActor.Traffic traffic) {
            find(traffic.peer()).ifPresent(Connection::markUseful);
        } else if (event instanceof PeerActor.Has has) {
            download.has(has.peer(), has.pieces());
            find(has.peer()).ifPresent(this::noteSeed);
        } else if (event instanceof PeerActor.HasAll has) {
            download.hasAll(has.peer(), has.pieces());
            find(has.peer()).ifPresent(this::noteSeed);
        } else if (event instanceof PeerActor.Lacks lacks) {
            download.lacks(lacks.peer(), lacks.pieces());
            find(lacks.peer()).ifPresent(this::noteSeed);
        } else if (event instanceof PeerActor.NothingWanted said) {
            find(said.peer()).ifPresent(connection -> noteUploadOnly(connection, said.nothingWanted()));
        } else if (event instanceof PeerActor.Interested interested && interested.interested()) {
            choker().tell(ChokerActor.Nudge.INSTANCE);
        } else if (event instanceof PeerActor.Joined joined) {
            find(joined.peer()).ifPresent(connection -> joined(connection, joined.id(), now));
        } else if (event instanceof PeerActor.Gone gone) {
            context.getLog().debug("peer {} gone: {}", gone.peer(), gone.reason());
            gone(gone.peer(), gone.fault(), now);
        }
    }

    /** Carries on what a web seed has told; traffic is left to the torrent. */
    void on(WebSeedActor.Event event) {
        if (webSeeds.on(event, download)) {
            webSeeds.refresh(store, download);
        }
    }

    /** A web seed has ended by itself. */
    void down(TorrentActor.WebSeedDown down) {
        if (webSeeds.down(down, download)) {
            webSeeds.refresh(store, download);
        }
    }

    private void joined(Connection<ActorRef<PeerActor.Command>> connection, PeerId id, long now) {
        connection.join(id);
        if (connection.dialed()) {
            swarm.opened();
        }
        if (connection.parted()) {
            return;
        }
        var superfluous = connections.superfluous(connection, id, setup.self());
        superfluous.ifPresent(loser -> loser.ref().tell(new PeerActor.Disconnect("connected twice", false)));
        if (superfluous.filter(loser -> loser == connection).isEmpty()) {
            download.joined(connection.number());
            choker().tell(new ChokerActor.Join(connection.number(), connection.ref()));
            superSeed.joined(connection.number(), now);
            if (picker.complete() && !superSeed.on()) {
                connection.ref().tell(new PeerActor.UploadOnly(true));
            }
        }
    }

    Download download() {
        return download;
    }

    /** A connection has ended, told by itself or found dead; the second news of the same is ignored. */
    void gone(int peer, PeerActor.Fault fault, long now) {
        Connection<ActorRef<PeerActor.Command>> connection = connections.remove(peer);
        if (connection == null) {
            return;
        }
        if (connection.joined()) {
            superSeed.left(peer);
            download.left(peer);
            if (choker != null) {
                choker.tell(new ChokerActor.Leave(peer));
            }
        }
        if (connection.dialed()) {
            swarm.ended(connection.remote(), connection.joined(), outcome(connection, fault), now);
        } else {
            swarm.acceptedEnded();
        }
        if (connections.isEmpty()) {
            dismissChoker();
        }
    }

    private void dismissChoker() {
        if (choker != null) {
            context.stop(choker);
            choker = null;
        }
    }

    /** A choker has ended by itself; whoever is connected gets a new one. */
    void chokerDown(ActorRef<ChokerActor.Command> down) {
        if (down.equals(choker)) {
            choker = null;
            for (Connection<ActorRef<PeerActor.Command>> one : connections.all()) {
                if (one.joined()) {
                    choker().tell(new ChokerActor.Join(one.number(), one.ref()));
                }
            }
        }
    }

    private Swarm.Outcome outcome(Connection<?> connection, PeerActor.Fault fault) {
        if (fault == PeerActor.Fault.SELF) {
            return Swarm.Outcome.SELF;
        }
        if (connection.parted()) {
            return Swarm.Outcome.PARTED;
        }
        if (connection.content() && picker.complete()) {
            return Swarm.Outcome.BOTH_SEEDS;
        }
        return connection.useful() ? Swarm.Outcome.USEFUL : Swarm.Outcome.USELESS;
    }

    void verified(int piece) {
        download.verified(piece);
        tellJoined(new PeerActor.Have(piece));
    }

    /** A peer that alone brought a bad piece has lied; among several the guilty one shows with the next good copy. */
    void rejected(int piece, int attempt, Set<Integer> suspects) {
        download.rejected(piece, attempt);
        if (suspects.size() == 1) {
            ban(suspects);
        }
    }

    void ban(Set<Integer> liars) {
        for (int liar : liars) {
            if (WebSeedCrew.owns(liar)) {
                webSeeds.ban(liar, download);
                webSeeds.refresh(store, download);
                continue;
            }
            connections.address(liar).filter(bans::ban).ifPresent(onBan);
            tell(liar, new PeerActor.Disconnect("sent wrong data", true));
        }
    }

    /** We have everything now: whoever has it too is of no use to us, nor we to it. */
    void complete() {
        tellChoker();
        webSeeds.refresh(store, download);
        tellJoined(new PeerActor.UploadOnly(true));
        connections.all().stream().filter(Connection::content).forEach(this::partAsSeeds);
    }

    /** Pieces that we had are not there any more: seeds are of use again. */
    void damaged(Bitfield pieces) {
        picker.damaged(pieces);
        superSeed.end();
        download.changed();
        if (!picker.complete()) {
            swarm.wantSeeds();
            webSeeds.refresh(store, download);
            tellChoker();
            tellJoined(new PeerActor.UploadOnly(false));
        }
    }

    /** Looks at what is due now and then. */
    void tick(long now) {
        download.confirm();
        superSeed.tick(now);
    }

    boolean isEmpty() {
        return connections.isEmpty() && webSeeds.isEmpty();
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
    public void grant(int peer, List<Lease> leases) {
        if (WebSeedCrew.owns(peer)) {
            webSeeds.grant(peer, leases);
        } else {
            tell(peer, new PeerActor.Grant(leases));
        }
    }

    @Override
    public void revoke(int peer, Lease lease) {
        if (WebSeedCrew.owns(peer)) {
            webSeeds.revoke(peer, lease);
        } else {
            tell(peer, new PeerActor.Revoke(List.of(lease)));
        }
    }

    @Override
    public void interest(int peer, boolean interested) {
        tell(peer, new PeerActor.Interest(interested));
    }

    @Override
    public void askHeld(int piece, int attempt) {
        store.tell(new PieceStoreActor.AskHeld(piece, attempt));
    }

    private void noteSeed(Connection<ActorRef<PeerActor.Command>> connection) {
        connection.markSeed(picker.seed(connection.number()));
        partIfContent(connection);
    }

    private void noteUploadOnly(Connection<ActorRef<PeerActor.Command>> connection, boolean nothingWanted) {
        connection.markUploadOnly(nothingWanted);
        partIfContent(connection);
    }

    private void partIfContent(Connection<ActorRef<PeerActor.Command>> connection) {
        if (connection.content() && picker.complete()) {
            partAsSeeds(connection);
        }
    }

    private void partAsSeeds(Connection<ActorRef<PeerActor.Command>> connection) {
        connection.ref().tell(new PeerActor.Disconnect("both have everything", false));
    }

    private Optional<Connection<ActorRef<PeerActor.Command>>> find(int peer) {
        return Optional.ofNullable(connections.get(peer));
    }

    private void tell(int peer, PeerActor.Command command) {
        find(peer).ifPresent(connection -> connection.ref().tell(command));
    }

    private void tellJoined(PeerActor.Command command) {
        for (Connection<ActorRef<PeerActor.Command>> connection : connections.all()) {
            if (connection.joined()) {
                connection.ref().tell(command);
            }
        }
    }

    private ActorRef<ChokerActor.Command> choker() {
        if (choker == null) {
            choker = context.spawnAnonymous(children.choker());
            context.watchWith(choker, new TorrentActor.ChokerDown(choker));
            tellChoker();
        }
        return choker;
    }

    private void tellChoker() {
        if (choker != null) {
            choker.tell(new ChokerActor.Seeding(picker.complete()));
        }
    }
}
