package io.bittern.cli;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the data of torrents are, and where peers connect. */
final class PlaceOptions {

    @Option(
            names = {"-d", "--dir"},
            paramLabel = "DIR",
            description = "The folder of the data, by default this one.")
    private Path folder = Path.of("");

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "The port for peers to connect to; if it is taken the next free one, which is then said.")
    private @Nullable Integer port;

    Path folder() {
        return folder.toAbsolutePath().normalize();
    }

    /** Sets the flags of these options. */
    void put(Map<String, Object> flags) {
        SettingsOptions.put(flags, "port", port);
    }
}
