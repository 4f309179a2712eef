package io.bittern.metainfo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorrentBuilderTest {

    @Test
    void writesExactlyTheBytesOfATorrentOfOneFile() {
        byte[] torrent = TorrentBuilder.ofFile("a.bin", 5)
                .pieceLength(4)
                .hashes("x".repeat(40).getBytes(ISO_8859_1))
                .tiers(List.of(List.of("http://t.test/announce")))
                .build();

        assertThat(new String(torrent, ISO_8859_1))
                .isEqualTo(
                        "d8:announce22:http://t.test/announce4:infod6:lengthi5e4:name5:a.bin12:piece lengthi4e6:pieces40:"
                                + "x".repeat(40) + "ee");
    }

    @Test
    void writesAllThatItWasToldForAFolder() throws MetainfoException {
        List<List<String>> tiers = List.of(List.of("http://t.test/a", "udp://u.test:1"), List.of("https://v.test/"));
        byte[] torrent = TorrentBuilder.ofFolder(
                        "Ordner ü",
                        List.of(
                                new TorrentBuilder.Entry(List.of("b", "ö.txt"), 3),
                                new TorrentBuilder.Entry(List.of("a"), 0),
                                new TorrentBuilder.Entry(List.of("c"), 30)))
                .pieceLength(32)
                .hashes(new byte[40])
                .tiers(tiers)
                .webSeeds(List.of("http://w.test/"))
                .comment("über")
                .createdBy("Bittern")
                .creationDate(Instant.ofEpochSecond(1_700_000_000))
                .isPrivate(true)
                .build();

        Metainfo metainfo = Metainfo.parse(torrent);

        assertThat(metainfo.name()).isEqualTo("Ordner ü");
        assertThat(metainfo.layout().files())
                .extracting(FileLayout.TorrentFile::pathText)
                .containsExactly("Ordner ü/b/ö.txt", "Ordner ü/a", "Ordner ü/c");
        assertThat(metainfo.sizes()).isEqualTo(new PieceSizes(33, 32));
        assertThat(metainfo.announceTiers()).isEqualTo(tiers);
        assertThat(metainfo.webSeeds()).containsExactly("http://w.test/");
        assertThat(metainfo.comment()).contains("über");
        assertThat(metainfo.createdBy()).contains("Bittern");
        assertThat(metainfo.creationDate()).contains(Instant.ofEpochSecond(1_700_000_000));
        assertThat(metainfo.isPrivate()).isTrue();
    }

    @Test
    void keepsTheInfoHashWhateverStandsBesideTheInfo() throws MetainfoException {
        TorrentBuilder builder = TorrentBuilder.ofFile("f", 1).hashes(new byte[20]);
        InfoHash plain = Metainfo.parse(builder.build()).infoHash();

        builder.comment("x").tiers(List.of(List.of("http://t.test/"))).creationDate(Instant.ofEpochSecond(1));

        assertThat(Metainfo.parse(builder.build()).infoHash()).isEqualTo(plain);
        assertThat(Metainfo.parse(builder.isPrivate(true).build()).infoHash()).isNotEqualTo(plain);
    }

    @Test
    void refusesHashesThatAreNotThoseOfItsPieces() {
        TorrentBuilder builder = TorrentBuilder.ofFile("f", 33).pieceLength(16).hashes(new byte[40]);

        assertThat(builder.sizes().count()).isEqualTo(3);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("40 bytes of hashes for 3 pieces");
    }

    @Test
    void refusesAPayloadWithoutBytes() {
        assertThatThrownBy(() -> TorrentBuilder.ofFile("f", 0).build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TorrentBuilder.ofFolder("f", List.of()).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0"})
    void refusesNamesThatAreNone(String name) {
        assertThatThrownBy(() -> TorrentBuilder.ofFile(name, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TorrentBuilder.Entry(List.of("a", name), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0,14",
        "1,14",
        "2684355,14",
        "2684356,15",
        "10737418,15",
        "10737419,16",
        "42949673,16",
        "42949674,17",
        "171798692,17",
        "171798693,18",
        "687194767,18",
        "687194768,19",
        "2748779069,19",
        "2748779070,20",
        "10995116278,20",
        "10995116279,21",
        "43980465111,21",
        "43980465112,22",
        "175921860444,22",
        "175921860445,23",
        "703687441777,23",
        "703687441778,24",
        "9223372036854775807,24"
    })
    void choosesPiecesThatGrowWithTheSquareRootOfThePayload(long size, int exponent) {
        assertThat(TorrentBuilder.pieceLengthFor(size)).isEqualTo(1 << exponent);
    }

    @Test
    void namesNodesOfTheDht() throws MetainfoException {
        List<String> nodes = List.of("node.test:6881", "192.0.2.1:1", "[2001:db8::1]:6882");
        byte[] torrent =
                TorrentBuilder.ofFile("a", 1).hashes(new byte[20]).nodes(nodes).build();

        assertThat(Metainfo.parse(torrent).nodes()).isEqualTo(nodes);
        for (String wrong : List.of("node.test", "node.test:0", "::1:6881", "[node.test]:1", "a b:1", "")) {
            assertThatThrownBy(() -> TorrentBuilder.ofFile("a", 1).nodes(List.of(wrong)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
