package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.net.Blocklist;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Torrents of another client's tests: parsed as that client parses them, verified, and made again from their content. */
@Timeout(60)
class WebtorrentFixturesTest {

    private static final String LEAVES = "Leaves of Grass by Walt Whitman.epub";
    private static final String SINTEL = "Sintel.2010.4K.DMRip.x264.DD.DTS.SRT-MaLLIeHbKa.mkv";
    private static final String BUNNY = "bbb_sunflower_1080p_30fps_stereo_abl.mp4";

    private record File(String path, long length) {}

    private record Expected(
            String torrent, String infoHash, String name, int pieceLength, int pieces, List<File> files) {}

    @TempDir
    private Path folder;

    static Stream<Expected> torrents() {
        String leaves = "d2474e86c95b19b8bcfdb92bc12c9d44667cfa36";
        return Stream.of(
                single("alice", "722fe65b2aa26d14f35b4ad627d20236e481d924", "alice.txt", 163_783, 16_384, 10),
                single("bunny", "af8f10f30bf9aefecf3686922bfa0d5bd290a395", BUNNY, 434_839_491, 524_288, 830),
                single("leaves", leaves, LEAVES, 362_017, 16_384, 23),
                single("leaves-metadata", leaves, LEAVES, 362_017, 16_384, 23),
                single("sintel", "c334138ef5bfc2d568ea7324e0e2a3a7ec229bdd", SINTEL, 5_490_455_272L, 4_194_304, 1310),
                several("folder", "b88da2caac6648e6c7d7687e3f89085f7e230e6b", new File("folder/file.txt", 15)),
                several(
                        "numbers",
                        "89d97c2261a21b040cf11caa661a3ba7233bb7e6",
                        new File("numbers/1.txt", 1),
                        new File("numbers/2.txt", 2),
                        new File("numbers/3.txt", 3)),
                several(
                        "lots-of-numbers",
                        "114ead6243792ba56297edbb9a78dfba84d4fc00",
                        new File("lots-of-numbers/big numbers/10.txt", 2),
                        new File("lots-of-numbers/big numbers/11.txt", 2),
                        new File("lots-of-numbers/big numbers/12.txt", 2),
                        new File("lots-of-numbers/small numbers/1.txt", 1),
                        new File("lots-of-numbers/small numbers/2.txt", 2),
                        new File("lots-of-numbers/small numbers/3.txt", 3)));
    }

    private static Expected single(
            String torrent, String infoHash, String name, long length, int pieceLength, int pieces) {
        return new Expected(torrent, infoHash, name, pieceLength, pieces, List.of(new File(name, length)));
    }

    private static Expected several(String torrent, String infoHash, File... files) {
        return new Expected(torrent, infoHash, torrent, 16_384, 1, List.of(files));
    }

    @ParameterizedTest
    @MethodSource("torrents")
    void isParsedAsItsOwnClientParsesIt(Expected expected) throws Exception {
        Metainfo metainfo = Metainfo.parse(Files.readAllBytes(fixture(expected.torrent() + ".torrent")));

        assertThat(metainfo.infoHash()).hasToString(expected.infoHash());
        assertThat(metainfo.name()).isEqualTo(expected.name());
        assertThat(metainfo.sizes().pieceLength()).isEqualTo(expected.pieceLength());
        assertThat(metainfo.sizes().count()).isEqualTo(expected.pieces());
        assertThat(metainfo.layout().files().stream().map(file -> new File(file.pathText(), file.length())))
                .isEqualTo(expected.files());
        boolean bunny = expected.torrent().equals("bunny");
        assertThat(metainfo.isPrivate()).isEqualTo(bunny);
        assertThat(metainfo.webSeeds())
                .isEqualTo(
                        bunny ? List.of("http://distribution.bbb3d.renderfarming.net/video/mp4/" + BUNNY) : List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "leaves", "leaves-metadata", "folder", "numbers", "lots-of-numbers"})
    void contentIsVerified(String torrent) throws Exception {
        TestShell shell = new TestShell(folder);

        assertThat(shell.run("verify", fixture(torrent + ".torrent"), "-d", fixture(".")))
                .as(shell.err())
                .isZero();
        assertThat(shell.err()).contains(": all right, ");
    }

    @Test
    void contentOfAnotherTorrentIsNotRight() throws Exception {
        TestShell shell = new TestShell(folder);
        Files.copy(fixture("alice.txt"), folder.resolve(LEAVES));

        assertThat(shell.run("verify", fixture("leaves.torrent"), "-d", folder)).isEqualTo(32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "leaves", "folder", "numbers", "lots-of-numbers"})
    void isMadeAgainFromItsContent(String torrent) throws Exception {
        Metainfo original = Metainfo.parse(Files.readAllBytes(fixture(torrent + ".torrent")));
        Path made = folder.resolve("made.torrent");
        TestShell shell = new TestShell(folder);

        int code = shell.run("create", fixture(original.name()), "-o", made, "--piece-length", "16KiB");

        assertThat(code).as(shell.err()).isZero();
        assertThat(Metainfo.parse(Files.readAllBytes(made)).infoHash()).isEqualTo(original.infoHash());
    }

    @Test
    void theCorruptOneIsRefusedWithTheReason() throws Exception {
        Path corrupt = fixture("corrupt.torrent");
        assertThatExceptionOfType(MetainfoException.class)
                .isThrownBy(() -> Metainfo.parse(Files.readAllBytes(corrupt)))
                .withMessageContaining("no name");

        for (String command : List.of("info", "verify", "download")) {
            TestShell shell = new TestShell(folder);
            assertThat(shell.run(command, corrupt)).isEqualTo(ExitCode.METAINFO.number());
            assertThat(shell.err()).hasLineCount(1).contains("corrupt.torrent", "no name");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocklist.txt", "blocklist.txt.gz"})
    void itsBlocklistsAreRead(String list) throws Exception {
        Blocklist.Reading reading;
        try (InputStream in = Files.newInputStream(fixture(list))) {
            reading = Blocklist.read(in);
        }

        assertThat(reading.lines()).isZero();
        assertThat(reading.filter().ranges()).isEqualTo(2);
        Map<String, Boolean> blocked =
                Map.of("1.2.3.0", true, "1.2.3.255", true, "1.2.4.0", false, "5.6.7.8", true, "5.6.8.0", false);
        for (Map.Entry<String, Boolean> one : blocked.entrySet()) {
            assertThat(reading.filter().blocks(InetAddress.getByName(one.getKey())))
                    .isEqualTo(one.getValue());
        }
    }

    private static Path fixture(String name) throws IOException {
        try {
            var licence = WebtorrentFixturesTest.class.getResource("/webtorrent-fixtures/LICENSE");
            if (licence == null) {
                throw new IOException("the fixtures are not there");
            }
            return Path.of(licence.toURI()).resolveSibling(name).normalize();
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
