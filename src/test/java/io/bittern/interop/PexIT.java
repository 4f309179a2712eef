package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Three peers and no tracker: the one who wants all of it knows only one who never has a piece, who knows the one who has
 * it all (BEP 11).
 */
@Tag("interop")
class PexIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Too slow for the first piece, which is 256 KiB, while a test runs. */
    private static final String SLOW = "1000";

    @RegisterExtension
    private final Area area = new Area();

    private Payload payload;

    private final int between = Area.freePort();
    private final int seed = Area.freePort();

    @BeforeEach
    void open() {
        Needs.programs("python3-libtorrent");
        payload = Payload.single(area, 2 << 20, "256KiB", List.of());
    }

    @Test
    void findsAThirdPeerThroughLibtorrent() {
        BitternProgram.seed(area, payload.torrent(), payload.folder(), seed);
        libtorrentBetween();
        Path downloads = area.folder("downloads");

        Program bittern =
                BitternProgram.download(area, payload.torrent(), downloads, Area.freePort(), "--peer", local(between));

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
    }

    @Test
    void findsAThirdPeerByMagnet() {
        BitternProgram.seed(area, payload.torrent(), payload.folder(), seed);
        libtorrentBetween();
        Path downloads = area.folder("downloads");
        String link = "magnet:?xt=urn:btih:" + payload.infoHash() + "&x.pe=" + local(between);

        Program bittern = BitternProgram.download(area, link, downloads, Area.freePort());

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
    }

    @Test
    void bringsLibtorrentTogetherWithAThirdPeer() {
        new LibtorrentClient().seed(area, payload.torrent(), payload.folder(), seed);
        bitternBetween();
        Path downloads = area.folder("downloads");

        OtherClient.Download download =
                LibtorrentClient.leech(area, payload.torrent(), downloads, Area.freePort(), "--peer", local(between));

        area.await("libtorrent finishes", LIMIT, download::finished);
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
    }

    @Test
    void findsAThirdPeerThroughBittern() {
        BitternProgram.seed(area, payload.torrent(), payload.folder(), seed);
        area.awaitPort(seed);
        bitternBetween();
        Path downloads = area.folder("downloads");

        Program bittern =
                BitternProgram.download(area, payload.torrent(), downloads, Area.freePort(), "--peer", local(between));

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
    }

    private void bitternBetween() {
        BitternProgram.download(
                area,
                payload.torrent(),
                area.folder("between"),
                between,
                "--max-download",
                SLOW,
                "--peer",
                local(seed));
        area.awaitPort(between);
    }

    private void libtorrentBetween() {
        LibtorrentClient.leech(
                area, payload.torrent(), area.folder("between"), between, "--slow", "--peer", local(seed));
        area.awaitPort(between);
    }

    private static String local(int port) {
        return "127.0.0.1:" + port;
    }
}
