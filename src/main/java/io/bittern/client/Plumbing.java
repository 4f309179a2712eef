package io.bittern.client;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.PeerId;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.net.NetActor;
import io.bittern.net.NetSettings;
import io.bittern.net.RateLimit;
import io.bittern.net.Resolver;
import io.bittern.net.UdpActor;
import io.bittern.peer.PeerActor;
import io.bittern.store.Buffers;
import io.bittern.store.FileHandles;
import io.bittern.store.StoreSettings;
import io.bittern.torrent.Dials;
import io.bittern.torrent.MagnetActor;
import io.bittern.torrent.PeerPriority;
import io.bittern.torrent.TorrentActor;
import io.bittern.torrent.TorrentParts;
import io.bittern.tracker.Announcers;
import io.bittern.tracker.UdpExchangeActor;
import io.bittern.webseed.WebClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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

    private final CompletableFuture<Integer> port;
    private final Shared shared;
    private final ActorRef<ListenerActor.Command> listener;
    private final RateLimit announces;
    private final Dials dials;

    /** Starts to listen; {@code port} is completed when that is so. */
    Plumbing(ActorContext<ClientActor.Command> context, Settings settings, CompletableFuture<Integer> port) {
        this.port = port;
        ActorRef<NetActor.Command> net = context.spawn(NetActor.create(netSettings(settings)), "net");
        this.listener =
                context.spawn(ListenerActor.create(net, settings.connections().handshakeTimeout()), "listener");
        listen(context, settings.network());
        this.announces = RateLimit.of(settings.trackers().announcesPerSecond());
        this.dials = dials(settings.connections());
        Resolver resolver = Resolver.system(context.getSystem(), RESOLVE);
        var trackers = announcing(settings.trackers());
        SecureRandom secure = new SecureRandom();
        this.shared = new Shared(
                settings,
                PeerId.random(secure),
                () -> port.getNow(0),
                NetActor.dialer(net),
                new Announcers(trackers, resolver, udpTrackers(context, secure)),
                new WebClient(resolver, settings.connections().connectTimeout(), trackers.userAgent()),
                new PeerActor.Limits(
                        new ByteBudget(settings.storage().buffer()),
                        List.of(RateLimit.of(settings.network().maxDownload())),
                        List.of(RateLimit.of(settings.network().maxUpload()))),
                new StoreSettings.Shared(
                        new FileHandles(settings.storage().openFiles()),
                        new Buffers(WRITE_BUFFERS),
                        Runtime.getRuntime().availableProcessors(),
                        NANO_TIME,
                        new Random(secure.nextLong())),
                secure,
                NANO_TIME);
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

    private void listen(ActorContext<ClientActor.Command> context, Settings.Network network) {
        List<InetSocketAddress> addresses;
        try {
            addresses = addresses(network);
        } catch (UnknownHostException unknown) {
            port.completeExceptionally(new ClientException(new Failure(
                    Failure.Kind.NETWORK,
                    "no such address to listen on: " + network.bindAddress().orElse(""))));
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
    public ActorRef<ListenerActor.Command> listener() {
        return listener;
    }

    @Override
    public TorrentParts parts(AddTorrent request) {
        Metainfo metainfo = request.metainfo();
        FileLayout layout = metainfo.layout();
        BitSet wantedFiles = request.wantedFiles().orElseGet(layout::all);
        var setup = new TorrentParts.Setup(
                metainfo,
                layout.pieces(wantedFiles),
                shared.self(),
                shared.port().getAsInt(),
                shared.random().nextInt(),
                request.sequential());
        return new TorrentParts(setup, torrentSettings(), new TorrentChildren(shared, request));
    }

    private TorrentParts.Settings torrentSettings() {
        return new TorrentParts.Settings(
                new TorrentParts.Limits(
                        KNOWN_PEERS,
                        shared.settings().connections().perTorrent(),
                        HALF_OPEN_PER_TORRENT,
                        shared.settings().connections().perAddress(),
                        dials,
                        peer -> PeerPriority.of(List.of(), shared.port().getAsInt(), peer)),
                REPORT_EVERY,
                RETRY_FAILED,
                announces,
                shared.settings().trackers().stopTimeout(),
                DispatcherSelector.fromConfig("bittern.disk"),
                NANO_TIME,
                new SplittableRandom(shared.random().nextLong()));
    }

    @Override
    public Behavior<TorrentActor.Command> magnet(MagnetLink link, ActorRef<TorrentActor.Event> events) {
        var setup = new MagnetActor.Setup(
                link.infoHash(),
                link.tiers(),
                shared.self(),
                shared.port().getAsInt(),
                shared.random().nextInt());
        return MagnetActor.create(
                setup,
                torrentSettings(),
                new PeerContacts(shared, link.infoHash(), NO_PIECES, new byte[0], false),
                events);
    }
}
