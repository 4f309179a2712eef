package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A torrent of another client's tests and its content, from and to a third client. */
@Tag("interop")
class FixturesIT {

    private static final String LEAVES = "Leaves of Grass by Walt Whitman.epub";

    @RegisterExtension
    private final Area area = new Area();

    @Test
    void goesFromLibtorrentToBitternAndOnToLibtorrent() throws Exception {
        Needs.programs("python3-libtorrent");
        Path torrent = fixture("leaves.torrent");
        Path source = area.folder("source");
        Files.copy(fixture(LEAVES), source.resolve(LEAVES));
        int seederPort = Area.freePort();
        Program seeder = new LibtorrentClient().seed(area, torrent, source, seederPort);
        area.await("the seeder serves", () -> seeder.output().contains("uploaded 0"));
        Path middle = area.folder("middle");

        int port = Area.freePort();
        Program bittern = BitternProgram.download(
                area, torrent, middle, port, "--peer", "127.0.0.1:" + seederPort, "--keep-seeding");
        area.await(
                "Bittern has it",
                () -> Files.exists(middle.resolve(LEAVES))
                        && Payload.digests(middle).equals(Payload.digests(source)));
        seeder.terminate();
        Path end = area.folder("end");
        OtherClient.Download last =
                LibtorrentClient.leech(area, torrent, end, Area.freePort(), "--peer=127.0.0.1:" + port);

        area.await("libtorrent has it", last::finished);
        assertThat(Payload.digests(end)).isEqualTo(Payload.digests(source));
        bittern.terminate();
        assertThat(bittern.exit(Duration.ofSeconds(10))).as(bittern.tail()).isZero();
    }

    private static Path fixture(String name) throws Exception {
        URL licence = FixturesIT.class.getResource("/webtorrent-fixtures/LICENSE");
        return Path.of(Objects.requireNonNull(licence).toURI()).resolveSibling(name);
    }
}
