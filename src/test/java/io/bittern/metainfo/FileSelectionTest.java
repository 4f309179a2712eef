package io.bittern.metainfo;

import static io.bittern.metainfo.Torrents.entry;
import static io.bittern.metainfo.Torrents.folder;
import static io.bittern.metainfo.Torrents.info;
import static io.bittern.metainfo.Torrents.torrent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.metainfo.FileSelection.SelectionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileSelectionTest {

    /** Files 1 to 8; the third is a pad. */
    private final FileLayout layout = layout();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1;1",
                "1,2;1 2",
                " 8 , 1 ;1 8",
                "2-5;2 4 5",
                "2-;2 4 5 6 7 8",
                "8-;8",
                "4-4;4",
                "1,1-2,,2;1 2",
                "3-4;4",
                "*.txt;1 4 5",
                "CD1;4 5",
                "CD1/*;4 5",
                "folder/CD1/*;4 5",
                "CD1/b.txt;5",
                "folder/CD1/b.txt;5",
                "folder/CD1;4 5",
                "CD?;4 5 6",
                "CD[2-9];6",
                "CD[!1];6",
                "**/b.*;5 6",
                "*/b.txt;5",
                "**.bin;2 6 7",
                "*;1 2 4 5 6 7 8",
                "folder/*;1 2 4 5 6 7 8",
                "a\\,b*;7",
                "[[]x[]];8",
                "\\[x\\];8",
                "readme.txt,6;1 6",
                "[8];none",
                "folder;none",
                "CD1/;none",
                "b;none",
                "B.TXT;none",
                "x;none",
                "\\;none",
                "[;none"
            })
    void selectsByNumberRangeAndGlob(String expression, String numbers) throws SelectionException {
        if (numbers.equals("none")) {
            assertThatThrownBy(() -> FileSelection.parse(expression, layout))
                    .isInstanceOf(SelectionException.class)
                    .hasMessage("no file matches \"" + expression + "\"");
        } else {
            assertThat(FileSelection.parse(expression, layout).stream()
                            .mapToObj(index -> String.valueOf(index + 1))
                            .collect(Collectors.joining(" ")))
                    .isEqualTo(numbers);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "9", "0-3", "5-9", "4-2", "999999999", "9-"})
    void refusesNumbersThatTheTorrentDoesNotHave(String expression) {
        assertThatThrownBy(() -> FileSelection.parse(expression, layout))
                .isInstanceOf(SelectionException.class)
                .hasMessage("no files " + expression + ": the torrent has files 1 to 8");
    }

    @Test
    void refusesAPadAsAFile() {
        assertThatThrownBy(() -> FileSelection.parse("3", layout)).hasMessage("no file matches \"3\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", " , ,"})
    void refusesASelectionOfNothing(String expression) {
        assertThatThrownBy(() -> FileSelection.parse(expression, layout))
                .isInstanceOf(SelectionException.class)
                .hasMessage("the selection of files is empty");
    }

    @Test
    void namesThePartThatMatchesNothing() {
        assertThatThrownBy(() -> FileSelection.parse("1,*.mp3,2", layout)).hasMessage("no file matches \"*.mp3\"");
        assertThatThrownBy(() -> FileSelection.parse("1234567890", layout))
                .hasMessage("no file matches \"1234567890\"");
        assertThatThrownBy(() -> FileSelection.parse("[z-a]", layout)).hasMessage("not a pattern for files: \"[z-a]\"");
    }

    @Test
    void selectsTheOnlyFileOfATorrentByItsName() throws Exception {
        FileLayout single =
                Metainfo.parse(torrent(info().put("name", "\ud83d\ude00.iso"))).layout();

        for (String expression : new String[] {"1", "*", "*.iso", "?.iso", "\ud83d\ude00.*", "\\\ud83d\ude00.iso"}) {
            assertThat(FileSelection.parse(expression, single).cardinality())
                    .as(expression)
                    .isOne();
        }
    }

    private static FileLayout layout() {
        BDictionary pad = BDictionary.builder()
                .put("attr", "p")
                .put("length", 2)
                .put("path", BList.of(BString.of(".pad"), BString.of("2")))
                .build();
        try {
            return Metainfo.parse(torrent(folder(
                            entry(2, "readme.txt"),
                            entry(2, "x.bin"),
                            pad,
                            entry(2, "CD1", "a.txt"),
                            entry(2, "CD1", "b.txt"),
                            entry(2, "CD2", "b.bin"),
                            entry(2, "a,b.bin"),
                            entry(2, "[x]"))))
                    .layout();
        } catch (MetainfoException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
