package io.bittern.cli;

import io.bittern.client.Settings;
import io.bittern.client.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of all commands that have settings. */
final class SettingsOptions {

    @Option(
            names = "--dht-router",
            paramLabel = "HOST:PORT",
            description = "A node of the DHT to begin with, in place of the usual ones; may be given again.")
    private List<String> routers = new ArrayList<>();

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The folder of what is remembered between runs, by default $XDG_STATE_HOME/bittern.")
    private @Nullable Path stateDir;

    @Option(names = "--config", paramLabel = "FILE", description = "A file of settings, as conf/bittern.conf has them.")
    private @Nullable Path config;

    /** The settings with these options and other flags over them. */
    Settings settings(Shell shell, Map<String, Object> others) throws CliException {
        if (config != null && !Files.exists(config)) {
            throw new CliException(ExitCode.NOT_FOUND, "there is no settings file " + config + "; check --config");
        }
        Map<String, Object> flags = new HashMap<>(others);
        put(flags, "discovery.dht-routers", routers.isEmpty() ? null : routers);
        put(flags, "state-dir", absolute(stateDir));
        return load(shell, Optional.ofNullable(config), flags);
    }

    /** Flags of a client that finds nobody by itself, and is found by nobody. */
    static final Map<String, Object> ALONE =
            Map.of("discovery.local", false, "discovery.dht", false, "discovery.port-mapping", false);

    /** The settings of the user with a file and flags over them. */
    static Settings load(Shell shell, Optional<Path> file, Map<String, Object> flags) throws CliException {
        try {
            return Settings.load(shell.environment(), file, flags);
        } catch (SettingsException wrong) {
            throw new CliException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    static @Nullable String absolute(@Nullable Path path) {
        return path == null ? null : path.toAbsolutePath().toString();
    }

    /** Sets a flag, if it is given. */
    static void put(Map<String, Object> flags, String name, @Nullable Object value) {
        if (value != null) {
            flags.put(name, value);
        }
    }
}
