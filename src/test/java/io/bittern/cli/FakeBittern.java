package io.bittern.cli;

import io.bittern.client.AddTorrent;
import io.bittern.client.Bittern;
import io.bittern.client.ClientException;
import io.bittern.client.Failure;
import io.bittern.client.PortMapping;
import io.bittern.client.RateLimits;
import io.bittern.client.Settings;
import io.bittern.client.Torrent;
import io.bittern.client.TorrentEvent;
import io.bittern.client.TorrentSnapshot;
import io.bittern.client.TorrentSnapshot.State;
import io.bittern.metainfo.FilePriorities;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import io.bittern.tracker.ScrapeResponse;
import java.net.InetSocketAddress;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A client without network or disk, that does with each torrent what a test says. */
final class FakeBittern implements Bittern, Bittern.Starter {

    final List<FakeTorrent> torrents = new CopyOnWriteArrayList<>();
    Consumer<FakeTorrent> script = torrent -> {};
    Optional<Failure> refusal = Optional.empty();
    CompletableFuture<Void> stopped = CompletableFuture.completedFuture(null);
    CompletableFuture<Learned> learned = new CompletableFuture<>();
    final Map<String, CompletableFuture<ScrapeResponse>> scrapes = new ConcurrentHashMap<>();
    int port = 6881;
    Optional<PortMapping> mapping = Optional.empty();
    volatile Optional<Settings> settings = Optional.empty();

    @Override
    public Bittern start(Settings given) throws ClientException {
        settings = Optional.of(given);
        return this;
    }

    @Override
    public Torrent add(AddTorrent request, Consumer<? super TorrentEvent> listener) throws ClientException {
        if (refusal.isPresent()) {
            throw new ClientException(refusal.get());
        }
        FakeTorrent torrent = new FakeTorrent(request, listener);
        torrents.add(torrent);
        script.accept(torrent);
        return torrent;
    }

    @Override
    public CompletionStage<Learned> fetch(
            MagnetLink link, List<InetSocketAddress> peers, Consumer<? super Learning> listener)
            throws ClientException {
        if (refusal.isPresent()) {
            throw new ClientException(refusal.get());
        }
        listener.accept(new Learning(link, 0, 0, 0));
        return learned;
    }

    @Override
    public CompletionStage<ScrapeResponse> scrape(String tracker, Collection<InfoHash> asked) {
        return scrapes.getOrDefault(tracker, CompletableFuture.failedFuture(new AssertionError(tracker)));
    }

    @Override
    public void limit(RateLimits limits) {}

    @Override
    public void limitEachPeer(RateLimits limits) {}

    @Override
    public int port() {
        return port;
    }

    @Override
    public void watchPort(Consumer<? super PortMapping> listener) {
        mapping.ifPresent(listener);
    }

    @Override
    public CompletionStage<Void> stop() {
        return stopped;
    }

    /** A torrent that stands as the test says. */
    static final class FakeTorrent implements Torrent {

        final AddTorrent request;
        final CompletableFuture<TorrentSnapshot> downloaded = new CompletableFuture<>();
        final CompletableFuture<TorrentSnapshot> finished = new CompletableFuture<>();
        private final Consumer<? super TorrentEvent> listener;
        volatile TorrentSnapshot snapshot;

        FakeTorrent(AddTorrent request, Consumer<? super TorrentEvent> listener) {
            this.request = request;
            this.listener = listener;
            long length = request.metainfo().sizes().length();
            this.snapshot = TorrentSnapshot.initial(length, length);
        }

        void tell(TorrentEvent event) {
            listener.accept(event);
        }

        void fail(Failure failure) {
            snapshot = Samples.snapshot(State.FAILED).failure(failure).build();
            tell(new TorrentEvent.Failed(failure));
        }

        void complete() {
            snapshot = Samples.snapshot(State.SEEDING).done(1000, 1000).build();
            downloaded.complete(snapshot);
        }

        void finish() {
            finished.complete(snapshot);
        }

        @Override
        public Metainfo metainfo() {
            return request.metainfo();
        }

        @Override
        public Path path() {
            return request.folder().resolve(request.metainfo().name());
        }

        @Override
        public TorrentSnapshot snapshot() {
            return snapshot;
        }

        @Override
        public FilePriorities files() {
            return request.files();
        }

        @Override
        public void files(FilePriorities priorities) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SeekableByteChannel open(int file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<TorrentSnapshot> downloaded() {
            return downloaded;
        }

        @Override
        public CompletionStage<TorrentSnapshot> finished() {
            return finished;
        }

        @Override
        public void limit(RateLimits limits) {}

        @Override
        public CompletionStage<Void> stop() {
            return CompletableFuture.completedFuture(null);
        }
    }
}
