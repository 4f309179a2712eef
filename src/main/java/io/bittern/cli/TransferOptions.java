package io.bittern.cli;

import io.bittern.client.SeedGoal;
import io.bittern.client.Settings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that talk to peers. */
final class TransferOptions {

    @Mixin
    private FolderOption data = new FolderOption();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Option(
            names = "--peer",
            paramLabel = "HOST:PORT",
            description = "A peer to connect to, besides those of trackers; may be given again.")
    private List<InetSocketAddress> peers = new ArrayList<>();

    @Option(
            names = "--max-download",
            paramLabel = "RATE",
            converter = SizeConverter.class,
            description = "At most so much per second, such as 500KiB or 2MiB; 0 for no limit.")
    private @Nullable Long maxDownload;

    @Option(
            names = "--max-upload",
            paramLabel = "RATE",
            converter = SizeConverter.class,
            description = "At most so much per second.")
    private @Nullable Long maxUpload;

    @Option(names = "--no-lsd", description = "Tell the neighbours on the same network nothing, and do not hear them.")
    private boolean noLsd;

    @Option(
            names = "--ip-filter",
            paramLabel = "FILE",
            description = "A blocklist of addresses that peers may not have: PeerGuardian text, eMule dat or CIDR, also"
                    + " compressed by gzip.")
    private @Nullable Path ipFilter;

    @Option(
            names = "--seed-ratio",
            paramLabel = "RATIO",
            description = "Seed until so many bytes were uploaded for each that is there.")
    private @Nullable Double seedRatio;

    @Option(names = "--seed-time", paramLabel = "TIME", description = "Seed for so long, such as 90s, 30m or 2h.")
    private @Nullable Duration seedTime;

    @Option(names = "--no-pex", description = "Do not exchange addresses of peers with peers.")
    private boolean withoutPex;

    @Mixin
    private SettingsOptions base = new SettingsOptions();

    Path folder() {
        return data.folder();
    }

    /** What ratio and time say, {@code otherwise} if neither is given. */
    SeedGoal goal(SeedGoal otherwise) throws CliException {
        if (seedRatio == null && seedTime == null) {
            return otherwise;
        }
        if (seedRatio != null && !(seedRatio >= 0)) {
            throw new CliException(
                    ExitCode.USAGE, "--seed-ratio " + seedRatio + " is not a ratio; give a number from 0 on");
        }
        return new SeedGoal(Optional.ofNullable(seedRatio), Optional.ofNullable(seedTime));
    }

    /** The addresses of --peer, looked up. */
    List<InetSocketAddress> peers() throws CliException {
        List<InetSocketAddress> found = new ArrayList<>();
        for (InetSocketAddress peer : peers) {
            InetSocketAddress address = new InetSocketAddress(peer.getHostString(), peer.getPort());
            if (address.isUnresolved()) {
                throw new CliException(
                        ExitCode.NETWORK,
                        "there is no host " + peer.getHostString() + "; check --peer and the network");
            }
            found.add(address);
        }
        return found;
    }

    /** The settings with these options over them. */
    Settings settings(Shell shell) throws CliException {
        Map<String, Object> flags = new HashMap<>();
        network.put(flags);
        SettingsOptions.put(flags, "max-download", maxDownload);
        SettingsOptions.put(flags, "max-upload", maxUpload);
        SettingsOptions.put(flags, "ip-filter", SettingsOptions.absolute(ipFilter));
        SettingsOptions.put(flags, "connections.peer-exchange", withoutPex ? false : null);
        SettingsOptions.put(flags, "discovery.local", noLsd ? false : null);
        return base.settings(shell, flags);
    }
}
