package io.bittern.cli;

import io.bittern.client.AddTorrent;
import io.bittern.client.Bittern;
import io.bittern.client.ClientException;
import io.bittern.client.Failure;
import io.bittern.client.PortMapping;
import io.bittern.client.RateLimits;
import io.bittern.client.Settings;
import io.bittern.client.SettingsException;
import io.bittern.client.Torrent;
import io.bittern.client.TorrentEvent;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.tracker.ScrapeResponse;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Several clients that look like one: each torrent that is added gets a client, a port and a state of its own. */
final class DemoSwarm implements Bittern {

    private static final long STOP_SECONDS = 5;

    private final Bittern.Starter starter;
    private final Path states;
    private final List<Bittern> clients = new ArrayList<>();

    DemoSwarm(Bittern.Starter starter, Path states) {
        this.starter = starter;
        this.states = states;
    }

    /** Starts a seeder; true when the tracker knows of it within the time. */
    boolean seed(AddTorrent request, Duration timeout) throws CliException, InterruptedException {
        CountDownLatch announced = new CountDownLatch(1);
        try {
            Torrent seeder = add(request, event -> {
                if (event instanceof TorrentEvent.TrackerAnswered) {
                    announced.countDown();
                }
            });
            return Files.exists(seeder.path()) && announced.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ClientException refused) {
            throw CliException.of(refused);
        }
    }

    @Override
    public Torrent add(AddTorrent request, Consumer<? super TorrentEvent> listener) throws ClientException {
        Bittern client = starter.start(settings(clients.size()));
        clients.add(client);
        return client.add(request, listener);
    }

    /** Defaults but for what keeps the clients apart: the user's own settings have no say in a demo. */
    private Settings settings(int number) {
        Path state = states.resolve(String.valueOf(number));
        Map<String, Object> flags = new HashMap<>(SettingsOptions.ALONE);
        flags.put("port", 0);
        flags.put("bind-address", "127.0.0.1");
        flags.put("state-dir", state.toString());
        flags.put("storage.buffer", 16 << 20);
        try {
            return Settings.load(Map.of("HOME", state.toString()), Optional.empty(), flags);
        } catch (SettingsException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public CompletionStage<Learned> fetch(
            MagnetLink link, List<InetSocketAddress> peers, Consumer<? super Learning> listener)
            throws ClientException {
        throw new ClientException(new Failure(Failure.Kind.BUSY, "a demo fetches no magnet links"));
    }

    @Override
    public CompletionStage<ScrapeResponse> scrape(String tracker, Collection<InfoHash> torrents) {
        return clients.get(clients.size() - 1).scrape(tracker, torrents);
    }

    @Override
    public void limit(RateLimits limits) {
        clients.forEach(client -> client.limit(limits));
    }

    @Override
    public void limitEachPeer(RateLimits limits) {
        clients.forEach(client -> client.limitEachPeer(limits));
    }

    @Override
    public void watchPort(Consumer<? super PortMapping> listener) {
        // none of them asks a gateway
    }

    /** The port of the client that was started last. */
    @Override
    public int port() {
        return clients.get(clients.size() - 1).port();
    }

    @Override
    public CompletionStage<Void> stop() {
        return CompletableFuture.allOf(clients.stream()
                .map(client -> client.stop().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Stops, and waits for that no longer than it may take. */
    @Override
    public void close() {
        stop().toCompletableFuture()
                .orTimeout(STOP_SECONDS, TimeUnit.SECONDS)
                .exceptionally(late -> null)
                .join();
    }
}
