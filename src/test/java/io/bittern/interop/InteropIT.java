package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.webseed.FileServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("interop")
class InteropIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @RegisterExtension
    private final Area area = new Area();

    @ParameterizedTest
    @CsvSource({
        "libtorrent, http, SINGLE",
        "libtorrent, udp, MULTI",
        "libtorrent, udp, LARGE_PIECES",
        "transmission, udp, SINGLE",
        "transmission, http, MULTI",
        "aria2, udp, SINGLE",
        "aria2, http, MULTI",
        "aria2, http, LARGE_PIECES",
    })
    void downloadsFrom(String name, String scheme, Payload.Kind kind) {
        OtherClient other = OtherClient.of(name);
        Needs.programs(other.needs());
        Shared shared = share(scheme, kind);
        Payload payload = shared.payload();
        other.seed(area, payload.torrent(), payload.folder(), Area.freePort());
        shared.awaitSeeder(area);

        Path downloads = area.folder("downloads");
        Program bittern = BitternProgram.download(area, payload.torrent(), downloads, Area.freePort());

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
    }

    @Test
    void downloadsFromLibtorrentAndAWebServer() throws Exception {
        OtherClient other = OtherClient.of("libtorrent");
        Needs.programs(other.needs());
        try (FileServer server = new FileServer(area.folder("source"), FileServer.Manner.RANGES)) {
            Shared shared = share("http", Payload.Kind.SINGLE, "-w", server.url("/"));
            Payload payload = shared.payload();
            other.seed(area, payload.torrent(), payload.folder(), Area.freePort());
            shared.awaitSeeder(area);

            Path downloads = area.folder("downloads");
            // so slowly that the web server comes into play, though its client is slower to start
            Program bittern = BitternProgram.download(
                    area, payload.torrent(), downloads, Area.freePort(), "--max-download", "1MiB");

            assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
            assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
            assertThat(server.sent()).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "libtorrent, udp, SINGLE",
        "libtorrent, http, MULTI",
        "libtorrent, http, LARGE_PIECES",
        "transmission, http, SINGLE",
        "transmission, udp, MULTI",
        "aria2, http, SINGLE",
        "aria2, udp, MULTI",
        "aria2, udp, LARGE_PIECES",
    })
    void seedsTo(String name, String scheme, Payload.Kind kind) {
        OtherClient other = OtherClient.of(name);
        Needs.programs(other.needs());
        Shared shared = share(scheme, kind);
        Path downloads = area.folder("downloads");
        // Transmission dials nobody on loopback whom a tracker names, so it has to be there for Bittern to dial.
        boolean leecherFirst = name.equals("transmission");
        Supplier<OtherClient.Download> leech =
                () -> other.leech(area, shared.payload().torrent(), downloads, Area.freePort());

        OtherClient.Download early = leecherFirst ? leech.get() : () -> false;
        if (leecherFirst) {
            shared.awaitLeecher(area);
        }
        Program bittern = BitternProgram.seed(
                area, shared.payload().torrent(), shared.payload().folder(), Area.freePort());
        shared.awaitSeeder(area);
        OtherClient.Download download = leecherFirst ? early : leech.get();

        area.await(name + " finishes", download::finished);
        assertThat(withoutEmpty(Payload.digests(downloads)))
                .isEqualTo(withoutEmpty(shared.payload().digests()));
        bittern.terminate();
        assertThat(bittern.exit(Duration.ofSeconds(6))).as(bittern.tail()).isZero();
    }

    @Test
    void sharesInASwarmOfAllFour() {
        Needs.programs("opentracker", "python3-libtorrent", "transmission-cli", "aria2c");
        Shared shared = share("http", Payload.Kind.LARGE_PIECES);
        Payload payload = shared.payload();
        Map<String, OtherClient.Download> others = new TreeMap<>();
        // Transmission first: on loopback it dials nobody, so the others have to hear of it.
        for (String name : List.of("transmission", "libtorrent", "aria2")) {
            Path data = area.folder("downloads-" + name);
            others.put(name, OtherClient.of(name).leech(area, payload.torrent(), data, Area.freePort()));
            shared.awaitLeecher(area);
        }
        new LibtorrentClient().seed(area, payload.torrent(), payload.folder(), Area.freePort());
        shared.awaitSeeder(area);
        Path downloads = area.folder("downloads-bittern");
        BitternProgram.download(area, payload.torrent(), downloads, Area.freePort(), "--keep-seeding");

        others.forEach((name, download) -> area.await(name + " finishes", download::finished));
        area.await("Bittern seeds too", () -> Payload.digests(downloads).equals(payload.digests()));
        for (String name : others.keySet()) {
            assertThat(Payload.digests(area.folder("downloads-" + name)))
                    .as(name)
                    .isEqualTo(payload.digests());
        }
    }

    /** A payload and the tracker that it names. */
    private record Shared(Payload payload, OpenTracker tracker) {

        void awaitSeeder(Area area) {
            area.await("the tracker knows a seeder", () -> tracker.seeders(payload.infoHash()) >= 1);
        }

        void awaitLeecher(Area area) {
            area.await("the tracker knows a leecher", () -> tracker.leechers(payload.infoHash()) >= 1);
        }
    }

    private Shared share(String scheme, Payload.Kind kind, String... more) {
        int port = Area.freePort();
        // aria2 without a DHT leaves UDP trackers out, so it finds the same tracker by the second tier.
        List<String> tiers = scheme.equals("udp")
                ? List.of("udp://127.0.0.1:" + port + "/announce", "http://127.0.0.1:" + port + "/announce")
                : List.of(scheme + "://127.0.0.1:" + port + "/announce");
        Payload payload = Payload.make(area, kind, tiers, more);
        return new Shared(payload, OpenTracker.start(area, List.of(payload.infoHash()), port));
    }

    /** Not every client makes empty files. */
    private static Map<String, String> withoutEmpty(Map<String, String> digests) {
        Map<String, String> rest = new TreeMap<>(digests);
        rest.values().removeIf("da39a3ee5e6b4b0d3255bfef95601890afd80709"::equals);
        return rest;
    }
}
