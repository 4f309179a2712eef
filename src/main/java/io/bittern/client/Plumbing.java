package io.bittern.client;

import io.bittern.choke.ChokePolicy;
import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.PeerId;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.net.Link;
import io.bittern.net.NetActor;
import io.bittern.net.NetSettings;
import io.bittern.net.RateLimit;
import io.bittern.net.Resolver;
import io.bittern.net.UdpActor;
import io.bittern.peer.PeerActor;
import io.bittern.store.Buffers;
import io.bittern.store.FileHandles;
import io.bittern.store.FileStorage;
import io.bittern.store.PieceStoreActor;
import io.bittern.store.StoreSettings;
import io.bittern.torrent.MagnetActor;
import io.bittern.torrent.TorrentActor;
import io.bittern.torrent.TorrentParts;
import io.bittern.tracker.Announcers;
import io.bittern.tracker.TrackerActor;
import io.bittern.tracker.UdpExchangeActor;
import io.bittern.webseed.WebClient;
import io.bittern.webseed.WebPlan;
import io.bittern.webseed.WebSeedActor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What all torrents of a client share (sockets, budgets, announcers), and how a torrent's children are made of it. */
final class Plumbing implements ClientActor.Wiring {

    private static final Duration REPORT_EVERY = Duration.ofMillis(200);
    private static final Duration RETRY_FAILED = Duration.ofSeconds(60);
    private static final Duration RESOLVE = Duration.ofSeconds(10);
    private static final int KNOWN_PEERS = 3_000;
    private static final int HALF_OPEN = 50;
    private static final int MAX_BLOCK = 128 << 10;
    private static final long WRITE_BUFFERS = 16 << 20;
    private static final String CLIENT = "Bittern " + Release.version().orElse("dev");
    /** The pieces of a torrent whose metadata is not known: nobody asks for them. */
    private static final PieceSizes NO_PIECES = new PieceSizes(1, PieceSizes.BLOCK);

    private static final LongSupplier NANO_TIME = System::nanoTime;

    private final Settings settings;
    private final CompletableFuture<Integer> port;
    private final SecureRandom secure = new SecureRandom();
    private final PeerId self = PeerId.random(secure);
    private final Link.Dialer dialer;
    private final ActorRef<ListenerActor.Command> listener;
    private final Announcers announcers;
    private final WebClient web;
    private final PeerActor.Limits limits;
    private final StoreSettings.Shared disk;
    private final RateLimit announces;

    /** Starts to listen; {@code port} is completed when that is so. */
    Plumbing(ActorContext<ClientActor.Command> context, Settings settings, CompletableFuture<Integer> port) {
        this.settings = settings;
        this.port = port;
        ActorRef<NetActor.Command> net = context.spawn(NetActor.create(netSettings(settings)), "net");
        this.dialer = NetActor.dialer(net);
        this.listener =
                context.spawn(ListenerActor.create(net, settings.connections().handshakeTimeout()), "listener");
        listen(context);
        Resolver resolver = Resolver.system(context.getSystem(), RESOLVE);
        String userAgent =
                Announcers.Settings.usual(Release.version().orElse("dev")).userAgent();
        this.announcers = announcers(context, resolver, userAgent);
        this.web = new WebClient(resolver, settings.connections().connectTimeout(), userAgent);
        this.limits = new PeerActor.Limits(
                new ByteBudget(settings.storage().buffer()),
                List.of(RateLimit.of(settings.network().maxDownload())),
                List.of(RateLimit.of(settings.network().maxUpload())));
        this.announces = RateLimit.of(settings.trackers().announcesPerSecond());
        this.disk = new StoreSettings.Shared(
                new FileHandles(settings.storage().openFiles()),
                new Buffers(WRITE_BUFFERS),
                Runtime.getRuntime().availableProcessors(),
                NANO_TIME,
                new Random(secure.nextLong()));
    }

    private static NetSettings netSettings(Settings settings) {
        NetSettings usual = NetSettings.defaults();
        int reserved = settings.storage().openFiles() + usual.reservedFiles();
        return new NetSettings(settings.connections().total(), reserved, usual.from(), usual.closePatience());
    }

    private void listen(ActorContext<ClientActor.Command> context) {
        List<InetSocketAddress> addresses;
        try {
            addresses = addresses(settings.network());
        } catch (UnknownHostException unknown) {
            port.completeExceptionally(new ClientException(new Failure(
                    Failure.Kind.NETWORK,
                    "no such address to listen on: "
                            + settings.network().bindAddress().orElse(""))));
            return;
        }
        ActorRef<ListenerActor.Answer> answers = context.spawnAnonymous(Behaviors.receive(ListenerActor.Answer.class)
                .onMessage(ListenerActor.Listening.class, listening -> {
                    port.complete(listening.local().getPort());
                    return Behaviors.stopped();
                })
                .onMessage(ListenerActor.CannotListen.class, cannot -> {
                    port.completeExceptionally(new ClientException(new Failure(Failure.Kind.NETWORK, cannot.reason())));
                    return Behaviors.stopped();
                })
                .build());
        listener.tell(new ListenerActor.Listen(addresses, answers));
    }

    /** The addresses to try in turn; the last has any free port. */
    private static List<InetSocketAddress> addresses(Settings.Network network) throws UnknownHostException {
        InetAddress bind = network.bindAddress().isPresent()
                ? InetAddress.getByName(network.bindAddress().get())
                : new InetSocketAddress(0).getAddress();
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int next = 0; next < network.portsToTry() && network.port() > 0; next++) {
            if (network.port() + next <= 0xffff) {
                addresses.add(new InetSocketAddress(bind, network.port() + next));
            }
        }
        addresses.add(new InetSocketAddress(bind, 0));
        return addresses;
    }

    private Announcers announcers(ActorContext<ClientActor.Command> context, Resolver resolver, String userAgent) {
        ActorRef<UdpActor.Event> ignored = context.getSystem().ignoreRef();
        ActorRef<UdpActor.Command> udp = context.spawn(UdpActor.create(new InetSocketAddress(0), ignored), "udp");
        ActorRef<UdpExchangeActor.Command> exchange =
                context.spawn(UdpExchangeActor.create(udp, NANO_TIME, secure), "udp-trackers");
        Announcers.Settings usual = Announcers.Settings.usual(Release.version().orElse("dev"));
        return new Announcers(
                new Announcers.Settings(
                        settings.trackers().timeout(),
                        settings.trackers().stopTimeout(),
                        usual.httpSlots(),
                        usual.httpSlotsPerTracker(),
                        userAgent),
                resolver,
                exchange);
    }

    @Override
    public ActorRef<ListenerActor.Command> listener() {
        return listener;
    }

    @Override
    public TorrentParts parts(AddTorrent request) {
        Metainfo metainfo = request.metainfo();
        FileLayout layout = metainfo.layout();
        BitSet wantedFiles = request.wantedFiles().orElseGet(layout::all);
        var setup = new TorrentParts.Setup(
                metainfo, layout.pieces(wantedFiles), self, port.getNow(0), secure.nextInt(), request.sequential());
        return new TorrentParts(setup, torrentSettings(), new Children(request));
    }

    private TorrentParts.Settings torrentSettings() {
        return new TorrentParts.Settings(
                new TorrentParts.Limits(
                        KNOWN_PEERS,
                        settings.connections().perTorrent(),
                        HALF_OPEN,
                        settings.connections().dialsPerSecond()),
                REPORT_EVERY,
                RETRY_FAILED,
                announces,
                settings.trackers().stopTimeout(),
                DispatcherSelector.fromConfig("bittern.disk"),
                NANO_TIME,
                new SplittableRandom(secure.nextLong()));
    }

    @Override
    public Behavior<TorrentActor.Command> magnet(MagnetLink link, ActorRef<TorrentActor.Event> events) {
        var setup = new MagnetActor.Setup(link.infoHash(), link.tiers(), self, port.getNow(0), secure.nextInt());
        return MagnetActor.create(
                setup, torrentSettings(), new Contacts(link.infoHash(), NO_PIECES, new byte[0]), events);
    }

    private PeerActor.Settings peerSettings() {
        Settings.Connections patience = settings.connections();
        Settings.Requests requests = settings.requests();
        return new PeerActor.Settings(
                patience.connectTimeout(),
                patience.handshakeTimeout(),
                patience.keepAlive(),
                patience.silenceTimeout(),
                requests.takeBackTimeout(),
                requests.snubTimeout(),
                requests.maxOutstanding(),
                settings.uploads().maxQueued(),
                MAX_BLOCK,
                NANO_TIME);
    }

    /** Those who talk to the trackers and peers of one torrent. */
    private class Contacts implements TorrentParts.Contacts {

        private final InfoHash infoHash;
        private final PieceSizes sizes;
        private final PeerActor.Introduction introduction;

        Contacts(InfoHash infoHash, PieceSizes sizes, byte[] info) {
            this.infoHash = infoHash;
            this.sizes = sizes;
            introduction = new PeerActor.Introduction(CLIENT, port.getNow(0), info);
        }

        @Override
        public Behavior<TrackerActor.Command> tracker(int tracker, String url, ActorRef<TrackerActor.Event> torrent) {
            return TrackerActor.create(tracker, announcers.forUrl(url), TrackerActor.Settings.forUrl(url), torrent);
        }

        @Override
        public Behavior<PeerActor.Command> dial(
                int peer,
                InetSocketAddress remote,
                ActorRef<PieceStoreActor.Command> store,
                ActorRef<PeerActor.Event> torrent) {
            return PeerActor.dial(peer, remote, environment(store), torrent);
        }

        @Override
        public Behavior<PeerActor.Command> accept(
                int peer,
                TorrentActor.Accept incoming,
                ActorRef<PieceStoreActor.Command> store,
                ActorRef<PeerActor.Event> torrent) {
            return PeerActor.accept(peer, incoming.link(), incoming.leftover(), environment(store), torrent);
        }

        private PeerActor.Environment environment(ActorRef<PieceStoreActor.Command> store) {
            return new PeerActor.Environment(
                    infoHash, self, sizes, dialer, store, limits, peerSettings(), introduction);
        }
    }

    /** The real children of one torrent. */
    private final class Children extends Contacts implements TorrentParts.Children {

        private final AddTorrent request;

        private Children(AddTorrent request) {
            super(
                    request.metainfo().infoHash(),
                    request.metainfo().sizes(),
                    request.metainfo().infoBytes());
            this.request = request;
        }

        @Override
        public Behavior<PieceStoreActor.Command> store(ActorRef<PieceStoreActor.Event> torrent) {
            Metainfo metainfo = request.metainfo();
            Path state = settings.stateDir().resolve(DataFolder.name(request.folder()));
            var place = FileStorage.Place.of(
                    metainfo,
                    request.folder(),
                    state,
                    request.wantedFiles().orElseGet(metainfo.layout()::all),
                    settings.storage().preallocate());
            var pace = new StoreSettings.Pace(
                    StoreSettings.Pace.DEFAULT.flushAfter(),
                    settings.storage().syncInterval(),
                    settings.storage().syncBytes(),
                    StoreSettings.Pace.DEFAULT.countersAfter());
            return PieceStoreActor.create(StoreSettings.inFolder(metainfo, place, state, disk, pace), torrent);
        }

        @Override
        public Behavior<ChokerActor.Command> choker() {
            Settings.Uploads uploads = settings.uploads();
            long quota = (long) uploads.quota() * request.metainfo().sizes().pieceLength();
            var rules = new ChokePolicy.Settings(uploads.slots(), uploads.fastestFirst(), quota);
            return ChokerActor.create(
                    () -> choking(new ChokePolicy(rules, new SplittableRandom(secure.nextLong()))),
                    ChokerActor.Settings.USUAL);
        }

        @Override
        public Behavior<WebSeedActor.Command> webSeed(
                int seed, WebPlan plan, ActorRef<PieceStoreActor.Command> store, ActorRef<WebSeedActor.Event> torrent) {
            return WebSeedActor.create(
                    seed,
                    new WebSeedActor.Environment(
                            plan,
                            web,
                            store,
                            new WebSeedActor.Limits(limits.budget(), limits.download()),
                            WebSeedActor.Settings.usual(NANO_TIME)),
                    torrent);
        }

        private ChokerActor.Policy choking(ChokePolicy policy) {
            return (standings, turn) -> {
                long now = NANO_TIME.getAsLong();
                boolean saturated = limits.upload().stream().anyMatch(limit -> limit.reserve(0, now) > 0);
                return policy.choose(standings, turn, saturated, now).unchoked();
            };
        }
    }
}
