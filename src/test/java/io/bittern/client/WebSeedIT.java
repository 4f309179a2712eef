package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Alone;
import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BList;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.BencodeWriter;
import io.bittern.bencode.Limits;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.net.TestTls;
import io.bittern.webseed.FileServer;
import io.bittern.webseed.FileServer.Manner;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Torrents with web seeds, fetched from servers of several manners. */
@Timeout(90)
class WebSeedIT {

    private static final int PIECE = 64 << 10;

    @TempDir
    private Path home = Path.of("");

    private final List<AutoCloseable> running = new ArrayList<>();
    private final Queue<TorrentEvent> heard = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stopAll() throws Exception {
        for (AutoCloseable one : running) {
            one.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Manner.class,
            names = {"RANGES", "NO_RANGES", "CHUNKED", "REDIRECTS", "FAILS_HALF"})
    void completesByHttpAlone(Manner manner) throws Exception {
        Files.createDirectories(home.resolve("have"));
        FileServer server = serve(manner);
        Metainfo torrent = folder(List.of(server.url("/")), List.of());

        fetch(torrent, List.of());

        assertFetched(torrent);
        assertThat(heard).noneMatch(event -> event instanceof TorrentEvent.PeerBanned);
        if (manner == Manner.RANGES) {
            assertThat(server.connections()).as("connections are kept").isLessThanOrEqualTo(2);
            assertThat(server.sent()).isEqualTo(torrent.sizes().length());
        }
    }

    @Test
    void completesASingleFile() throws Exception {
        FileServer server = serve(Manner.RANGES);
        byte[] bytes = bytes(40 * PIECE + 1, 1);
        Files.createDirectories(home.resolve("have"));
        Files.write(home.resolve("have/only file.bin"), bytes);
        Metainfo torrent = Metainfo.parse(TorrentBuilder.ofFile("only file.bin", bytes.length)
                .pieceLength(PIECE)
                .hashes(hashes(bytes))
                .webSeeds(List.of(server.url("/")))
                .build());

        fetch(torrent, List.of());

        assertFetched(torrent);
    }

    @Test
    void completesFromAServerOfPieces() throws Exception {
        FileServer server = serve(Manner.PIECES);
        Metainfo torrent = folder(List.of(), List.of(server.url("/seed")));

        fetch(torrent, List.of());

        assertFetched(torrent);
    }

    @Test
    void leavesAServerThatLiesAndBansNobodyElse() throws Exception {
        FileServer liar = serve(Manner.LIES);
        FileServer honest = serve(Manner.RANGES);
        Metainfo torrent = folder(List.of(liar.url("/"), honest.url("/")), List.of());

        fetch(torrent, List.of());

        assertFetched(torrent);
        assertThat(heard)
                .filteredOn(TorrentEvent.WebSeedFailed.class::isInstance)
                .isNotEmpty()
                .allMatch(event -> event.toString().contains("wrong data")
                        && ((TorrentEvent.WebSeedFailed) event).server().endsWith(":" + liar.port()));
        assertThat(heard).noneMatch(event -> event instanceof TorrentEvent.PeerBanned);
    }

    @Test
    void sharesTheWorkWithAPeer() throws Exception {
        FileServer server = serve(Manner.LIES);
        Metainfo torrent = folder(List.of(server.url("/")), List.of());
        Bittern seeder = start("seeder");
        join(seeder.add(AddTorrent.seed(torrent, home.resolve("have")), event -> {})
                .downloaded());

        fetch(torrent, List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), seeder.port())));

        assertFetched(torrent);
        assertThat(heard).noneMatch(event -> event instanceof TorrentEvent.PeerBanned);
    }

    @Test
    void completesByHttpsFromAServerThatIsTrusted() throws Exception {
        TestTls tls = new TestTls(home, "localhost");
        FileServer server = secure(tls);
        try (AutoCloseable trust = tls.trusted()) {
            assertThat(trust).isNotNull();
            Metainfo torrent = folder(List.of(server.url("/")), List.of());

            fetch(torrent, List.of());

            assertFetched(torrent);
        }
    }

    @Test
    void saysInOneLineThatAServerIsNotTrusted() throws Exception {
        FileServer server = secure(new TestTls(home, "localhost"));

        assertThat(refusal(server)).contains("unable to find valid certification path");
        assertThat(server.connections()).isZero();
    }

    @Test
    void saysInOneLineThatACertificateIsOfAnotherHost() throws Exception {
        TestTls tls = new TestTls(home, "other.test");
        FileServer server = secure(tls);
        try (AutoCloseable trust = tls.trusted()) {
            assertThat(trust).isNotNull();
            assertThat(refusal(server)).contains("localhost");
            assertThat(server.connections()).isZero();
        }
    }

    private FileServer secure(TestTls tls) throws Exception {
        FileServer server = FileServer.secure(home.resolve("have"), tls.server());
        running.add(server);
        return server;
    }

    /** Why a server is not used. */
    private String refusal(FileServer server) throws Exception {
        Metainfo torrent = folder(List.of(server.url("/")), List.of());
        CompletableFuture<TorrentEvent.WebSeedFailed> failed = new CompletableFuture<>();
        start("leecher").add(AddTorrent.download(torrent, home.resolve("want")), event -> {
            if (event instanceof TorrentEvent.WebSeedFailed why) {
                failed.complete(why);
            }
        });
        String reason = join(failed).reason();
        assertThat(reason)
                .startsWith("no trusted connection to localhost:" + server.port() + ": ")
                .doesNotContain("\n");
        return reason;
    }

    private void fetch(Metainfo torrent, List<InetSocketAddress> peers) throws Exception {
        Bittern client = start("leecher");
        join(client.add(AddTorrent.download(torrent, home.resolve("want")).withPeers(peers), heard::add)
                .downloaded());
        join(client.stop());
    }

    /** A folder with names that have to be escaped, and pieces across files; it lies in "have". */
    private Metainfo folder(List<String> webSeeds, List<String> httpSeeds) throws Exception {
        List<TorrentBuilder.Entry> files = List.of(
                new TorrentBuilder.Entry(List.of("a b.bin"), 5 * PIECE + 17),
                new TorrentBuilder.Entry(List.of("empty"), 0),
                new TorrentBuilder.Entry(List.of("sub #1", "\u00e4+%.bin"), 3),
                new TorrentBuilder.Entry(List.of("z?"), 21 * PIECE + 1));
        TorrentBuilder builder = TorrentBuilder.ofFolder("the folder", files).pieceLength(PIECE);
        byte[] all = bytes((int) builder.length(), 2);
        int from = 0;
        for (TorrentBuilder.Entry file : files) {
            Path path = home.resolve("have/the folder").resolve(String.join("/", file.path()));
            Files.createDirectories(path.getParent());
            Files.write(path, Arrays.copyOfRange(all, from, from + (int) file.length()));
            from += (int) file.length();
        }
        BDictionary torrent = BencodeReader.read(
                        builder.hashes(hashes(all)).webSeeds(webSeeds).build(), Limits.FILE)
                .asDictionary()
                .orElseThrow();
        BDictionary.Builder with =
                BDictionary.builder().put("info", torrent.dictionary("info").orElseThrow());
        torrent.get("url-list").ifPresent(list -> with.put("url-list", list));
        return Metainfo.parse(BencodeWriter.write(
                with.put("httpseeds", BList.ofTexts(httpSeeds)).build()));
    }

    private void assertFetched(Metainfo torrent) throws Exception {
        MessageDigest want = MessageDigest.getInstance("SHA-1");
        MessageDigest have = MessageDigest.getInstance("SHA-1");
        for (var file : torrent.layout().files()) {
            want.update(Files.readAllBytes(home.resolve("have").resolve(file.pathText())));
            have.update(Files.readAllBytes(home.resolve("want").resolve(file.pathText())));
        }
        assertThat(have.digest()).isEqualTo(want.digest());
    }

    private FileServer serve(Manner manner) throws Exception {
        FileServer server = new FileServer(home.resolve("have"), manner);
        running.add(server);
        return server;
    }

    private Bittern start(String state) throws Exception {
        Map<String, Object> all = new HashMap<>(Map.of("port", 0, "bind-address", "127.0.0.1"));
        all.put("state-dir", home.resolve(state).toString());
        Bittern client = BitternClient.start(Settings.load(Alone.environment(home), Optional.empty(), all));
        running.add(client);
        return client;
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] hashes(byte[] bytes) throws Exception {
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        byte[] hashes = new byte[20 * ((bytes.length + PIECE - 1) / PIECE)];
        for (int piece = 0; piece * 20 < hashes.length; piece++) {
            sha1.update(bytes, piece * PIECE, Math.min(PIECE, bytes.length - piece * PIECE));
            System.arraycopy(sha1.digest(), 0, hashes, 20 * piece, 20);
        }
        return hashes;
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
