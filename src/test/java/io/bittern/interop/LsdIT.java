package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two Bitterns without a tracker and without the DHT, who find each other as neighbours (BEP 14). */
@Tag("interop")
class LsdIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String LOCAL = "BITTERN_DISCOVERY_LOCAL";

    @RegisterExtension
    private final Area area = new Area();

    private Payload payload;

    @BeforeEach
    void open() {
        payload = Payload.single(area, 2 << 20, "256KiB", List.of());
    }

    @Test
    void onTwoMachines() {
        Namespaces machines = Namespaces.open(area);
        Map<String, String> settings = Map.of(LOCAL, "true");
        seed(machines.add().around(), settings);

        finds(machines.add().around(), settings);
    }

    @Test
    void onOneMachine() {
        Map<String, String> settings = Map.of(LOCAL, "true", "BITTERN_BIND_ADDRESS", "127.0.0.1");
        seed(List.of(), settings);

        finds(List.of(), settings);
    }

    private void finds(List<String> around, Map<String, String> settings) {
        Path downloads = area.folder("downloads");

        Program bittern = start(around, settings, "download", downloads);

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
    }

    private void seed(List<String> around, Map<String, String> settings) {
        Program seed = start(around, settings, "seed", payload.folder());
        area.await("it seeds", LIMIT, () -> seed.output().contains("peers"));
    }

    private Program start(List<String> around, Map<String, String> settings, String task, Path data) {
        return BitternProgram.start(
                area,
                around,
                settings,
                List.of(
                        task,
                        payload.torrent().toString(),
                        "-d",
                        data.toString(),
                        "-p",
                        "" + Area.freePort(),
                        "--no-dht",
                        "--state-dir",
                        area.folder("state-" + task).toString()));
    }
}
