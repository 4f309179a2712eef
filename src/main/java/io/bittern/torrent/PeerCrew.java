package io.bittern.torrent;

import io.bittern.choke.ChokerActor;
import io.bittern.net.ExternalAddress;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.piece.PiecePicker;
import io.bittern.piece.Priorities;
import io.bittern.store.PieceStoreActor;
import io.bittern.torrent.Connections.Connection;
import io.bittern.webseed.WebSeedActor;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The peers of a torrent and their choker: spawned, told and buried on behalf of the {@link TorrentActor}.
 *
 * <p>What is fetched from whom is decided by {@link Download}, who is dialled by {@link Swarm}.
 */
final class PeerCrew implements Download.World {

    private final ActorContext<TorrentActor.Command> context;
    private final PiecePicker picker;
    private final WebSeedCrew webSeeds;
    private final ExternalAddress external;
    private final Roster roster;
    private final ChokerCrew choker;
    private final SmartBan smartBan;
    private final SuperSeed superSeed;
    private final FellowSeeds fellows;
    private ActorRef<PieceStoreActor.Command> store;
    private Download download;

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
        this.picker = picker;
        this.webSeeds = webSeeds;
        this.external = parts.settings().external();
        this.roster = new Roster(context, parts.children(), parts.setup().us().self(), parts.settings(), onBan);
        this.smartBan = new SmartBan(roster::party, this::ban);
        this.fellows = new FellowSeeds(roster, picker);
        this.choker = new ChokerCrew(context, parts.children(), picker::complete);
        this.store = context.getSystem().ignoreRef();
        this.download = new Download(picker, this);
        this.superSeed = new SuperSeed(parts, picker.verified(), roster::tell, roster::tellJoined);
    }

    /** The store is open, so there may be peers from now on. */
    void open(ActorRef<PieceStoreActor.Command> opened) {
        store = opened;
        roster.bringTo(opened);
        download = download.anew();
        webSeeds.refresh(store, download);
        superSeed.begin();
    }

    /** There may be no peers any more until the next {@link #open}; none of them has done wrong. */
    void part(String reason) {
        roster.part(reason);
        roster.connections().all().forEach(one -> picker.leave(one.number()));
        webSeeds.dismiss(download);
        choker.dismiss();
    }

    void meet(Collection<InetSocketAddress> addresses, PeerSource source) {
        roster.meet(addresses, source);
    }

    /** Does what is done now and then while there are peers. */
    void tick(long now) {
        download.tick(now);
        superSeed.tick(now);
        roster.tick(now);
    }

    /** A reader waits for pieces, from now on or as soon as there are peers. */
    void await(TorrentActor.Await reader, long now) {
        download.await(reader.reader(), reader.pieces(), now + reader.within().toNanos(), now);
    }

    void dial(long now) {
        roster.dial(now);
    }

    OptionalLong nextDial(long now) {
        return roster.nextDial(now);
    }

    /** Takes an incoming link in; false if there is no room for it, or it is banned. */
    boolean accept(TorrentActor.Accept incoming) {
        return roster.accept(incoming);
    }

    /** Carries on what a peer has told; traffic is left to the torrent. True if somebody may be dialled now. */
    boolean on(PeerActor.Event event, long now) {
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
            roster.find(traffic.peer()).ifPresent(one -> one.move(traffic.down() + traffic.up()));
        } else if (event instanceof PeerActor.Has has) {
            download.has(has.peer(), has.pieces());
            fellows.has(has.peer());
        } else if (event instanceof PeerActor.HasAll has) {
            download.hasAll(has.peer(), has.pieces());
            fellows.has(has.peer());
        } else if (event instanceof PeerActor.Lacks lacks) {
            download.lacks(lacks.peer(), lacks.pieces());
            fellows.has(lacks.peer());
        } else if (event instanceof PeerActor.SeesUs sees) {
            roster.find(sees.peer())
                    .ifPresent(from -> external.says(from.remote().getAddress(), sees.us()));
        } else if (event instanceof PeerActor.NothingWanted said) {
            fellows.wantsNothing(said.peer(), said.nothingWanted());
        } else if (event instanceof PeerActor.Interested interested && interested.interested()) {
            choker.nudge();
        } else if (event instanceof PeerActor.Joined joined) {
            roster.joined(joined).ifPresent(connection -> start(connection, now));
        } else if (event instanceof PeerActor.Gone gone) {
            context.getLog().debug("peer {} gone: {}", gone.peer(), gone.reason());
            gone(gone.peer(), gone.fault(), now);
        }
        return roster.on(event) || event instanceof PeerActor.Joined || event instanceof PeerActor.Gone;
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

    private void start(Connection<ActorRef<PeerActor.Command>> connection, long now) {
        download.joined(connection.number());
        choker.join(connection);
        superSeed.joined(connection.number(), now);
        if (picker.complete() && !superSeed.on()) {
            connection.ref().tell(new PeerActor.UploadOnly(true));
        }
    }

    Download download() {
        return download;
    }

    /** A connection has ended, told by itself or found dead; the second news of the same is ignored. */
    void gone(int peer, PeerActor.Fault fault, long now) {
        if (roster.gone(peer, fault, picker.complete(), now)
                .filter(Connection::joined)
                .isPresent()) {
            superSeed.left(peer);
            download.left(peer);
            choker.leave(peer);
        }
        if (roster.connections().isEmpty()) {
            choker.dismiss();
        }
    }

    /** A choker has ended by itself; whoever is connected gets a new one. */
    void chokerDown(ActorRef<ChokerActor.Command> down) {
        choker.down(down, roster.joined());
    }

    void verified(int piece) {
        smartBan.passed(piece);
        download.verified(piece);
        roster.tellJoined(new PeerActor.Have(piece));
    }

    /** The hash of an attempt was wrong, and these peers had a part in it. */
    void rejected(int piece, int attempt, Set<Integer> suspects) {
        smartBan.failed(piece, suspects);
        download.rejected(piece, attempt);
    }

    /** These peers spoiled the failed copies of a piece, and nobody else did. */
    void lied(int piece, Set<Integer> liars) {
        smartBan.lied(piece, liars);
    }

    @Override
    public boolean onParole(int peer) {
        return smartBan.onParole(peer) || roster.isLiar(peer);
    }

    private void ban(int liar) {
        if (WebSeedCrew.owns(liar)) {
            webSeeds.ban(liar, download);
            webSeeds.refresh(store, download);
        } else {
            roster.ban(liar, "sent wrong data");
        }
    }

    /** We have everything now: whoever has it too is of no use to us, nor we to it. */
    void complete() {
        choker.changed();
        webSeeds.refresh(store, download);
        roster.tellJoined(new PeerActor.UploadOnly(true));
        fellows.part();
    }

    /** Other pieces are wanted. */
    void want(Priorities priorities) {
        boolean completeBefore = picker.complete();
        download.want(priorities);
        if (completeBefore) {
            wantSeeds();
        }
    }

    /** Pieces that we had are not there any more. */
    void damaged(Bitfield pieces) {
        picker.damaged(pieces);
        superSeed.end();
        roster.tellJoined(new PeerActor.Lost(pieces));
        download.changed();
        wantSeeds();
    }

    /** If something is missing seeds are of use again. */
    private void wantSeeds() {
        if (!picker.complete()) {
            roster.swarm().wantSeeds();
            webSeeds.refresh(store, download);
            choker.changed();
            roster.tellJoined(new PeerActor.UploadOnly(false));
        }
    }

    boolean isEmpty() {
        return roster.connections().isEmpty() && webSeeds.isEmpty();
    }

    /** Who is connected at the moment. */
    Account.Company company() {
        return roster;
    }

    @Override
    public void grant(int peer, List<Lease> leases) {
        if (WebSeedCrew.owns(peer)) {
            webSeeds.grant(peer, leases);
        } else {
            roster.tell(peer, new PeerActor.Grant(leases));
        }
    }

    @Override
    public void revoke(int peer, Lease lease) {
        if (WebSeedCrew.owns(peer)) {
            webSeeds.revoke(peer, lease);
        } else {
            roster.tell(peer, new PeerActor.Revoke(List.of(lease)));
        }
    }

    @Override
    public void interest(int peer, boolean interested) {
        roster.tell(peer, new PeerActor.Interest(interested));
    }

    @Override
    public void askHeld(int piece, int attempt) {
        store.tell(new PieceStoreActor.AskHeld(piece, attempt));
    }
}
