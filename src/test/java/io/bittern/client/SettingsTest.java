package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.tracker.AnnounceTo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    private Path home = Path.of("");

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void setUp() {
        environment.put("HOME", home.toString());
    }

    private Path write(String path, String text) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Settings load() throws SettingsException {
        return Settings.load(environment, Optional.empty(), Map.of());
    }

    @Test
    void hasDefaultsForEverything() throws SettingsException {
        Settings settings = load();

        assertThat(settings.network()).isEqualTo(new Settings.Network(Optional.empty(), 6881, 20, Optional.empty()));
        assertThat(settings.connections().handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.storage().buffer()).isEqualTo(64 << 20);
        assertThat(settings.trackers().announceTo()).isEqualTo(AnnounceTo.FIRST);
        assertThat(settings.stateDir()).isEqualTo(home.resolve(".local/state/bittern"));
        assertThat(settings.config().hasPath("pekko.actor")).isTrue();
        assertThat(settings.config().hasPath("bittern.disk.executor")).isTrue();
    }

    @Test
    void eachSourceGoesOverThoseBeforeIt() throws IOException, SettingsException {
        assertThat(load().network().port()).isEqualTo(6881);

        write(".config/bittern/bittern.conf", "bittern { port = 1001, max-upload = 16KiB }");
        assertThat(load().network().port()).isEqualTo(1001);

        Path file = write("other.conf", "bittern.port = 1002");
        assertThat(Settings.load(environment, Optional.of(file), Map.of())
                        .network()
                        .port())
                .isEqualTo(1002);

        environment.put("BITTERN_PORT", "1003");
        assertThat(Settings.load(environment, Optional.of(file), Map.of())
                        .network()
                        .port())
                .isEqualTo(1003);

        Settings all = Settings.load(environment, Optional.of(file), Map.of("port", 1004));
        assertThat(all.network().port()).isEqualTo(1004);
        assertThat(all.limits().all().upload()).isEqualTo(16 << 10);
    }

    @Test
    void findsTheUsersFoldersWhereTheEnvironmentSays() throws IOException, SettingsException {
        environment.put("XDG_CONFIG_HOME", home.resolve("config").toString());
        environment.put("XDG_STATE_HOME", home.resolve("state").toString());
        write("config/bittern/bittern.conf", "bittern.port = 2000");

        assertThat(load().network().port()).isEqualTo(2000);
        assertThat(load().stateDir()).isEqualTo(home.resolve("state/bittern"));

        environment.put("BITTERN_STATE_DIR", home.resolve("mine").toString());
        assertThat(load().stateDir()).isEqualTo(home.resolve("mine"));
    }

    @Test
    void readsSettingsOfGroupsFromTheEnvironmentAndLeavesOtherVariablesAlone() throws SettingsException {
        environment.put("BITTERN_TRACKERS_TIMEOUT", "7s");
        environment.put("BITTERN_STORAGE_OPEN_FILES", "99");
        environment.put("BITTERN_TRACKERS_ANNOUNCE_TO", "all-tiers");
        environment.put("BITTERN_JAVA_OPTS", "-Xmx1g");

        assertThat(load().trackers().timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(load().trackers().announceTo()).isEqualTo(AnnounceTo.ALL_TIERS);
        assertThat(load().storage().openFiles()).isEqualTo(99);
    }

    @Test
    void leavesThePartsOfPekkoToPekko() throws IOException, SettingsException {
        write(
                ".config/bittern/bittern.conf",
                "pekko.loglevel = DEBUG\nbittern.disk.throughput = 5\nbittern.disk.other = 1");

        assertThat(load().config().getString("pekko.loglevel")).isEqualTo("DEBUG");
        assertThat(load().config().getInt("bittern.disk.throughput")).isEqualTo(5);
    }

    @Test
    void namesFileAndLineOfAnUnknownSetting() throws IOException {
        Path file = write(".config/bittern/bittern.conf", "bittern {\n  port = 1\n  prot = 2\n}\n");

        assertThatThrownBy(this::load)
                .isInstanceOf(SettingsException.class)
                .hasMessage(file + ":3: there is no setting \"bittern.prot\"");
    }

    @Test
    void saysInOneLineWhatIsWrongWithAValue() throws IOException {
        for (String bad : new String[] {
            "bittern.port = many",
            "bittern.port = 70000",
            "bittern.port = []",
            "bittern.max-upload = fast",
            "bittern.max-upload = -5",
            "bittern.storage.preallocate = perhaps",
            "bittern.trackers.timeout = 0s",
            "bittern.trackers.timeout = soon",
            "bittern.trackers.announce-to = some",
            "bittern { port = ",
            "bittern = 5",
        }) {
            write(".config/bittern/bittern.conf", bad);

            assertThatThrownBy(this::load)
                    .as(bad)
                    .isInstanceOf(SettingsException.class)
                    .message()
                    .contains("bittern.conf")
                    .doesNotContain("\n");
        }
    }

    @Test
    void readsTheLimitsOfAllOfEachTorrentAndOfEachPeer() throws SettingsException {
        environment.put("BITTERN_EACH_PEER_MAX_DOWNLOAD", "16KiB");

        Settings.Limits limits = Settings.load(
                        environment, Optional.empty(), Map.of("max-upload", "1MiB", "each-torrent.max-upload", "64KiB"))
                .limits();

        assertThat(limits.all()).isEqualTo(new RateLimits(0, 1 << 20));
        assertThat(limits.eachTorrent()).isEqualTo(new RateLimits(0, 64 << 10));
        assertThat(limits.eachPeer()).isEqualTo(new RateLimits(16 << 10, 0));
    }

    @Test
    void saysThatAFileIsNotThere() {
        assertThatThrownBy(() -> Settings.load(environment, Optional.of(home.resolve("none.conf")), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("there is no settings file");
    }
}
