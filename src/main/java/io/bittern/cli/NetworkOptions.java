package io.bittern.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where peers connect, and who is asked beyond this machine. */
final class NetworkOptions {

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "The port for peers to connect to; if it is taken the next free one, which is then said.")
    private @Nullable Integer port;

    @Option(names = "--no-dht", description = "Do not use the DHT.")
    private boolean noDht;

    @Option(names = "--no-port-mapping", description = "Do not ask the router to let peers in.")
    private boolean noPortMapping;

    /** Sets the flags of these options. */
    void put(Map<String, Object> flags) {
        SettingsOptions.put(flags, "port", port);
        SettingsOptions.put(flags, "discovery.dht", noDht ? false : null);
        SettingsOptions.put(flags, "discovery.port-mapping", noPortMapping ? false : null);
    }
}
