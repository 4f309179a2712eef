package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.client.TorrentEvent;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalCommandsTest {

    @TempDir
    private Path folder = Path.of("");

    private TestShell shell = new TestShell(folder);

    @BeforeEach
    void setUp() {
        shell = new TestShell(folder);
    }

    @AfterEach
    void neverShowsATrace() {
        assertThat(shell.err()).doesNotContain("\tat ", "Exception in");
    }

    @Nested
    class Verifying {

        private Path torrent = Path.of("");

        @BeforeEach
        void write() throws IOException {
            torrent = Samples.write(folder, "many.torrent", Samples.folder("many"));
            Files.createDirectories(folder.resolve("many/sub"));
            Files.write(folder.resolve("many/one.txt"), new byte[10]);
            Files.write(folder.resolve("many/sub/two.bin"), new byte[20_000]);
            Files.write(folder.resolve("many/three.txt"), new byte[5]);
        }

        @Test
        void saysThatAllIsRight() {
            assertThat(shell.run("verify", torrent, "-d", folder)).isZero();
            assertThat(shell.err()).isEqualTo("many: all right, 19.5 KiB\n");
            assertThat(shell.out()).isEmpty();
        }

        @Test
        void listsTheFilesThatAreNotRight() throws IOException {
            Files.write(folder.resolve("many/sub/two.bin"), new byte[] {1}, java.nio.file.StandardOpenOption.WRITE);
            Files.delete(folder.resolve("many/three.txt"));

            assertThat(shell.run("verify", torrent, "-d", folder)).isEqualTo(32);
            assertThat(shell.out()).contains("damaged     many/sub/two.bin\n", "missing     many/three.txt\n");
            assertThat(shell.err())
                    .startsWith("bittern: many: ")
                    .hasLineCount(1)
                    .contains("of 3 files", "of 2 pieces");
        }

        @Test
        void dataThatAreNotThereAreNotRight() throws IOException {
            Path empty = Files.createDirectory(folder.resolve("empty"));

            assertThat(shell.run("verify", torrent, "-d", empty, "-q")).isEqualTo(32);
            assertThat(shell.run("verify", torrent, "-d", folder.resolve("none")))
                    .isEqualTo(3);
        }

        @Test
        void saysItAsJson() throws IOException {
            assertThat(shell.run("verify", torrent, "-d", folder, "--json")).isZero();

            assertThat(JsonViewTest.objects(shell).get(0))
                    .containsEntry("event", "verified")
                    .containsEntry("good_pieces", "2")
                    .containsEntry("bad_files", "[]");
            assertThat(shell.err()).isEmpty();
        }
    }

    @Nested
    class Creating {

        private Path data = Path.of("");
        private Path torrent = Path.of("");

        @BeforeEach
        void write() throws IOException {
            data = Files.createDirectories(folder.resolve("data"));
            Files.write(data.resolve("file"), new byte[100_000]);
            torrent = folder.resolve("out.torrent");
        }

        private Metainfo made() throws IOException, MetainfoException {
            return Metainfo.parse(Files.readAllBytes(torrent));
        }

        @Test
        void namesNodesOfTheDht() {
            assertThat(shell.run("create", data, "-o", torrent, "--node", "a.test:1", "--node", "[::1]:2"))
                    .isZero();
            shell.run("info", torrent);
            assertThat(shell.out()).contains("dht nodes   a.test:1\n            [::1]:2\n");
        }

        @Test
        void makesATorrentThatVerifies() throws IOException, MetainfoException {
            assertThat(shell.run(
                            "create",
                            data,
                            "-o",
                            torrent,
                            "-a",
                            "http://a.test/announce,udp://b.test:80",
                            "-a",
                            "http://c.test/announce",
                            "-w",
                            "http://web.test/",
                            "-c",
                            "so it is",
                            "--private",
                            "-l",
                            "15"))
                    .isZero();

            assertThat(shell.out()).isEqualTo(torrent + "\n");
            assertThat(made().announceTiers()).hasSize(2);
            assertThat(made().announceTiers().get(0)).containsExactly("http://a.test/announce", "udp://b.test:80");
            assertThat(made().webSeeds()).containsExactly("http://web.test/");
            assertThat(made().comment()).contains("so it is");
            assertThat(made().isPrivate()).isTrue();
            assertThat(made().sizes().pieceLength()).isEqualTo(32 << 10);
            assertThat(shell.run("verify", torrent, "-d", folder)).isZero();
        }

        @Test
        void takesThePieceLengthInBytes() throws IOException, MetainfoException {
            assertThat(shell.run("create", data, "-o", torrent, "-a", "http://a.test/", "--piece-length", "65536"))
                    .isZero();
            assertThat(made().sizes().pieceLength()).isEqualTo(64 << 10);
        }

        @Test
        void doesNotWriteOverAFileUnlessToldTo() throws IOException {
            Files.writeString(torrent, "precious");

            assertThat(shell.run("create", data, "-o", torrent)).isEqualTo(13);
            assertThat(torrent).hasContent("precious");
            assertThat(shell.err())
                    .isEqualTo("bittern: " + torrent
                            + " is there already; give another name with -o, or write over it with --force\n");

            assertThat(shell.run("create", data, "-o", torrent, "--force", "-q"))
                    .isZero();
            assertThat(Files.size(torrent)).isGreaterThan(100);
            assertThat(folder.resolve("out.torrent.part")).doesNotExist();
        }

        @Test
        void saysWhatCannotBeShared() throws IOException {
            Path empty = Files.createDirectory(folder.resolve("empty"));

            assertThat(shell.run("create", folder.resolve("none"), "-o", torrent))
                    .isEqualTo(3);
            assertThat(shell.run("create", empty, "-o", torrent)).isEqualTo(3);
            assertThat(shell.run("create", data, "-o", data.resolve("x.torrent")))
                    .isEqualTo(2);
            assertThat(shell.run("create", data, "-o", torrent, "-a", "ftp://a.test/"))
                    .isEqualTo(2);
            assertThat(shell.run("create", data, "-o", torrent, "-l", "13")).isEqualTo(2);
            assertThat(shell.run("create", data, "-o", torrent, "--node", "::1:6881"))
                    .isEqualTo(2);
            assertThat(shell.run("create", data, "-o", torrent, "--private", "--node", "a.test:6881"))
                    .isEqualTo(2);
            assertThat(shell.run("create", data, "-o", folder.resolve("no/such/x.torrent")))
                    .isEqualTo(17);

            assertThat(shell.err().lines()).hasSize(8).allMatch(line -> line.startsWith("bittern: "));
            assertThat(torrent).doesNotExist();
        }
    }

    @Nested
    class Tracking {

        @Test
        void runsUntilASignal() throws Exception {
            CompletableFuture<Integer> code =
                    CompletableFuture.supplyAsync(() -> shell.run("tracker", "--port", "0", "--bind", "127.0.0.1"));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!shell.out().endsWith("\n") && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }

            HttpRequest announce = HttpRequest.newBuilder(URI.create(shell.out().strip() + "?info_hash=short"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            String answer = HttpClient.newHttpClient()
                    .send(announce, HttpResponse.BodyHandlers.ofString())
                    .body();
            shell.onStop.forEach(Runnable::run);

            assertThat(answer).startsWith("d14:failure reason");
            assertThat(code.get(10, TimeUnit.SECONDS)).isZero();
        }

        @Test
        void saysThatItsPortIsTaken() throws IOException {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                assertThat(shell.run("tracker", "--bind", "127.0.0.1", "--port", taken.getLocalPort()))
                        .isEqualTo(6);
                assertThat(shell.err())
                        .isEqualTo("bittern: port " + taken.getLocalPort() + " is taken; give another with --port\n");
            }
        }
    }

    @Nested
    class Demonstrating {

        private final FakeBittern clients = new FakeBittern();

        private void copy(FakeBittern.FakeTorrent torrent, boolean whole) {
            Path target = torrent.request.folder();
            Path source = target.resolveSibling("seeder");
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.toList()) {
                    if (whole || !file.endsWith("empty")) {
                        Files.copy(file, target.resolve(source.relativize(file).toString()));
                    }
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private int run(boolean whole) {
            clients.script = torrent -> {
                if (torrent.request.files().wanted().isEmpty()) {
                    torrent.tell(new TorrentEvent.TrackerAnswered("http://127.0.0.1", 0));
                } else {
                    copy(torrent, whole);
                    torrent.complete();
                    torrent.finish();
                }
            };
            shell.starter = clients;
            return shell.run("demo", "--size", "1MiB");
        }

        @Test
        void endsWellWhenAllCopiesAreRight() {
            assertThat(run(true)).isZero();

            assertThat(shell.out()).isEqualTo("demo: all 3 copies are right, verified by SHA-1\n");
            assertThat(shell.err()).contains("leecher-1/bittern-demo: complete", "leecher-3/bittern-demo: complete");
            assertThat(clients.torrents).hasSize(4);
            assertThat(clients.torrents.get(0).request.folder().getParent()).doesNotExist();
        }

        @Test
        void endsWithTheCodeForBadDataWhenACopyIsNot() {
            assertThat(run(false)).isEqualTo(32);
            assertThat(shell.err()).contains("bittern: demo: 0 of 3 copies are right");
        }
    }
}
