package io.bittern.client;

import io.bittern.metainfo.FilePriorities;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.PeerId;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.net.ExternalAddress;
import io.bittern.net.ExternalPort;
import io.bittern.net.IpFilter;
import io.bittern.net.NetActor;
import io.bittern.net.NetSettings;
import io.bittern.net.Pace;
import io.bittern.net.Resolver;
import io.bittern.net.UdpActor;
import io.bittern.peer.PeerActor;
import io.bittern.store.Buffers;
import io.bittern.store.FileHandles;
import io.bittern.store.StoreSettings;
import io.bittern.torrent.Choice;
import io.bittern.torrent.Dials;
import io.bittern.torrent.Identity;
import io.bittern.torrent.MagnetActor;
import io.bittern.torrent.PeerPriority;
import io.bittern.torrent.TorrentActor;
import io.bittern.torrent.TorrentParts;
import io.bittern.tracker.Announcers;
import io.bittern.tracker.Scraper;
import io.bittern.tracker.UdpExchangeActor;
import io.bittern.webseed.WebClient;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Starts what all torrents of a client share (sockets, budgets, announcers), and wires torrents to it. */
final class Plumbing implements ClientActor.Wiring {

    private static final Duration REPORT_EVERY = Duration.ofMillis(200);
    private static final Duration RETRY_FAILED = Duration.ofSeconds(60);
    private static final Duration RESOLVE = Duration.ofSeconds(10);
    private static final int KNOWN_PEERS = 3_000;
    private static final int HALF_OPEN_PER_TORRENT = 50;
    private static final int HALF_OPEN = 100;
    private static final long WRITE_BUFFERS = 16 << 20;
    /** The pieces of a torrent whose metadata is not known: nobody asks for them. */
    private static final PieceSizes NO_PIECES = new PieceSizes(1, PieceSizes.BLOCK);

    private static final LongSupplier NANO_TIME = System::nanoTime;

    private final IpFilter filter;
    private final Shared shared;
    private final ActorRef<ListenerActor.Command> listener;
    private final ActorRef<DiscoveryActor.Command> discovery;
    private final Pace announces;
    private final ExternalAddress external = new ExternalAddress();
    private final Identity us;
    private final Dials dials;
    private final Optional<ActorRef<PortMapsActor.Command>> maps;
    private final CompletableFuture<Void> mapsTakenBack = new CompletableFuture<>();
    private final Latest<PortMapping> mapped = new Latest<>();

    /** Starts to listen; {@code port} is completed when that is so. {@code filter} says whom we have nothing to do with. */
    Plumbing(
            ActorContext<ClientActor.Command> context,
            Settings settings,
            IpFilter filter,
            Throttle throttle,
            CompletableFuture<Integer> port) {
        this.filter = filter;
        ActorRef<NetActor.Command> net = context.spawn(NetActor.create(netSettings(settings)), "net");
        this.listener =
                context.spawn(ListenerActor.create(net, settings.connections().handshakeTimeout(), filter), "listener");
        Listening.start(context, listener, settings.network(), port);
        this.announces = Pace.of(settings.trackers().announcesPerSecond());
        this.dials = dials(settings.connections());
        Resolver resolver = Resolver.system(context.getSystem(), RESOLVE);
        var trackers = announcing(settings.trackers());
        SecureRandom secure = new SecureRandom();
        ExternalPort outside = new ExternalPort(() -> port.getNow(0));
        this.us = new Identity(PeerId.random(secure), outside::announced, secure.nextInt());
        this.shared = new Shared(
                settings,
                us.self(),
                outside,
                new AtomicReference<>(),
                NetActor.dialer(net),
                new Announcers(trackers, resolver, udpTrackers(context, secure)),
                new WebClient(resolver, settings.connections().connectTimeout(), trackers.userAgent()),
                new PeerActor.Limits(
                        new ByteBudget(settings.storage().buffer()), throttle.download(), throttle.upload()),
                new StoreSettings.Shared(
                        new FileHandles(settings.storage().openFiles()),
                        new Buffers(WRITE_BUFFERS),
                        Runtime.getRuntime().availableProcessors(),
                        NANO_TIME,
                        new Random(secure.nextLong())),
                secure,
                NANO_TIME);
        this.maps = settings.discovery().portMapping()
                ? Optional.of(context.spawn(
                        PortMapsActor.create(
                                Discovering.mappers(shared),
                                port,
                                new PortMapsActor.Ears(external, shared.port(), mapped),
                                mapsTakenBack),
                        "port-maps",
                        DispatcherSelector.fromConfig("bittern.blocking")))
                : Optional.empty();
        this.discovery = context.spawn(Discovering.with(context, shared, resolver, port, external), "discovery");
    }

    private static NetSettings netSettings(Settings settings) {
        NetSettings usual = NetSettings.defaults();
        int reserved = settings.storage().openFiles() + usual.reservedFiles();
        return new NetSettings(settings.connections().total(), reserved, usual.from(), usual.closePatience());
    }

    private static Dials dials(Settings.Connections connections) {
        return new Dials(
                HALF_OPEN,
                connections.dialsPerSecond(),
                connections.connectTimeout().plus(connections.handshakeTimeout()));
    }

    private static Announcers.Settings announcing(Settings.Trackers patience) {
        Announcers.Settings usual = Announcers.Settings.usual(Release.version().orElse("dev"));
        return new Announcers.Settings(
                patience.timeout(),
                patience.stopTimeout(),
                usual.httpSlots(),
                usual.httpSlotsPerTracker(),
                usual.userAgent());
    }

    private static ActorRef<UdpExchangeActor.Command> udpTrackers(
            ActorContext<ClientActor.Command> context, SecureRandom secure) {
        ActorRef<UdpActor.Event> ignored = context.getSystem().ignoreRef();
        ActorRef<UdpActor.Command> udp = context.spawn(UdpActor.create(new InetSocketAddress(0), ignored), "udp");
        return context.spawn(UdpExchangeActor.create(udp, NANO_TIME, secure), "udp-trackers");
    }

    @Override
    public void open(Sought torrent, boolean isPrivate) {
        listener.tell(new ListenerActor.Know(torrent.torrent(), torrent.actor()));
        if (!isPrivate) {
            discovery.tell(new DiscoveryActor.Know(torrent));
        }
    }

    @Override
    public void close(InfoHash torrent) {
        listener.tell(new ListenerActor.Forget(torrent));
        discovery.tell(new DiscoveryActor.Forget(torrent));
    }

    @Override
    public CompletionStage<Void> leave() {
        maps.ifPresentOrElse(actor -> actor.tell(PortMapsActor.Leave.INSTANCE), () -> mapsTakenBack.complete(null));
        return mapsTakenBack;
    }

    /** Asks the tracker of an announce URL for the sizes of swarms; may be called by any thread. */
    Scraper scraper(String url) {
        return shared.announcers().scraper(url);
    }

    /** Where others can connect to us; may be asked by any thread. */
    ExternalPort port() {
        return shared.port();
    }

    /** What gateways do for us. */
    Latest<PortMapping> mapped() {
        return mapped;
    }

    @Override
    public TorrentParts parts(AddTorrent request, Throttle throttle) {
        AddTorrent.Way way = request.way();
        var setup = new TorrentParts.Setup(
                request.metainfo(),
                choice(request, request.files()),
                us,
                new TorrentParts.Way(
                        way.sequential(),
                        way.superSeeding() || shared.settings().uploads().superSeed()));
        return new TorrentParts(setup, torrentSettings(), new TorrentChildren(shared.under(throttle), request));
    }

    /** What is wanted of a torrent whose user wants these files; may be called by any thread. */
    Choice choice(AddTorrent request, FilePriorities files) {
        return Choice.of(
                files,
                request.way().edgesFirst() || shared.settings().requests().edgesFirst());
    }

    private TorrentParts.Settings torrentSettings() {
        return new TorrentParts.Settings(
                new TorrentParts.Limits(
                        KNOWN_PEERS,
                        shared.settings().connections().perTorrent(),
                        HALF_OPEN_PER_TORRENT,
                        shared.settings().connections().perAddress(),
                        dials,
                        peer -> PeerPriority.of(external.all(), shared.port().towards(peer.getAddress()), peer)),
                REPORT_EVERY,
                RETRY_FAILED,
                announces,
                shared.settings().trackers().stopTimeout(),
                shared.settings().trackers().announceTo(),
                external,
                DispatcherSelector.fromConfig("bittern.disk"),
                NANO_TIME,
                new SplittableRandom(shared.random().nextLong()),
                filter);
    }

    @Override
    public Behavior<TorrentActor.Command> magnet(MagnetLink link, ActorRef<TorrentActor.Event> events) {
        var setup = new MagnetActor.Setup(link.infoHash(), link.tiers(), us);
        return MagnetActor.create(
                setup,
                torrentSettings(),
                new PeerContacts(shared, link.infoHash(), NO_PIECES, () -> new byte[0], false),
                events);
    }
}
