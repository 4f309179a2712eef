package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.Metainfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("interop")
class MagnetIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    private final Area area = new Area();

    @ParameterizedTest
    @ValueSource(strings = {"libtorrent", "transmission", "aria2"})
    void downloadsByMagnetFrom(String name) {
        OtherClient other = OtherClient.of(name);
        Needs.programs(other.needs());
        Shared shared = share();
        other.seed(area, shared.payload().torrent(), shared.payload().folder(), Area.freePort());
        shared.awaitSeeder(area);
        Path downloads = area.folder("downloads");

        Program bittern = BitternProgram.download(area, shared.link(), downloads, Area.freePort());

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        assertThat(bittern.output()).contains("fetching metadata");
        assertThat(Payload.digests(downloads)).isEqualTo(shared.payload().digests());
    }

    @Test
    void savesTheTorrentOfAMagnet() throws Exception {
        Needs.programs(new LibtorrentClient().needs());
        Shared shared = share();
        new LibtorrentClient()
                .seed(area, shared.payload().torrent(), shared.payload().folder(), Area.freePort());
        shared.awaitSeeder(area);
        Path saved = area.folder("saved").resolve("it.torrent");

        BitternProgram.run(
                area,
                LIMIT,
                "magnet",
                shared.link(),
                "-o",
                saved.toString(),
                "--state-dir",
                area.folder("state").toString());

        assertThat(Metainfo.parse(Files.readAllBytes(saved)).infoHash())
                .isEqualTo(shared.payload().infoHash());
        assertThat(shared.tracker().leechers(shared.payload().infoHash()))
                .as("leechers when it has left")
                .isZero();
    }

    @Test
    void givesLibtorrentTheMetadata() {
        Needs.programs(new LibtorrentClient().needs());
        Shared shared = share();
        BitternProgram.seed(area, shared.payload().torrent(), shared.payload().folder(), Area.freePort());
        shared.awaitSeeder(area);
        Path downloads = area.folder("downloads");

        OtherClient.Download download = new LibtorrentClient().leech(area, shared.link(), downloads, Area.freePort());

        area.await("libtorrent finishes", download::finished);
        assertThat(Payload.digests(downloads)).isEqualTo(shared.payload().digests());
    }

    /** A payload, its tracker, and the link that names both. */
    private record Shared(Payload payload, OpenTracker tracker, String link) {

        void awaitSeeder(Area area) {
            area.await("the tracker knows a seeder", () -> tracker.seeders(payload.infoHash()) >= 1);
        }
    }

    private Shared share() {
        int port = Area.freePort();
        String url = "http://127.0.0.1:" + port + "/announce";
        Payload payload = Payload.make(area, Payload.Kind.SINGLE, List.of(url));
        OpenTracker tracker = OpenTracker.start(area, List.of(payload.infoHash()), port);
        String link = "magnet:?xt=urn:btih:" + payload.infoHash() + "&dn=it&tr="
                + java.net.URLEncoder.encode(url, java.nio.charset.StandardCharsets.UTF_8);
        return new Shared(payload, tracker, link);
    }
}
