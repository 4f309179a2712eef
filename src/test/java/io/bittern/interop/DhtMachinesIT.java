package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Bittern, Transmission and aria2 on machines of their own, without a tracker, PEX and neighbours: magnet links complete by
 * the DHT alone, both ways. The DHT of Transmission ignores loopback and does nothing while it knows fewer than nine nodes.
 */
@Tag("interop")
class DhtMachinesIT {

    /** Transmission pings a node every two seconds, and searches at its own time. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final int PORT = 6881;
    private static final int NODES = 12;

    @RegisterExtension
    private final Area area = new Area();

    private final long start = System.nanoTime();
    private Namespaces machines;
    private List<String> nodes = List.of();

    @BeforeEach
    void open() {
        Needs.programs("python3-libtorrent", "transmission-cli", "aria2c");
        machines = Namespaces.open(area);
        Host host = machines.add();
        List<String> addresses = machines.moreAddresses(NODES);
        Program crowd = LibtorrentClient.nodes(area, host, PORT, addresses);
        area.await("the nodes have met", () -> crowd.output().contains("serving"));
        nodes = addresses.stream().map(DhtMachinesIT::node).toList();
    }

    @Test
    void magnetsCompleteByTheDhtAlone() {
        Payload ofTransmission = Payload.small(area, "transmission", "of Transmission");
        Payload ofAria2 = Payload.small(area, "aria2", "of aria2");
        Payload forTransmission = Payload.small(area, "bittern", "for Transmission");
        Payload forAria2 = Payload.small(area, "bittern", "for aria2");
        seed(new TransmissionClient(machines.add().knowing(nodes)), ofTransmission);
        seed(new Aria2Client(machines.add().knowing(nodes)), ofAria2);
        Host seeding = machines.add();
        Program seed = bittern(
                seeding,
                "seed",
                forTransmission.folder(),
                List.of(forTransmission.torrent().toString(), forAria2.torrent().toString()));
        area.await("Bittern seeds", () -> seed.output().contains("peers"));

        OtherClient transmission = new TransmissionClient(machines.add().knowing(nodes));
        // to whom only Bittern's node can tell of others
        OtherClient aria2 = new Aria2Client(machines.add().knowing(List.of(node(seeding.address()))));
        Path toTransmission = area.folder("to-transmission");
        Path toAria2 = area.folder("to-aria2");
        Path toBittern = area.folder("to-bittern");
        OtherClient.Download byTransmission = transmission.leech(area, forTransmission.link(), toTransmission, PORT);
        OtherClient.Download byAria2 = aria2.leech(area, forAria2.link(), toAria2, PORT);
        Program bittern =
                bittern(machines.add(), "download", toBittern, List.of(ofTransmission.link(), ofAria2.link()));

        area.await("aria2 finishes", LIMIT, byAria2::finished);
        say("aria2");
        area.await("Bittern finishes", LIMIT, () -> !bittern.running());
        say("Bittern");
        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        area.await("Transmission finishes", LIMIT, byTransmission::finished);
        say("Transmission");
        expect(toTransmission, forTransmission);
        expect(toAria2, forAria2);
        expect(toBittern, ofTransmission, ofAria2);
    }

    private void seed(OtherClient other, Payload payload) {
        other.seed(area, payload.torrent(), payload.folder(), PORT);
    }

    private Program bittern(Host host, String task, Path data, List<String> torrents) {
        List<String> arguments = new ArrayList<>(List.of(task));
        arguments.addAll(torrents);
        arguments.addAll(List.of("-d", data.toString(), "-p", "" + PORT));
        arguments.addAll(List.of("--state-dir", area.folder("state-" + task).toString()));
        arguments.addAll(List.of("--no-pex", "--no-lsd", "--dht-router", nodes.get(0)));
        return BitternProgram.start(area, host.around(), Map.of("BITTERN_DISCOVERY_DHT", "true"), arguments);
    }

    private static String node(String address) {
        return address + ":" + PORT;
    }

    private void say(String who) {
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("DhtMachinesIT: " + who + " has it after " + taken.toMillis() + " ms");
    }

    private static void expect(Path downloads, Payload... payloads) {
        Map<String, String> fetched = Payload.digests(downloads);
        assertThat(fetched).hasSameSizeAs(payloads);
        for (Payload payload : payloads) {
            String name = payload.content().getFileName().toString();
            assertThat(fetched).containsEntry(name, payload.digests().get(name));
        }
    }
}
