package io.bittern.cli;

import io.bittern.tracker.TrackerServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a tracker until a signal. */
@Command(
        name = "tracker",
        description = {
            "Run a tracker over HTTP and UDP, for a local network or to try something.",
            "",
            "It knows any torrent, keeps everything in memory and ends with a signal. The URL to announce to goes to"
                    + " standard output."
        })
final class TrackerCommand implements Callable<Integer> {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Shell shell;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "The port, ${DEFAULT-VALUE} by default; 0 for any.")
    private int port = 6969;

    @Option(names = "--bind", paramLabel = "HOST", description = "The address to listen on, all by default.")
    private @Nullable String host;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            description = "How often a peer should announce, half an hour by default.")
    private Duration interval = Duration.ofMinutes(30);

    TrackerCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        try (TrackerServer server = start()) {
            shell.signals().onStop(stopped::countDown);
            String name = host == null ? "localhost" : host.indexOf(':') < 0 ? host : "[" + host + "]";
            shell.say("http://" + name + ":" + server.port() + "/announce");
            stopped.await();
        }
        return ExitCode.DONE.number();
    }

    private TrackerServer start() throws CliException {
        if (port < 0 || port > 65_535 || interval.compareTo(SHORTEST) < 0) {
            throw new CliException(ExitCode.USAGE, "a port is from 0 to 65535, an interval from one second on");
        }
        InetSocketAddress address = host == null ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new CliException(ExitCode.NETWORK, "there is no host " + host + "; check --bind");
        }
        try {
            return TrackerServer.start(address, settings(), System::nanoTime);
        } catch (BindException taken) {
            throw new CliException(ExitCode.NETWORK, "port " + port + " is taken; give another with --port", taken);
        } catch (IOException failed) {
            throw new CliException(ExitCode.NETWORK, "the tracker cannot start: " + failed.getMessage(), failed);
        }
    }

    private TrackerServer.Settings settings() {
        TrackerServer.Settings usual = TrackerServer.Settings.USUAL;
        return new TrackerServer.Settings(
                interval, usual.mostTorrents(), usual.mostPeers(), usual.mostPeersPerTorrent(), usual.mostWanted());
    }
}
