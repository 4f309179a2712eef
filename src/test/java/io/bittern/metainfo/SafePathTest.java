package io.bittern.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.bencode.BString;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafePathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file.txt",
                "Ünïcode – 日本語.mkv",
                ".hidden",
                "a b",
                "..a",
                "a..b",
                "-rf",
                "~",
                "$(reboot)",
                "what?: *|<>\"",
                "nullable",
                "com10",
                "console",
                "lpt",
                "auxiliary.txt",
                "\ud83d\udc68\u200d\ud83d\udc69",
                "e\u0301"
            })
    void leavesHarmlessNamesAlone(String name) {
        assertThat(SafePath.element(BString.of(name))).contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".."})
    void leavesOutElementsThatGoNowhereOrUp(String element) {
        assertThat(SafePath.element(BString.of(element))).isEmpty();
        assertThat(SafePath.name(BString.of(element))).isEqualTo("_");
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a/b,a_b",
                "/etc/passwd,_etc_passwd",
                "..\\..\\x,.._.._x",
                "../x,.._x",
                "c:\\x,c:_x",
                "/,_",
                "a.,a",
                "a. . ,a",
                "' ',_",
                "...,_",
                ".. ,_",
                " a, a",
                "a\u00a0,a\u00a0",
                "con,_con",
                "CON,_CON",
                "Nul.txt,_Nul.txt",
                "aux.tar.gz,_aux.tar.gz",
                "com1,_com1",
                "LPT9.x,_LPT9.x",
                "com\u00b2,_com\u00b2",
                "CONIN$,_CONIN$",
                "prn .txt,_prn .txt",
                "con. ,_con",
                "a\u202egpj.exe,agpj.exe",
                "\u202e,_",
                "\u2066..\u2069,_",
                "\u200e.,_",
                "\u061ccon,_con",
                "a\u0001b,a_b",
                "a\u001b[2J,a_[2J",
                "a\u0085b,a_b",
                "a\u007f,a_",
                "a\ufffdb,a_b",
                "a\u2028b,ab"
            })
    void renamesWhatIsNotSafeAlwaysInTheSameWay(String raw, String safe) {
        assertThat(SafePath.element(BString.of(raw))).contains(safe);
    }

    @Test
    void renamesNulAndLineBreaks() {
        assertThat(SafePath.element(BString.of("a\0b"))).contains("a_b");
        assertThat(SafePath.element(BString.of("a\r\nb"))).contains("a__b");
    }

    @Test
    void replacesMalformedUtf8() {
        assertThat(SafePath.element(Torrents.latin1("caf\u00e9.txt"))).contains("caf_.txt");
        assertThat(SafePath.element(Torrents.latin1("\u00c0\u00af\u00c0\u00ae")))
                .contains("____");
        assertThat(SafePath.element(Torrents.latin1("\u00ed\u00a0\u0080")).orElseThrow())
                .matches("_+");
    }

    @Test
    void cutsLongNamesButKeepsTheirExtension() {
        String longest = "x".repeat(251) + ".mkv";

        assertThat(SafePath.element(BString.of(longest))).contains(longest);
        assertThat(SafePath.element(BString.of("x" + longest))).contains(longest);
        assertThat(SafePath.element(BString.of("é".repeat(300) + ".mkv"))).contains("é".repeat(125) + ".mkv");
        assertThat(SafePath.element(BString.of("\ud83d\ude00".repeat(100)))).contains("\ud83d\ude00".repeat(63));
        assertThat(SafePath.element(BString.of("x".repeat(254) + "..y" + "z".repeat(40))))
                .contains("x".repeat(254));
        assertThat(SafePath.element(BString.of("a." + "z".repeat(300)))).contains("a." + "z".repeat(253));
        assertThat(SafePath.element(BString.of("x".repeat(9_000_000)))).contains("x".repeat(255));
    }

    @Test
    void numbersANameBeforeItsExtensionAndWithinTheLimit() {
        assertThat(SafePath.numbered("a.txt", 2)).isEqualTo("a.2.txt");
        assertThat(SafePath.numbered("a", 2)).isEqualTo("a.2");
        assertThat(SafePath.numbered(".hidden", 1)).isEqualTo(".hidden.1");
        assertThat(SafePath.numbered("x".repeat(251) + ".mkv", 10)).isEqualTo("x".repeat(248) + ".10.mkv");
        assertThat(SafePath.numbered("é".repeat(127), 1)).isEqualTo("é".repeat(126) + ".1");
    }

    @ParameterizedTest
    @CsvSource({
        "README.TXT,readme.txt",
        "Ä,ä",
        "A\u0308,\u00c4",
        "\u00e9,e\u0301",
        "STRASSE,stra\u00dfe",
        "\u212a,k",
        "\u03a3\u03a3,\u03c3\u03c2",
        "a\u200bb,ab",
        "\ufb01,FI",
        "\u1e9e,\u00df",
        "\u0390,\u1fd3"
    })
    void foldsNamesThatSomeFileSystemTakesForOne(String one, String other) {
        assertThat(SafePath.folded(one)).isEqualTo(SafePath.folded(other));
    }

    @ParameterizedTest
    @CsvSource({"a,b", "a,\u00e4", "o,0", "a b,ab", "\u0430,a"})
    void keepsNamesApartThatAllFileSystemsKeepApart(String one, String other) {
        assertThat(SafePath.folded(one)).isNotEqualTo(SafePath.folded(other));
    }

    @Test
    void countsBytesAndNotCharacters() {
        String name = SafePath.name(BString.of("日".repeat(200)));

        assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSize(255);
    }
}
