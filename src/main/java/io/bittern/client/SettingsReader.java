package io.bittern.client;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.bittern.tracker.AnnounceTo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Puts the settings together and checks them. */
final class SettingsReader {

    private static final String ROOT = "bittern.";

    /** What below these is not ours to check: it is Pekko's. */
    private static final Pattern ROUTER = Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[^:\\s]+):[0-9]{1,5}");

    private static final Set<String> OPEN = Set.of("pekko.", "bittern.disk.", "bittern.blocking.");

    private static final int MAX_PORT = 65_535;

    private final Config all;
    private final Map<String, String> environment;

    private SettingsReader(Config all, Map<String, String> environment) {
        this.all = all;
        this.environment = environment;
    }

    static Settings read(Map<String, String> environment, Optional<Path> file, Map<String, ?> flags)
            throws SettingsException {
        try {
            Config defaults = ConfigFactory.parseResources(
                    Settings.class.getClassLoader(),
                    "bittern.conf",
                    ConfigParseOptions.defaults().setAllowMissing(false));
            Config all = layers(defaults, environment, file, flags)
                    .withFallback(defaults)
                    .withFallback(readReference())
                    .resolve();
            return new SettingsReader(all, environment).settings();
        } catch (ConfigException wrong) {
            throw new SettingsException(oneLine(wrong));
        }
    }

    /** The defaults of the libraries: read once for the whole process, and whoever comes meanwhile waits. */
    static Config readReference() {
        return ConfigFactory.defaultReference(Settings.class.getClassLoader());
    }

    private static Config layers(
            Config defaults, Map<String, String> environment, Optional<Path> file, Map<String, ?> flags)
            throws SettingsException {
        Map<String, Object> set = new HashMap<>();
        flags.forEach((name, value) -> set.put(ROOT + name, value));
        Config over = ConfigFactory.parseMap(set, "the command line");
        over = over.withFallback(ConfigFactory.parseMap(variables(defaults, environment), "the environment"));
        if (file.isPresent()) {
            if (!Files.isRegularFile(file.get())) {
                throw new SettingsException("there is no settings file " + file.get());
            }
            over = over.withFallback(parse(file.get()));
        }
        Path users = home(environment, "XDG_CONFIG_HOME", ".config").resolve("bittern.conf");
        Config merged = Files.isRegularFile(users) ? over.withFallback(parse(users)) : over;
        rejectUnknown(merged, defaults);
        return merged;
    }

    private static Config parse(Path file) {
        return ConfigFactory.parseFile(
                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }

    /** The settings that the environment names; other variables of that style are none of ours. */
    private static Map<String, Object> variables(Config defaults, Map<String, String> environment) {
        Map<String, Object> found = new HashMap<>();
        for (Map.Entry<String, ConfigValue> setting : defaults.entrySet()) {
            String variable =
                    setting.getKey().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
            String value = environment.get(variable);
            if (value != null && !isOpen(setting.getKey())) {
                found.put(setting.getKey(), value);
            }
        }
        return found;
    }

    private static void rejectUnknown(Config given, Config defaults) throws SettingsException {
        for (Map.Entry<String, ConfigValue> setting : given.entrySet()) {
            if (!isOpen(setting.getKey()) && !defaults.hasPathOrNull(setting.getKey())) {
                throw new SettingsException(
                        place(setting.getValue().origin()) + "there is no setting \"" + setting.getKey() + "\"");
            }
        }
    }

    private static boolean isOpen(String path) {
        return OPEN.stream().anyMatch(path::startsWith);
    }

    private Settings settings() {
        return new Settings(
                network(),
                limits(),
                connections(),
                requests(),
                uploads(),
                trackers(),
                discovery(),
                storage(),
                stateDir(),
                all);
    }

    private Settings.Network network() {
        return new Settings.Network(
                Optional.of(all.getString(ROOT + "bind-address")).filter(text -> !text.isBlank()),
                number("port", 0, MAX_PORT),
                number("ports-to-try", 1, MAX_PORT),
                Optional.of(all.getString(ROOT + "ip-filter"))
                        .filter(text -> !text.isBlank())
                        .map(Path::of));
    }

    private Settings.Limits limits() {
        return new Settings.Limits(limits(""), limits("each-torrent."), limits("each-peer."));
    }

    private RateLimits limits(String whose) {
        return new RateLimits(bytes(whose + "max-download", 0), bytes(whose + "max-upload", 0));
    }

    private Settings.Connections connections() {
        return new Settings.Connections(
                number("connections.total", 1, MAX_PORT),
                number("connections.per-torrent", 1, MAX_PORT),
                number("connections.per-address", 1, MAX_PORT),
                number("connections.dials-per-second", 1, 1000),
                all.getBoolean(ROOT + "connections.peer-exchange"),
                time("connections.connect-timeout"),
                time("connections.handshake-timeout"),
                time("connections.keep-alive"),
                time("connections.silence-timeout"));
    }

    private Settings.Requests requests() {
        return new Settings.Requests(
                number("requests.max-outstanding", 1, 5000),
                time("requests.take-back-timeout"),
                time("requests.snub-timeout"),
                all.getBoolean(ROOT + "requests.first-last"));
    }

    private Settings.Uploads uploads() {
        return new Settings.Uploads(
                number("uploads.slots", 0, MAX_PORT),
                all.getBoolean(ROOT + "uploads.fastest-first"),
                number("uploads.quota", 1, MAX_PORT),
                number("uploads.max-queued", 1, 5000),
                all.getBoolean(ROOT + "uploads.super-seed"));
    }

    private Settings.Trackers trackers() {
        return new Settings.Trackers(
                time("trackers.timeout"),
                time("trackers.stop-timeout"),
                number("trackers.announces-per-second", 0, 1_000_000),
                choice("trackers.announce-to", AnnounceTo.values()));
    }

    private Settings.Discovery discovery() {
        return new Settings.Discovery(
                all.getBoolean(ROOT + "discovery.local"),
                all.getBoolean(ROOT + "discovery.dht"),
                all.getBoolean(ROOT + "discovery.dht-read-only"),
                routers("discovery.dht-routers"),
                all.getBoolean(ROOT + "discovery.port-mapping"));
    }

    private List<String> routers(String name) {
        List<String> routers = all.getStringList(ROOT + name);
        for (String router : routers) {
            if (!ROUTER.matcher(router).matches()) {
                throw bad(name, "has " + router + ", which is not HOST:PORT");
            }
        }
        return routers;
    }

    private Settings.Storage storage() {
        return new Settings.Storage(
                all.getBoolean(ROOT + "storage.preallocate"),
                bytes("storage.buffer", 1 << 20),
                number("storage.open-files", 1, 1 << 20),
                time("storage.sync-interval"),
                bytes("storage.sync-bytes", 1 << 20));
    }

    private Path stateDir() {
        String given = all.getString(ROOT + "state-dir");
        return given.isBlank()
                ? home(environment, "XDG_STATE_HOME", ".local/state")
                : Path.of(given).toAbsolutePath();
    }

    private int number(String name, int least, int most) {
        long number = all.getLong(ROOT + name);
        if (number < least || number > most) {
            throw bad(name, "is not from " + least + " to " + most);
        }
        return (int) number;
    }

    private long bytes(String name, long least) {
        long bytes = all.getBytes(ROOT + name);
        if (bytes < least) {
            throw bad(name, "is less than " + least);
        }
        return bytes;
    }

    private Duration time(String name) {
        Duration time = all.getDuration(ROOT + name);
        if (time.isNegative() || time.isZero()) {
            throw bad(name, "is not a time above zero");
        }
        return time;
    }

    /** The one of these values that is meant by its name in small letters. */
    private <E extends Enum<E>> E choice(String name, E[] values) {
        String text = all.getString(ROOT + name);
        List<String> words = Arrays.stream(values).map(SettingsReader::word).toList();
        int at = words.indexOf(text.strip().toLowerCase(Locale.ROOT));
        if (at < 0) {
            throw bad(name, "is none of " + String.join(", ", words));
        }
        return values[at];
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private ConfigException bad(String name, String fault) {
        ConfigValue value = all.getValue(ROOT + name);
        return new ConfigException.Generic(place(value.origin()) + name + " = " + value.unwrapped() + " " + fault);
    }

    /** A folder {@code bittern} in the place that the environment names, in the home folder otherwise (XDG base directories). */
    private static Path home(Map<String, String> environment, String variable, String otherwise) {
        String named = environment.get(variable);
        if (named != null && Path.of(named).isAbsolute()) {
            return Path.of(named, "bittern");
        }
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
        return Path.of(home).resolve(otherwise).resolve("bittern");
    }

    private static String place(ConfigOrigin origin) {
        String where = origin.filename() == null ? origin.description() : origin.filename();
        return where + (origin.lineNumber() > 0 ? ":" + origin.lineNumber() : "") + ": ";
    }

    private static String oneLine(ConfigException wrong) {
        return String.valueOf(wrong.getMessage()).replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
