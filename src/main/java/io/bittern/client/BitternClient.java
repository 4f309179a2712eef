package io.bittern.client;

import io.bittern.metainfo.FilePriorities;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import io.bittern.net.IpFilter;
import io.bittern.store.DiskReason;
import io.bittern.torrent.TorrentActor;
import io.bittern.tracker.ScrapeResponse;
import io.bittern.tracker.TrackerException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.LoggerFactory;

/** The client that works: an actor system behind the face of {@link Bittern}. */
public final class BitternClient implements Bittern, TorrentHandle.Owner {

    /** How long what is under way may take to reach the disk when a torrent is stopped that nobody waits for. */
    private static final Duration FLUSH = Duration.ofMinutes(10);

    /** Of the five seconds that a stop may take, what is the disk's; the trackers have less. */
    private static final Duration QUICK_FLUSH = Duration.ofMillis(4_500);

    private static final Duration START = Duration.ofSeconds(20);

    private final ActorSystem<ClientActor.Command> system;
    private final DataLock lock;
    private final Magnets magnets;
    private final Plumbing plumbing;
    private final Limiting limiting;
    private final Map<InfoHash, Entry> torrents = new ConcurrentHashMap<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletionStage<Void> terminated;

    private record Entry(TorrentHandle handle, DataLock.Held lock) {}

    /** What holds all torrents to their limits, and the limits of one that says nothing of its own. */
    private record Limiting(Throttle throttle, RateLimits usual) {

        private static Limiting of(Settings.Limits limits) {
            Throttle throttle = Throttle.of(limits.all());
            throttle.setEach(limits.eachPeer());
            return new Limiting(throttle, limits.eachTorrent());
        }

        private Throttle of(AddTorrent request) {
            return throttle.part(request.limits().orElse(usual));
        }
    }

    private BitternClient(
            ActorSystem<ClientActor.Command> system,
            DataLock lock,
            Magnets magnets,
            Plumbing plumbing,
            Limiting limiting) {
        this.system = system;
        this.lock = lock;
        this.magnets = magnets;
        this.plumbing = plumbing;
        this.limiting = limiting;
        this.terminated = system.getWhenTerminated().thenRun(this::endAll);
    }

    /**
     * Starts a client, which listens for peers when this returns.
     *
     * @throws ClientException if its state folder or its IP filter cannot be used, or no port can be had
     */
    public static Bittern start(Settings settings) throws ClientException {
        IpFilter filter = FilterFile.load(settings.network().ipFilter());
        DataLock lock = openState(settings.stateDir());
        // before the system's threads do it all at once: SLF4J complains of what is logged while it is set up
        LoggerFactory.getILoggerFactory();
        Limiting limiting = Limiting.of(settings.limits());
        CompletableFuture<Integer> port = new CompletableFuture<>();
        CompletableFuture<Plumbing> plumbing = new CompletableFuture<>();
        var system = ActorSystem.create(
                ClientActor.create(context -> {
                    Plumbing made = new Plumbing(context, settings, filter, limiting.throttle(), port);
                    plumbing.complete(made);
                    return made;
                }),
                "bittern",
                settings.config());
        try {
            port.orTimeout(START.toMillis(), TimeUnit.MILLISECONDS).join();
            return new BitternClient(system, lock, new Magnets(settings.stateDir()), plumbing.join(), limiting);
        } catch (CompletionException failed) {
            system.terminate();
            throw failed.getCause() instanceof ClientException reason
                    ? reason
                    : new ClientException(new Failure(Failure.Kind.INTERNAL, "the client did not start"), failed);
        }
    }

    private static DataLock openState(Path folder) throws ClientException {
        try {
            Files.createDirectories(folder);
        } catch (IOException broken) {
            throw unusable("the state folder " + folder, "make it writable or give another with --state-dir", broken);
        }
        Path locks = DataLock.usualPlace();
        try {
            return DataLock.open(locks);
        } catch (IOException broken) {
            throw unusable("the folder of locks " + locks.getParent(), "make it writable", broken);
        }
    }

    private static ClientException unusable(String what, String next, IOException why) {
        String reason = "cannot use " + what + " (" + DiskReason.of(why) + "); " + next;
        return new ClientException(new Failure(Failure.Kind.IO, reason), why);
    }

    @Override
    public Torrent add(AddTorrent request, Consumer<? super TorrentEvent> listener) throws ClientException {
        InfoHash torrent = request.metainfo().infoHash();
        if (stopping.get()) {
            throw new ClientException(new Failure(Failure.Kind.STOPPED, "the client has been stopped"));
        }
        if (torrents.containsKey(torrent)) {
            throw busy(request, "this torrent has been added already");
        }
        try {
            DataLock.Held held = lock.take(torrent, request.folder())
                    .orElseThrow(() -> busy(request, "this data is in use by another Bittern; stop that one first"));
            TorrentHandle handle = new TorrentHandle(request, limiting.of(request), listener, this);
            if (torrents.putIfAbsent(torrent, new Entry(handle, held)) != null) {
                held.release();
                throw busy(request, "this torrent has been added already");
            }
            return begin(handle);
        } catch (IOException broken) {
            throw new ClientException(
                    new Failure(Failure.Kind.IO, "cannot lock the data: " + broken.getMessage()), broken);
        }
    }

    private Torrent begin(TorrentHandle handle) {
        system.tell(new ClientActor.Add(handle));
        if (terminated.toCompletableFuture().isDone()) {
            handle.ended(Optional.empty());
        }
        return handle;
    }

    @Override
    public CompletionStage<Learned> fetch(
            MagnetLink link, List<InetSocketAddress> peers, Consumer<? super Learning> listener)
            throws ClientException {
        if (stopping.get()) {
            throw new ClientException(new Failure(Failure.Kind.STOPPED, "the client has been stopped"));
        }
        if (torrents.containsKey(link.infoHash())) {
            throw new ClientException(
                    new Failure(Failure.Kind.BUSY, link.infoHash() + ": this torrent has been added already"));
        }
        Optional<Metainfo> known = magnets.recall(link);
        if (known.isPresent()) {
            return CompletableFuture.completedStage(new Learned(known.get(), peers));
        }
        CompletableFuture<Learned> result = new CompletableFuture<>();
        system.tell(new ClientActor.Learn(new Magnets.Fetch(link, List.copyOf(peers), listener, result)));
        terminated.thenRun(() -> result.completeExceptionally(
                new ClientException(new Failure(Failure.Kind.STOPPED, "stopped before the metadata was there"))));
        return result.thenApply(learned -> {
            magnets.remember(learned.metainfo());
            return learned;
        });
    }

    @Override
    public CompletionStage<ScrapeResponse> scrape(String tracker, Collection<InfoHash> torrents) {
        CompletableFuture<ScrapeResponse> result = new CompletableFuture<>();
        plumbing.scraper(tracker).scrapeAll(List.copyOf(torrents)).whenComplete((answer, failed) -> {
            if (failed == null) {
                result.complete(answer);
            } else {
                String reason = TrackerException.of(failed).reason();
                result.completeExceptionally(new ClientException(new Failure(Failure.Kind.NETWORK, reason), failed));
            }
        });
        return result;
    }

    /** No actor is left: whatever has not ended by itself never would. */
    private void endAll() {
        torrents.values().forEach(entry -> entry.handle().ended(Optional.empty()));
    }

    private static ClientException busy(AddTorrent request, String reason) {
        return new ClientException(
                new Failure(Failure.Kind.BUSY, request.metainfo().name() + ": " + reason));
    }

    @Override
    public void limit(RateLimits limits) {
        limiting.throttle().set(limits);
    }

    @Override
    public void limitEachPeer(RateLimits limits) {
        limiting.throttle().setEach(limits);
    }

    @Override
    public int port() {
        return plumbing.port().own();
    }

    @Override
    public void watchPort(Consumer<? super PortMapping> listener) {
        plumbing.mapped().listen(listener);
    }

    @Override
    public CompletionStage<Void> stop() {
        if (stopping.compareAndSet(false, true)) {
            system.tell(new ClientActor.Shutdown(QUICK_FLUSH));
        }
        return terminated;
    }

    @Override
    public void stop(TorrentHandle handle) {
        system.tell(new ClientActor.Remove(handle.metainfo().infoHash(), FLUSH));
    }

    @Override
    public void choose(TorrentHandle handle, FilePriorities files) {
        tell(handle, new TorrentActor.Choose(plumbing.choice(handle.request(), files)));
    }

    @Override
    public void await(TorrentHandle handle, TorrentActor.Await reader) {
        tell(handle, reader);
    }

    private void tell(TorrentHandle handle, TorrentActor.Command command) {
        system.tell(new ClientActor.Tell(handle.metainfo().infoHash(), command));
    }

    @Override
    public void ended(TorrentHandle handle) {
        Entry entry = torrents.get(handle.metainfo().infoHash());
        if (entry != null
                && entry.handle() == handle
                && torrents.remove(handle.metainfo().infoHash(), entry)) {
            entry.lock().release();
        }
    }
}
