package io.bittern.client;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PieceSizes;
import io.bittern.peer.Introduction;
import io.bittern.peer.PeerActor;
import io.bittern.peer.PeerSettings;
import io.bittern.store.PieceStoreActor;
import io.bittern.torrent.TorrentActor;
import io.bittern.torrent.TorrentParts;
import io.bittern.tracker.Patience;
import io.bittern.tracker.TrackerActor;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.Nullable;

/** Those who talk to the trackers and peers of one torrent. */
class PeerContacts implements TorrentParts.Contacts {

    private static final String CLIENT = "Bittern " + Release.version().orElse("dev");
    private static final int MAX_BLOCK = 128 << 10;

    private final Shared shared;
    private final InfoHash infoHash;
    private final PieceSizes sizes;
    private final Supplier<byte[]> infoBytes;
    private final boolean isPrivate;
    private byte @Nullable [] info;

    PeerContacts(Shared shared, InfoHash infoHash, PieceSizes sizes, Supplier<byte[]> infoBytes, boolean isPrivate) {
        this.shared = shared;
        this.infoHash = infoHash;
        this.sizes = sizes;
        this.infoBytes = infoBytes;
        this.isPrivate = isPrivate;
    }

    @Override
    public Behavior<TrackerActor.Command> tracker(int tracker, String url, ActorRef<TrackerActor.Event> torrent) {
        return TrackerActor.create(tracker, shared.announcers().forUrl(url), Patience.forUrl(url), torrent);
    }

    @Override
    public Behavior<PeerActor.Command> dial(
            int peer,
            InetSocketAddress remote,
            ActorRef<PieceStoreActor.Command> store,
            ActorRef<PeerActor.Event> torrent) {
        return PeerActor.dial(peer, remote, environment(remote, store), torrent);
    }

    @Override
    public Behavior<PeerActor.Command> accept(
            int peer,
            TorrentActor.Accept incoming,
            ActorRef<PieceStoreActor.Command> store,
            ActorRef<PeerActor.Event> torrent) {
        return PeerActor.accept(
                peer,
                incoming.link(),
                incoming.leftover(),
                environment(incoming.link().remote(), store),
                torrent);
    }

    private PeerActor.Environment environment(InetSocketAddress remote, ActorRef<PieceStoreActor.Command> store) {
        return new PeerActor.Environment(
                infoHash,
                shared.self(),
                sizes,
                shared.dialer(),
                store,
                shared.limits(),
                settings(),
                introduction(remote));
    }

    private Introduction introduction(InetSocketAddress remote) {
        return new Introduction(
                CLIENT,
                shared.port().towards(remote.getAddress()),
                info(),
                shared.settings().connections().peerExchange() && !isPrivate,
                isPrivate ? Optional.empty() : Optional.ofNullable(shared.node().get()));
    }

    /** The same for all peers, made for the first: of most torrents of many there is none. */
    private byte[] info() {
        info = info == null ? infoBytes.get() : info;
        return info;
    }

    private PeerSettings settings() {
        Settings.Connections patience = shared.settings().connections();
        Settings.Requests requests = shared.settings().requests();
        return new PeerSettings(
                patience.connectTimeout(),
                patience.handshakeTimeout(),
                patience.keepAlive(),
                patience.silenceTimeout(),
                requests.takeBackTimeout(),
                requests.snubTimeout(),
                requests.maxOutstanding(),
                shared.settings().uploads().maxQueued(),
                MAX_BLOCK,
                shared.nanoTime());
    }
}
