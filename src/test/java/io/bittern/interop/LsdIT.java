package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Without a tracker, the DHT and PEX: Bitterns and other clients that find each other as neighbours (BEP 14). */
@Tag("interop")
class LsdIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> OTHERS = List.of("libtorrent", "transmission", "aria2");
    private static final int PORT = 6881;
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
    void onTwoMachinesWithIpv6Alone() {
        Namespaces machines = Namespaces.open(area);
        Map<String, String> settings = Map.of(LOCAL, "true");
        seed(machines.addIpv6().around(), settings);

        finds(machines.addIpv6().around(), settings);
    }

    @Test
    void amongOtherClients() {
        Needs.programs("python3-libtorrent", "transmission-cli", "aria2c");
        Namespaces machines = Namespaces.open(area);
        Map<String, OtherClient.Download> leeches = new LinkedHashMap<>();
        List<String> ours = new ArrayList<>();
        List<String> theirs = new ArrayList<>();
        for (String name : OTHERS) {
            Payload given = Payload.small(area, "theirs", "of " + name);
            OtherClient.of(name, machines.add().amongNeighbours()).seed(area, given.torrent(), given.folder(), PORT);
            theirs.add(given.torrent().toString());
            Payload wanted = Payload.small(area, "ours", "for " + name);
            leeches.put(
                    name,
                    OtherClient.of(name, machines.add().amongNeighbours())
                            .leech(area, wanted.torrent(), area.folder("to-others"), PORT));
            ours.add(wanted.torrent().toString());
        }

        start(machines.add().around(), Map.of(LOCAL, "true"), "seed", area.folder("ours"), ours);
        Path downloads = area.folder("downloads");
        Program bittern = start(machines.add().around(), Map.of(LOCAL, "true"), "download", downloads, theirs);

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(Payload.digests(area.folder("theirs")));
        leeches.forEach((name, leech) -> area.await(name + " finishes", LIMIT, leech::finished));
        assertThat(Payload.digests(area.folder("to-others"))).isEqualTo(Payload.digests(area.folder("ours")));
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
        return start(around, settings, task, data, List.of(payload.torrent().toString()));
    }

    private Program start(
            List<String> around, Map<String, String> settings, String task, Path data, List<String> torrents) {
        List<String> arguments = new ArrayList<>(List.of(task));
        arguments.addAll(torrents);
        arguments.addAll(List.of("-d", data.toString(), "-p", "" + Area.freePort(), "--no-dht", "--no-pex"));
        arguments.addAll(List.of("--state-dir", area.folder("state-" + task).toString()));
        return BitternProgram.start(area, around, settings, arguments);
    }
}
