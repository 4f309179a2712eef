package io.bittern.metainfo;

import static io.bittern.metainfo.Torrents.entry;
import static io.bittern.metainfo.Torrents.folder;
import static io.bittern.metainfo.Torrents.info;
import static io.bittern.metainfo.Torrents.paths;
import static io.bittern.metainfo.Torrents.torrent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.metainfo.FileLayout.TorrentFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class FileListTest {

    @Test
    void putsEveryFileBelowTheFolderOfTheTorrent() throws MetainfoException {
        assertThat(paths("a", "b/c.txt", "b/d/e")).containsExactly("folder/a", "folder/b/c.txt", "folder/b/d/e");
    }

    @Test
    void leavesOutElementsThatWouldLeadOutOfTheFolder() throws MetainfoException {
        assertThat(paths("../../etc/passwd", "/abs", "a/./b", "..", "x//y", "c/.."))
                .containsExactly("folder/etc/passwd", "folder/abs", "folder/a/b", "folder/_", "folder/x/y", "folder/c");
    }

    @Test
    void keepsSlashesWithinOneElementFromMakingTwo() throws MetainfoException {
        assertThat(paths(new BString[][] {
                    {BString.of("../../up")}, {BString.of("..\\..\\up")}, {BString.of("/etc"), BString.of("x")}
                }))
                .containsExactly("folder/.._.._up", "folder/.._..1._up", "folder/_etc/x");
    }

    @Test
    void makesTheNameOfTheTorrentSafeToo() throws MetainfoException {
        for (String name : List.of("..", ".", "", "../..", "/", "a/../b", "nul")) {
            Metainfo single = Metainfo.parse(torrent(info().put("name", name)));
            Metainfo multi = Metainfo.parse(torrent(folder(entry(16, "x")).put("name", name)));

            assertThat(single.layout().file(0).path()).hasSize(1).isEqualTo(List.of(single.name()));
            assertThat(multi.layout().file(0).path()).containsExactly(single.name(), "x");
            assertThat(single.name()).doesNotContain("/").isNotIn("", ".", "..", "nul");
        }
    }

    @Test
    void numbersFilesThatSomeFileSystemWouldTakeForOne() throws MetainfoException {
        assertThat(paths("a.txt", "A.TXT", "a.txt", "\u00e9", "e\u0301", "d/x", "D/X"))
                .containsExactly(
                        "folder/a.txt",
                        "folder/A.1.TXT",
                        "folder/a.2.txt",
                        "folder/\u00e9",
                        "folder/e\u0301.1",
                        "folder/d/x",
                        "folder/D/X.1");
    }

    @Test
    void passesOverNumbersThatAreTaken() throws MetainfoException {
        assertThat(paths("a", "a.1", "a", "a.2", "a"))
                .containsExactly("folder/a", "folder/a.1", "folder/a.2", "folder/a.1.2", "folder/a.3");
    }

    @Test
    void numbersAFileThatIsAlsoAFolder() throws MetainfoException {
        assertThat(paths("a", "A/b", "a/B/c")).containsExactly("folder/a.1", "folder/A/b.1", "folder/a/B/c");
        assertThat(paths("a.1/x", "a", "a/y")).containsExactly("folder/a.1/x", "folder/a.2", "folder/a/y");
    }

    @Test
    void keepsFoldersThatDifferInCaseApart() throws MetainfoException {
        assertThat(paths("Dir/x", "dir/y")).containsExactly("folder/Dir/x", "folder/dir/y");
    }

    @Test
    void cutsLongNamesThatThenAreOneAndNumbersThem() throws MetainfoException {
        String name = "x".repeat(300);

        assertThat(paths(name + "1", name + "2"))
                .containsExactly("folder/" + "x".repeat(255), "folder/" + "x".repeat(253) + ".1");
    }

    @Test
    void leavesTheInfoHashToTheBytesWhateverIsRenamed() throws MetainfoException {
        byte[] torrent = torrent(folder(entry(16, "..", "CON")));

        Metainfo metainfo = Metainfo.parse(torrent);

        assertThat(metainfo.layout().file(0).path()).containsExactly("folder", "_CON");
        assertThat(metainfo.infoHash()).isEqualTo(InfoHash.of(Torrents.sha1(metainfo.infoBytes())));
        assertThat(metainfo.torrentBytes()).isEqualTo(torrent);
    }

    @Test
    void allowsFiveHundredDuplicatesAndNotOneMore() throws MetainfoException {
        String[] names = Collections.nCopies(501, "same").toArray(new String[0]);

        assertThat(paths(names)).doesNotHaveDuplicates();
        assertThatThrownBy(() -> paths(Collections.nCopies(502, "same").toArray(new String[0])))
                .isInstanceOf(MetainfoException.class)
                .hasMessage("more than 500 files have the path of another file");
    }

    @Test
    void takesNoQuadraticTimeForTakenNumbers() {
        List<String> names = new ArrayList<>(List.of("a"));
        IntStream.range(1, 50_000).forEach(number -> names.add("a." + number));
        names.addAll(Collections.nCopies(500, "a"));

        List<String> paths =
                Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> paths(names.toArray(new String[0])));

        assertThat(paths).doesNotHaveDuplicates().endsWith("folder/a.50499");
    }

    @Test
    void allowsAHundredFoldersAndNotOneMore() throws MetainfoException {
        assertThat(paths("d/".repeat(99) + "f")).containsExactly("folder/" + "d/".repeat(99) + "f");
        assertThatThrownBy(() -> paths("d/".repeat(100) + "f"))
                .isInstanceOf(MetainfoException.class)
                .hasMessage("file 1 lies more than 100 folders deep");
    }

    @Test
    void refusesPathsThatNoSystemCallTakes() {
        assertThatThrownBy(() -> paths(("d".repeat(200) + "/").repeat(20) + "f"))
                .isInstanceOf(MetainfoException.class)
                .hasMessageContaining("bytes, more than 3072");
    }

    @Test
    void prefersNamesThatAreSaidToBeUtf8() throws MetainfoException {
        BDictionary file = BDictionary.builder()
                .put("length", 16)
                .put("path", BList.of(Torrents.latin1("\u00e9")))
                .put("path.utf-8", BList.of(BString.of("é.txt")))
                .build();

        FileLayout layout = Metainfo.parse(torrent(folder(file).put("name.utf-8", "Ordner")))
                .layout();

        assertThat(layout.file(0).path()).containsExactly("Ordner", "é.txt");
    }

    @Test
    void fallsBackOnThePlainNamesWhereThoseAreNoNames() throws MetainfoException {
        for (Bencode odd : List.of(BList.EMPTY, BString.of("x"), BList.of(BString.of("a"), BList.EMPTY))) {
            BDictionary file = BDictionary.builder()
                    .put("length", 16)
                    .put("path", BList.of(BString.of("plain")))
                    .put("path.utf-8", odd)
                    .build();

            FileLayout layout =
                    Metainfo.parse(torrent(folder(file).put("name.utf-8", ""))).layout();

            assertThat(layout.file(0).path()).containsExactly("folder", "plain");
        }
    }

    @Test
    void knowsPadsAndLetsThemHaveOneName() throws MetainfoException {
        FileLayout layout = Metainfo.parse(torrent(folder(
                        entry(3, "a"),
                        with("p", entry(5, ".pad", "5")),
                        entry(3, "b"),
                        with("xp", entry(5, ".pad", "5")),
                        entry(0, ".pad"))))
                .layout();

        assertThat(layout.files()).extracting(TorrentFile::pad).containsExactly(false, true, false, true, false);
        assertThat(layout.files()).extracting(TorrentFile::offset).containsExactly(0L, 3L, 8L, 11L, 16L);
        assertThat(layout.file(1).path()).isEqualTo(layout.file(3).path());
        assertThat(layout.file(4).path()).containsExactly("folder", ".pad");
        assertThat(layout.all().stream()).containsExactly(0, 2, 4);
    }

    @Test
    void followsNoLinkAndGivesItNoBytes() throws MetainfoException {
        BDictionary link = BDictionary.builder()
                .put("attr", "l")
                .put("length", 99)
                .put("path", BList.of(BString.of("link")))
                .put("symlink path", BList.of(BString.of(".."), BString.of("etc")))
                .build();

        FileLayout layout = Metainfo.parse(torrent(folder(link, entry(16, "link", "passwd"))))
                .layout();

        assertThat(layout.file(0).pad()).isTrue();
        assertThat(layout.file(0).length()).isZero();
        assertThat(layout.file(1).path()).containsExactly("folder", "link", "passwd");
        assertThat(layout.length()).isEqualTo(16);
    }

    private static BDictionary with(String attributes, BDictionary file) {
        BDictionary.Builder builder = BDictionary.builder().put("attr", attributes);
        file.entries().forEach(entry -> builder.put(entry.getKey(), entry.getValue()));
        return builder.build();
    }
}
