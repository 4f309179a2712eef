package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Alone;
import io.bittern.TestPayload;
import io.bittern.metainfo.FilePriorities;
import io.bittern.metainfo.FilePriorities.Priority;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.TorrentBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of a torrent that are chosen and read while it is running. */
@Timeout(90)
class FilesIT {

    private static final int PIECE = 32 << 10;
    private static final int LARGE = 100 * PIECE + 7;
    private static final int SMALL = 3 * PIECE;

    @TempDir
    private Path home = Path.of("");

    private final byte[] bytes = new byte[LARGE + SMALL];
    private final List<Bittern> running = new ArrayList<>();
    private final Queue<Integer> verified = new ConcurrentLinkedQueue<>();
    private Optional<Metainfo> made = Optional.empty();

    @BeforeEach
    void create() throws Exception {
        new Random(1).nextBytes(bytes);
        made = Optional.of(Metainfo.parse(TorrentBuilder.ofFolder(
                        "folder",
                        List.of(
                                new TorrentBuilder.Entry(List.of("large"), LARGE),
                                new TorrentBuilder.Entry(List.of("small"), SMALL)))
                .pieceLength(PIECE)
                .hashes(TestPayload.hashes(bytes, PIECE))
                .build()));
        Path folder = Files.createDirectories(home.resolve("have/folder"));
        Files.write(folder.resolve("large"), Arrays.copyOf(bytes, LARGE));
        Files.write(folder.resolve("small"), Arrays.copyOfRange(bytes, LARGE, LARGE + SMALL));
    }

    @AfterEach
    void stopAll() {
        running.forEach(Bittern::close);
    }

    @Test
    void readsTheEndOfAFileBeforeTheRestIsThere() throws Exception {
        Torrent torrent = download("2MiB", AddTorrent.download(metainfo(), home.resolve("want")));

        try (SeekableByteChannel file = torrent.open(0)) {
            ByteBuffer end = ByteBuffer.allocate(100);
            file.position(LARGE - 100);
            while (end.hasRemaining() && file.read(end) >= 0) {}
            assertThat(end.array()).isEqualTo(Arrays.copyOfRange(bytes, LARGE - 100, LARGE));
        }
        torrent.downloaded().toCompletableFuture().get(60, TimeUnit.SECONDS);

        assertThat(List.copyOf(verified).indexOf(100)).isBetween(0, 60);
    }

    @Test
    void readsAFileFromEndToEndAsAStream() throws Exception {
        Torrent torrent = download("0", AddTorrent.download(metainfo(), home.resolve("want")));

        try (InputStream stream = Channels.newInputStream(torrent.open(0))) {
            assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOf(bytes, LARGE));
        }
    }

    @Test
    void fetchesAFileThatIsChosenLater() throws Exception {
        BitSet small = new BitSet();
        small.set(1);
        AddTorrent request = AddTorrent.download(metainfo(), home.resolve("want"))
                .withWantedFiles(small)
                .withSeedGoal(SeedGoal.FOREVER);
        Torrent torrent = download("0", request);
        torrent.downloaded().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(home.resolve("want/folder/large")).doesNotExist();
        assertThatThrownBy(() -> torrent.open(0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not wanted");

        torrent.files(FilePriorities.all(metainfo().layout()).with(small, Priority.LOW));

        try (InputStream stream = Channels.newInputStream(torrent.open(0))) {
            assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOf(bytes, LARGE));
        }
        assertThat(home.resolve("want/folder/small")).hasBinaryContent(Arrays.copyOfRange(bytes, LARGE, LARGE + SMALL));
        assertThat(torrent.files().of(1)).isEqualTo(Priority.LOW);
    }

    private Metainfo metainfo() {
        return made.orElseThrow();
    }

    private Torrent download(String uploadRate, AddTorrent request) throws Exception {
        Bittern seeder = start("seeder", Map.of("max-upload", uploadRate));
        seeder.add(AddTorrent.seed(metainfo(), home.resolve("have")), event -> {});
        Bittern leecher = start("leecher", Map.of());
        return leecher.add(
                request.withPeers(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), seeder.port()))),
                event -> {
                    if (event instanceof TorrentEvent.PieceVerified piece) {
                        verified.add(piece.piece());
                    }
                });
    }

    private Bittern start(String name, Map<String, Object> flags) throws Exception {
        Map<String, Object> all = new java.util.HashMap<>(flags);
        all.putAll(Map.of(
                "port",
                0,
                "bind-address",
                "127.0.0.1",
                "state-dir",
                home.resolve(name).toString()));
        Bittern client = BitternClient.start(Settings.load(Alone.environment(home), Optional.empty(), all));
        running.add(client);
        return client;
    }
}
