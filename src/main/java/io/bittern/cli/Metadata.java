package io.bittern.cli;

import io.bittern.client.Bittern;
import io.bittern.client.ClientException;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.MetainfoException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Fetches the metadata of magnet links side by side, before their torrents can be added; used by one thread. */
final class Metadata {

    private static final long TOLD_EVERY = TimeUnit.SECONDS.toNanos(1);
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(200);

    /** A link and what it stands for. */
    record Fetched(MagnetLink link, Bittern.Learned learned) {}

    /** What could be fetched, and the code of the first that could not. */
    record Result(List<Fetched> fetched, Optional<ExitCode> problem) {}

    private final Bittern client;
    private final View view;
    private final Shell shell;
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final List<Fetched> fetched = new ArrayList<>();
    private final Map<MagnetLink, Bittern.Learning> progress = new HashMap<>();
    private final Map<MagnetLink, Long> told = new HashMap<>();
    private Optional<ExitCode> problem = Optional.empty();
    private int waiting;
    private long lastNews;
    private volatile boolean signalled;

    Metadata(Bittern client, View view, Shell shell) {
        this.client = client;
        this.view = view;
        this.shell = shell;
    }

    /** The link that an argument is. */
    static MagnetLink parse(String argument) throws CliException {
        try {
            return MagnetLink.parse(argument);
        } catch (MetainfoException refused) {
            throw new CliException(ExitCode.MAGNET, refused.getMessage() + "; copy the link again", refused);
        }
    }

    /**
     * Waits until all are there.
     *
     * @param patience time without any news after which it gives up
     * @throws CliException after a signal, or without news for too long
     */
    Result fetch(List<MagnetLink> links, List<InetSocketAddress> peers, Optional<Duration> patience)
            throws CliException, InterruptedException {
        shell.signals().onStop(() -> {
            signalled = true;
            queue.add(() -> {});
        });
        lastNews = shell.nanoTime().getAsLong();
        for (MagnetLink link : links) {
            begin(link, peers);
        }
        while (waiting > 0) {
            Runnable news = queue.poll(TICK, TimeUnit.NANOSECONDS);
            if (signalled) {
                throw new CliException(ExitCode.INTERRUPTED, "stopped before the metadata was there");
            }
            if (news != null) {
                news.run();
            }
            tick(patience);
        }
        return new Result(List.copyOf(fetched), problem);
    }

    private void begin(MagnetLink link, List<InetSocketAddress> peers) {
        List<InetSocketAddress> all = new ArrayList<>(peers);
        link.peers().stream()
                .map(peer -> new InetSocketAddress(peer.host(), peer.port()))
                .filter(address -> !address.isUnresolved())
                .forEach(all::add);
        waiting++;
        try {
            client.fetch(link, all, learning -> queue.add(() -> progress.put(link, learning)))
                    .whenComplete((learned, failed) -> queue.add(() -> ended(link, learned, failed)));
        } catch (ClientException refused) {
            waiting--;
            refuse(CliException.of(refused));
        }
    }

    private void ended(MagnetLink link, Bittern.@Nullable Learned learned, @Nullable Throwable failed) {
        waiting--;
        if (learned != null) {
            fetched.add(new Fetched(link, learned));
            view.learned(link, learned.metainfo());
            return;
        }
        Throwable cause = failed instanceof CompletionException wrapped ? wrapped.getCause() : failed;
        refuse(
                cause instanceof ClientException refused
                        ? CliException.of(refused)
                        : new CliException(ExitCode.INTERNAL, "fetching the metadata failed: " + cause));
    }

    private void refuse(CliException reason) {
        problem = problem.or(() -> Optional.of(reason.code()));
        view.problem(reason.code(), reason.reason());
    }

    private void tick(Optional<Duration> patience) throws CliException {
        long now = shell.nanoTime().getAsLong();
        for (Map.Entry<MagnetLink, Bittern.Learning> entry : progress.entrySet()) {
            Long last = told.get(entry.getKey());
            if (last == null || now - last >= TOLD_EVERY) {
                told.put(entry.getKey(), now);
                lastNews = now;
                view.learning(entry.getValue());
            }
        }
        progress.keySet().removeIf(link -> told.getOrDefault(link, 0L) == now);
        view.tick();
        if (waiting > 0
                && patience.isPresent()
                && now - lastNews >= patience.get().toNanos()) {
            throw new CliException(
                    ExitCode.NETWORK,
                    "nobody gave the metadata for the time of --stop-timeout; is a tracker up, and a peer?");
        }
    }
}
