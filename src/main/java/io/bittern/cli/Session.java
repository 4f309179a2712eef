package io.bittern.cli;

import io.bittern.client.AddTorrent;
import io.bittern.client.Bittern;
import io.bittern.client.ClientException;
import io.bittern.client.Failure;
import io.bittern.client.Torrent;
import io.bittern.client.TorrentEvent;
import io.bittern.client.TorrentSnapshot.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Torrents side by side, from adding them until all have come to their end or a signal comes.
 *
 * <p>What the client tells is queued and done by the one thread that runs the session, so nothing here is shared.
 */
final class Session {

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long STOP_TIMEOUT_MILLIS = 4500;

    private final Bittern client;
    private final View view;
    private final Shell shell;
    private final Rules rules;
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final List<Row> rows = new ArrayList<>();
    private final Map<Row, Failure> failed = new LinkedHashMap<>();
    private Optional<ExitCode> problem;
    private boolean severalFolders;
    private int finished;
    private volatile boolean signalled;

    /**
     * When a session ends before its torrents do.
     *
     * @param stopTimeout time without peers and progress after which it gives up
     * @param interrupted the exit code after a signal while something is missing
     */
    record Rules(Optional<Duration> stopTimeout, ExitCode interrupted) {}

    /** A session in which {@code earlier} went wrong before it began. */
    Session(Bittern client, View view, Shell shell, Rules rules, Optional<ExitCode> earlier) {
        this.client = client;
        this.view = view;
        this.shell = shell;
        this.rules = rules;
        this.problem = earlier;
    }

    /** Runs it all, stops the client, and says how it went. */
    ExitCode run(List<AddTorrent> requests) throws InterruptedException {
        shell.signals().onStop(() -> {
            signalled = true;
            queue.add(() -> {});
        });
        severalFolders = requests.stream().map(AddTorrent::folder).distinct().count() > 1;
        for (AddTorrent request : requests) {
            if (!signalled) {
                add(request);
            }
        }
        if (!rows.isEmpty()) {
            view.loaded(rows, client.port());
        }
        client.watchPort(mapping -> queue.add(() -> view.portMapping(mapping)));
        boolean stuck = follow();
        if (signalled) {
            view.note("stopping; another signal ends it at once");
        }
        stop();
        view.tick();
        return verdict(stuck);
    }

    private void add(AddTorrent request) {
        AtomicReference<@Nullable Row> itsRow = new AtomicReference<>();
        try {
            Torrent torrent = client.add(
                    request,
                    event -> queue.add(() -> Optional.ofNullable(itsRow.get()).ifPresent(row -> happened(row, event))));
            Row row = new Row(torrent, name(request));
            itsRow.set(row);
            rows.add(row);
            torrent.downloaded().thenRun(() -> queue.add(() -> downloaded(row)));
            torrent.finished().thenRun(() -> queue.add(() -> finished(row)));
        } catch (ClientException refused) {
            CliException reason = CliException.of(refused);
            problem = problem.or(() -> Optional.of(reason.code()));
            view.problem(reason.code(), reason.reason());
        }
    }

    /** The torrent's name, with the name of its folder where torrents go to several: they may all have the same name. */
    private String name(AddTorrent request) {
        String name = request.metainfo().name();
        return severalFolders ? request.folder().getFileName() + "/" + name : name;
    }

    private void happened(Row row, TorrentEvent event) {
        if (event instanceof TorrentEvent.Failed failure) {
            if (!row.finished() && failed.put(row, failure.failure()) == null) {
                view.failed(row, failure.failure());
            }
        } else {
            view.happened(row, event);
        }
    }

    private void downloaded(Row row) {
        row.setDownloaded();
        if (Share.of(row.snapshot().amounts()).whole()) {
            view.done(row);
        } else {
            view.note(
                    row.name() + ": " + Lines.seeding(row.snapshot().amounts()) + "; 'bittern download' gets the rest");
        }
    }

    private void finished(Row row) {
        row.setFinished();
        failed.remove(row);
        finished++;
    }

    /** Waits for the end; true if it came because nothing moves. */
    private boolean follow() throws InterruptedException {
        long next = shell.nanoTime().getAsLong();
        Optional<Stall> stall = rules.stopTimeout().map(limit -> new Stall(limit, next));
        long due = next;
        while (!over()) {
            Runnable news = queue.poll(Math.max(0, due - shell.nanoTime().getAsLong()), TimeUnit.NANOSECONDS);
            if (news != null) {
                news.run();
            }
            long now = shell.nanoTime().getAsLong();
            if (now - due >= 0) {
                due = now + TICK;
                tick();
                if (stall.isPresent() && isStuck(stall.get(), now)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean over() {
        return signalled || (finished + failed.size() >= rows.size() && queue.isEmpty());
    }

    private void tick() {
        failed.keySet().removeIf(row -> row.snapshot().state() != State.FAILED);
        view.tick();
    }

    private boolean isStuck(Stall stall, long now) {
        List<Row> unfinished = rows.stream().filter(row -> !row.downloaded()).toList();
        return !unfinished.isEmpty()
                && stall.looksStuck(unfinished.stream().map(Row::snapshot).toList(), now);
    }

    private void stop() throws InterruptedException {
        try {
            client.stop().toCompletableFuture().get(STOP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException broken) {
            problem = Optional.of(ExitCode.INTERNAL);
            view.problem(ExitCode.INTERNAL, "the client did not stop in order: " + broken.getCause());
        } catch (TimeoutException late) {
            view.note("not everything could be put away in time; the next start checks the data");
        }
        for (Runnable news = queue.poll(); news != null; news = queue.poll()) {
            news.run();
        }
    }

    private ExitCode verdict(boolean stuck) {
        for (Failure failure : failed.values()) {
            problem = problem.or(() -> Optional.of(ExitCode.of(failure.kind())));
        }
        if (problem.isPresent()) {
            return problem.get();
        }
        if (stuck) {
            view.problem(ExitCode.NETWORK, "no peer and no progress for the time of --stop-timeout; is a tracker up?");
            return ExitCode.NETWORK;
        }
        return rows.stream().allMatch(Row::downloaded) ? ExitCode.DONE : rules.interrupted();
    }
}
