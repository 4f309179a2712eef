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

/** Without a tracker, without PEX and without neighbours: peers that find each other by a DHT of nodes on loopback alone. */
@Tag("interop")
class DhtIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Where no node is: a test must not fall back on those of the internet. */
    private static final String NOBODY = "127.0.0.1:9";

    @RegisterExtension
    private final Area area = new Area();

    private final int libtorrentPort = Area.freePort();
    private Payload payload;

    @BeforeEach
    void open() {
        Needs.programs("python3-libtorrent");
        payload = Payload.single(area, 2 << 20, "256KiB", List.of());
    }

    @Test
    void twoBitternsAndLibtorrentFindEachOther() {
        Path theirs = area.folder("libtorrent");
        Program libtorrent = libtorrent(List.of("--dht"), payload.link(), theirs);
        seed(Area.freePort(), local(libtorrentPort));
        Path downloads = area.folder("downloads");
        long start = System.nanoTime();

        Program bittern = download(downloads, "state", Area.freePort(), local(libtorrentPort));

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        area.await("libtorrent finishes", LIMIT, () -> LibtorrentClient.finished(libtorrent));
        System.out.println("DhtIT: all have it after "
                + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
        assertThat(Payload.digests(theirs)).isEqualTo(payload.digests());
    }

    @Test
    void libtorrentBeginsAtABittern() {
        int port = Area.freePort();
        Path downloads = area.folder("downloads");
        Program bittern = download(downloads, "state", port, NOBODY);
        area.await("Bittern runs", LIMIT, () -> bittern.output().contains("peers"));

        libtorrent(
                List.of("--dht", "--dht-node", local(port), "--seed"),
                payload.torrent().toString(),
                payload.folder());

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
    }

    @Test
    void knowsTheNodesOfTheLastTimeAgain() {
        libtorrent(List.of("--dht", "--seed"), payload.torrent().toString(), payload.folder());
        Program first = download(area.folder("first"), "state", Area.freePort(), local(libtorrentPort));
        assertThat(first.exit(LIMIT)).as(first.tail()).isZero();
        Path downloads = area.folder("second");

        Program second = download(downloads, "state", Area.freePort(), NOBODY);

        assertThat(second.exit(LIMIT)).as(second.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
    }

    private Program libtorrent(List<String> options, String torrent, Path data) {
        Program libtorrent = LibtorrentClient.start(area, options, torrent, data, libtorrentPort);
        area.await("libtorrent runs", LIMIT, () -> libtorrent.output().contains("uploaded"));
        return libtorrent;
    }

    private void seed(int port, String node) {
        String torrent = payload.torrent().toString();
        bittern(List.of("seed", torrent, "-d", payload.folder().toString()), "state-of-the-seed", port, node);
    }

    private Program download(Path data, String state, int port, String node) {
        return bittern(List.of("download", payload.link(), "-d", data.toString()), state, port, node);
    }

    private Program bittern(List<String> task, String state, int port, String node) {
        List<String> arguments = new ArrayList<>(task);
        arguments.addAll(
                List.of("-p", "" + port, "--state-dir", area.folder(state).toString()));
        arguments.addAll(List.of("--no-pex", "--no-lsd", "--dht-router", node));
        return BitternProgram.start(area, List.of(), Map.of("BITTERN_DISCOVERY_DHT", "true"), arguments);
    }

    private static String local(int port) {
        return "127.0.0.1:" + port;
    }
}
