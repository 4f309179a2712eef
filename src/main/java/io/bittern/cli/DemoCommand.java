package io.bittern.cli;

import io.bittern.client.AddTorrent;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.store.PayloadHasher;
import io.bittern.store.PieceChecker;
import io.bittern.store.Progress;
import io.bittern.store.StoreException;
import io.bittern.tracker.TrackerServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the whole of Bittern on this machine alone: a tracker, a seeder and leechers of their own over loopback. */
@Command(
        name = "demo",
        description = {
            "Show a whole swarm on this machine.",
            "",
            "Makes data and a torrent of them, starts a tracker, one seeder and some leechers on loopback, checks what the"
                    + " leechers got, and leaves nothing behind."
        })
final class DemoCommand implements Callable<Integer> {

    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Shell shell;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "How much data, 64MiB by default.")
    private long size = 64 << 20;

    @Option(names = "--leechers", paramLabel = "N", description = "How many leechers, ${DEFAULT-VALUE} by default.")
    private int leechers = 3;

    @Mixin
    private OutputOptions output = new OutputOptions();

    DemoCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        if (size < 1 || leechers < 1 || leechers > 50) {
            throw new CliException(ExitCode.USAGE, "a demo has at least a byte, and from 1 to 50 leechers");
        }
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (DemoFolder folder = DemoFolder.create(size);
                TrackerServer tracker = TrackerServer.start(any, TrackerServer.Settings.USUAL, System::nanoTime)) {
            Metainfo torrent = torrent(folder, tracker);
            say("made " + Units.size(size) + " of data and a torrent of them, tracker on port " + tracker.port());
            ExitCode code = swarm(folder, torrent);
            return (code == ExitCode.DONE ? verdict(folder, torrent) : code).number();
        } catch (IOException failed) {
            throw Disk.failure("cannot set up the demo in", DemoFolder.place(), failed);
        } catch (StoreException failed) {
            throw CliException.of(failed);
        }
    }

    private static Metainfo torrent(DemoFolder folder, TrackerServer tracker)
            throws StoreException, InterruptedException {
        PayloadHasher payload = PayloadHasher.of(folder.payload());
        var builder = payload.builder();
        builder.hashes(payload.hash(builder.sizes(), THREADS, Progress.NONE));
        builder.tiers(List.of(List.of("http://127.0.0.1:" + tracker.port() + "/announce")));
        try {
            return Metainfo.parse(builder.build());
        } catch (MetainfoException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The seeder is known to the tracker before the first leecher asks it. */
    private ExitCode swarm(DemoFolder folder, Metainfo torrent) throws CliException, InterruptedException {
        List<AddTorrent> requests = new ArrayList<>();
        for (int i = 1; i <= leechers; i++) {
            requests.add(AddTorrent.download(torrent, folder.leecher(i)));
        }
        try (DemoSwarm swarm = new DemoSwarm(shell.starter(), folder.states());
                View view = output.view(quietOut())) {
            if (!swarm.seed(AddTorrent.seed(torrent, folder.seeder()), PATIENCE)) {
                view.problem(ExitCode.NETWORK, "the seeder and the tracker do not find each other on loopback");
                return ExitCode.NETWORK;
            }
            Session.Rules rules = new Session.Rules(Optional.of(PATIENCE), ExitCode.INTERRUPTED);
            return new Session(swarm, view, shell, rules, Optional.empty()).run(requests);
        }
    }

    /** The paths of what is complete are of no use to anybody, as all of it goes away. */
    private Shell quietOut() {
        PrintStream out = output.json() ? shell.out() : new PrintStream(OutputStream.nullOutputStream());
        return shell.withOut(out);
    }

    private ExitCode verdict(DemoFolder folder, Metainfo torrent) throws StoreException, InterruptedException {
        int good = 0;
        for (int i = 1; i <= leechers; i++) {
            Path copy = folder.leecher(i);
            good += PieceChecker.check(torrent, copy, THREADS, Progress.NONE).isGood() ? 1 : 0;
        }
        if (good < leechers) {
            shell.problem("demo: " + good + " of " + leechers + " copies are right; please report this");
            return ExitCode.VERIFY;
        }
        if (!output.json()) {
            shell.out().println("demo: all " + leechers + " copies are right, verified by SHA-1");
            shell.out().flush();
        }
        return ExitCode.DONE;
    }

    private void say(String text) {
        if (!output.quiet() && !output.json()) {
            shell.err().println("demo: " + text);
        }
    }
}
