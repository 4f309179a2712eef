package io.bittern.metainfo;

import static io.bittern.metainfo.Torrents.info;
import static io.bittern.metainfo.Torrents.torrent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BInteger;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.BencodeWriter;
import io.bittern.bencode.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetainfoTest {

    @Test
    void readsATorrentOfOneFile() throws MetainfoException {
        String text =
                "d8:announce22:http://a.test/announce4:infod6:lengthi40e4:name5:a.txt12:piece lengthi32e6:pieces40:"
                        + "x".repeat(20) + "y".repeat(20) + "ee";
        byte[] file = text.getBytes(StandardCharsets.US_ASCII);

        Metainfo metainfo = Metainfo.parse(file);

        assertThat(metainfo.name()).isEqualTo("a.txt");
        assertThat(metainfo.sizes()).isEqualTo(new PieceSizes(40, 32));
        assertThat(metainfo.layout().files())
                .containsExactly(new FileLayout.TorrentFile(0, List.of("a.txt"), 0, 40, false));
        assertThat(metainfo.announceTiers()).containsExactly(List.of("http://a.test/announce"));
        assertThat(metainfo.infoBytes())
                .isEqualTo(
                        text.substring(text.indexOf("d6:"), text.length() - 1).getBytes(StandardCharsets.US_ASCII));
        assertThat(metainfo.infoHash()).isEqualTo(InfoHash.of(Torrents.sha1(metainfo.infoBytes())));
        assertThat(metainfo.isPrivate()).isFalse();
        assertThat(metainfo.comment()).isEmpty();
        assertThat(metainfo.createdBy()).isEmpty();
        assertThat(metainfo.creationDate()).isEmpty();
        assertThat(metainfo.webSeeds()).isEmpty();
    }

    @Test
    void readsATorrentOfAFolderWithEmptyFiles() {
        Map<String, byte[]> files =
                new TreeMap<>(Map.of("a", new byte[3], "b/empty", new byte[0], "b/c", new byte[14]));

        FileLayout layout = Torrents.ofFolder("root", 16, files).layout();

        assertThat(layout.root()).isEqualTo("root");
        assertThat(layout.files())
                .extracting(FileLayout.TorrentFile::pathText)
                .containsExactly("root/a", "root/b/c", "root/b/empty");
        assertThat(layout.length()).isEqualTo(17);
        assertThat(layout.sizes().count()).isEqualTo(2);
    }

    @Test
    void knowsTheHashOfEveryPiece() {
        byte[] payload = new byte[40];
        payload[39] = 1;
        Metainfo metainfo = Torrents.ofFile("f", 16, payload);
        byte[] last = Torrents.sha1(new byte[] {0, 0, 0, 0, 0, 0, 0, 1});

        assertThat(metainfo.pieceHash(2)).isEqualTo(last);
        assertThat(metainfo.matches(2, last)).isTrue();
        assertThat(metainfo.matches(1, last)).isFalse();
        assertThat(metainfo.matches(2, new byte[0])).isFalse();
        assertThatThrownBy(() -> metainfo.matches(3, last)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> metainfo.matches(-1, last)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> metainfo.pieceHash(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void keepsWhatItDoesNotKnow() throws Exception {
        BDictionary original = BDictionary.builder()
                .put(
                        "info",
                        info().put("source", "X")
                                .put("zz", BList.of(new BInteger(1)))
                                .build())
                .put("nodes", BList.of(BList.of(BString.of("a.test"), new BInteger(1))))
                .put("azureus_properties", BDictionary.EMPTY)
                .build();
        byte[] file = BencodeWriter.write(original);

        Metainfo metainfo = Metainfo.parse(file);

        assertThat(metainfo.torrentBytes()).isEqualTo(file);
        assertThat(BencodeReader.read(metainfo.torrentBytes(), Limits.FILE)).isEqualTo(original);
        assertThat(metainfo.infoHash())
                .isNotEqualTo(Metainfo.parse(torrent(info())).infoHash());
    }

    @Test
    void doesNotChangeWithTheBytesThatItWasReadFrom() throws MetainfoException {
        byte[] file = torrent(info());
        byte[] copy = file.clone();

        Metainfo metainfo = Metainfo.parse(file);
        Arrays.fill(file, (byte) 0);
        metainfo.torrentBytes()[0] = 0;

        assertThat(metainfo.torrentBytes()).isEqualTo(copy);
        assertThat(metainfo.matches(0, new byte[20])).isTrue();
    }

    @Test
    void prefersTheTiersToTheSingleTracker() throws MetainfoException {
        Metainfo metainfo = with(
                "announce",
                BString.of("http://old.test/"),
                "announce-list",
                tiers(List.of(List.of("http://a.test/x", "udp://b.test:1"), List.of("https://c.test/"))));

        assertThat(metainfo.announceTiers())
                .containsExactly(List.of("http://a.test/x", "udp://b.test:1"), List.of("https://c.test/"));
    }

    @Test
    void dropsTrackersThatCannotBeUsedAndTiersThatThisEmpties() throws MetainfoException {
        BList tiers = BList.of(
                BList.ofTexts(
                        List.of("", " ", "wss://a.test", "ftp://x.test", "file:///etc/passwd", "udp://", "a.test:80")),
                BString.of("http://alone.test/"),
                new BInteger(3),
                BList.of(BString.of(" HTTP://b.test/\n"), new BInteger(1), BString.of("http://alone.test/")),
                BList.ofTexts(List.of("http://c.test/a b", "http://d.test/\u001b[2J", "udp://" + "x".repeat(5000))),
                BList.EMPTY);

        assertThat(with("announce-list", tiers).announceTiers())
                .containsExactly(List.of("http://alone.test/"), List.of("HTTP://b.test/"));
    }

    @Test
    void fallsBackOnTheSingleTrackerWhereTheTiersHaveNone() throws MetainfoException {
        for (Bencode useless : List.of(BList.EMPTY, tiers(List.of(List.of("wss://a.test"))), new BInteger(1))) {
            assertThat(with("announce", BString.of("udp://b.test:1"), "announce-list", useless)
                            .announceTiers())
                    .containsExactly(List.of("udp://b.test:1"));
        }
        assertThat(with("announce", BList.EMPTY).announceTiers()).isEmpty();
    }

    @Test
    void takesNoMoreThanFiveHundredTrackers() throws MetainfoException {
        List<String> many =
                IntStream.range(0, 2_000).mapToObj(i -> "http://t.test/" + i).toList();

        assertThat(with("announce-list", tiers(List.of(many))).announceTiers()).containsExactly(many.subList(0, 500));
    }

    @Test
    void readsWebSeedsAsOneAddressOrAsAList() throws MetainfoException {
        assertThat(with("url-list", BString.of("http://w.test/")).webSeeds()).containsExactly("http://w.test/");
        assertThat(with("url-list", BList.ofTexts(List.of("https://w.test/", "udp://x.test", "", "https://w.test/")))
                        .webSeeds())
                .containsExactly("https://w.test/");
        assertThat(with("url-list", BString.EMPTY).webSeeds()).isEmpty();
        assertThat(with("url-list", new BInteger(1)).webSeeds()).isEmpty();
    }

    @Test
    void cleansWhatTheMakerWrote() throws MetainfoException {
        Metainfo metainfo = with("comment", BString.of("two\nlines \u001b[31m"), "created by", BString.of("x\u202ey"));

        assertThat(metainfo.comment()).contains("two lines [31m");
        assertThat(metainfo.createdBy()).contains("xy");
    }

    @Test
    void takesADateThatACalendarHas() throws MetainfoException {
        assertThat(with("creation date", new BInteger(1_700_000_000)).creationDate())
                .contains(Instant.ofEpochSecond(1_700_000_000));
        for (long odd : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, 0, 253_402_300_800L}) {
            assertThat(with("creation date", new BInteger(odd)).creationDate()).isEmpty();
        }
    }

    @Test
    void isPrivateForAnythingButZero() throws MetainfoException {
        assertThat(Metainfo.parse(torrent(info().put("private", 1))).isPrivate())
                .isTrue();
        assertThat(Metainfo.parse(torrent(info().put("private", 0))).isPrivate())
                .isFalse();
        assertThat(Metainfo.parse(torrent(info().put("private", "x"))).isPrivate())
                .isFalse();
    }

    @Test
    void showsANameThatNoTerminalObeys() throws MetainfoException {
        Metainfo metainfo = Metainfo.parse(torrent(info().put("name", "a\u001b[2J\n\u202eb")));

        assertThat(metainfo.name()).isEqualTo("a_[2J_b");
        assertThat(metainfo.toString()).startsWith("a_[2J_b (").endsWith(")");
    }

    @Test
    void describesATorrentFromItsInfoDictionaryAlone() throws MetainfoException {
        byte[] bytes = BencodeWriter.write(info().put("private", 1).build());
        List<List<String>> tiers = List.of(List.of("http://a.test/", "bad"), List.of(), List.of("udp://b.test:1"));

        Metainfo metainfo = Metainfo.ofInfo(bytes, tiers);

        assertThat(metainfo.infoBytes()).isEqualTo(bytes);
        assertThat(metainfo.announceTiers()).containsExactly(List.of("http://a.test/"), List.of("udp://b.test:1"));
        Metainfo again = Metainfo.parse(metainfo.torrentBytes());
        assertThat(again.infoHash()).isEqualTo(metainfo.infoHash());
        assertThat(again.announceTiers()).isEqualTo(metainfo.announceTiers());
        assertThat(again.isPrivate()).isTrue();
        assertThat(Metainfo.parse(Metainfo.ofInfo(bytes, List.of()).torrentBytes())
                        .announceTiers())
                .isEmpty();
    }

    @Test
    void takesTheOldPartOfATorrentForBothVersions() throws MetainfoException {
        Metainfo hybrid = Metainfo.parse(torrent(info().put("meta version", 2).put("file tree", BDictionary.EMPTY)));

        assertThat(hybrid.sizes()).isEqualTo(new PieceSizes(16, 16));
    }

    private static Bencode node(Object host, long port) {
        return BList.of(host instanceof Bencode other ? other : BString.of((String) host), new BInteger(port));
    }

    private static List<String> nodes(Bencode... nodes) throws MetainfoException {
        return with("nodes", BList.of(nodes)).nodes();
    }

    @Test
    void readsTheNodesOfTheDhtThatItNames() throws MetainfoException {
        assertThat(nodes(
                        node("Router.Example.COM", 6881),
                        node("127.0.0.1", 6881),
                        node("2001:db8::1", 1941),
                        node("::ffff:192.0.2.1", 65535),
                        node("127.0.0.1", 6881)))
                .containsExactly(
                        "router.example.com:6881", "127.0.0.1:6881", "[2001:db8::1]:1941", "[::ffff:192.0.2.1]:65535");
    }

    @Test
    void leavesOutWhatIsNoNode() throws MetainfoException {
        assertThat(nodes(
                        node("a.test", 0),
                        node("a.test", -1),
                        node("a.test", 65536),
                        node("", 1),
                        node("a b", 1),
                        node("a.test/x", 1),
                        node("a.test:7", 1),
                        node("a..test", 1),
                        node("-a.test", 1),
                        node("b\u00fccher.test", 1),
                        node("\u202etset.a", 1),
                        node("\u001b[31m", 1),
                        node("a".repeat(64) + ".test", 1),
                        node("a.".repeat(200), 1),
                        node("1", 1),
                        node("127.1", 1),
                        node("256.0.0.1", 1),
                        node("0x7f000001", 1),
                        node("[::1]", 1),
                        node("::1%eth0", 1),
                        node(new BInteger(7), 1),
                        BString.of("a.test:1"),
                        BList.of(BString.of("a.test")),
                        BList.of(BString.of("a.test"), BString.of("1")),
                        BList.of(BString.of("a.test"), new BInteger(1), new BInteger(1)),
                        node("last.test", 1)))
                .containsExactly("last.test:1");
        assertThat(with("nodes", BString.of("a.test")).nodes()).isEmpty();
    }

    @Test
    void takesSoManyNodesAtMost() throws MetainfoException {
        Bencode[] many = IntStream.range(0, 5000)
                .mapToObj(i -> node("n" + i + ".test", 1))
                .toArray(Bencode[]::new);

        assertThat(nodes(many)).hasSize(32).startsWith("n0.test:1");
    }

    @Test
    void aPrivateTorrentNamesNoNodes() throws MetainfoException {
        Bencode nodes = BList.of(node("a.test", 1));

        assertThat(with("info", info().put("private", 1).build(), "nodes", nodes)
                        .nodes())
                .isEmpty();
    }

    private static Metainfo with(Object... entries) throws MetainfoException {
        BDictionary.Builder torrent = BDictionary.builder().put("info", info().build());
        for (int i = 0; i < entries.length; i += 2) {
            torrent.put((String) entries[i], (Bencode) entries[i + 1]);
        }
        return Metainfo.parse(BencodeWriter.write(torrent.build()));
    }

    private static BList tiers(List<List<String>> tiers) {
        return new BList(tiers.stream().<Bencode>map(BList::ofTexts).toList());
    }
}
