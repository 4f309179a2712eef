package io.bittern.bencode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BencodeTest {

    private static final BDictionary DICTIONARY = BDictionary.builder()
            .put("text", "h\u00e9")
            .put("number", 7)
            .put("list", BList.of(BString.of("a"), new BInteger(1), BString.of("b")))
            .put("bytes", new byte[] {(byte) 0xff})
            .put("inner", BDictionary.builder().put("x", -1).build())
            .build();

    @Test
    void givesValuesOfTheKindThatWasAskedFor() {
        assertThat(DICTIONARY.integer("number")).contains(7L);
        assertThat(DICTIONARY.text("text")).contains("h\u00e9");
        assertThat(DICTIONARY.list("list").orElseThrow().strings()).containsExactly(BString.of("a"), BString.of("b"));
        assertThat(DICTIONARY.dictionary("inner").flatMap(inner -> inner.integer("x")))
                .contains(-1L);
    }

    @Test
    void givesNothingForAnotherKindOrAMissingKey() {
        for (String key : List.of("missing", "text", "number", "list", "inner", "")) {
            assertThat(DICTIONARY.integer(key).isPresent()).isEqualTo(key.equals("number"));
            assertThat(DICTIONARY.string(key).isPresent()).isEqualTo(key.equals("text"));
            assertThat(DICTIONARY.list(key).isPresent()).isEqualTo(key.equals("list"));
            assertThat(DICTIONARY.dictionary(key).isPresent()).isEqualTo(key.equals("inner"));
        }
    }

    @Test
    void writesDictionariesSortedAndEveryNumberInOneWay() {
        assertThat(new String(BencodeWriter.write(DICTIONARY), StandardCharsets.ISO_8859_1))
                .isEqualTo("d5:bytes1:\u00ff5:innerd1:xi-1ee4:listl1:ai1e1:be6:numberi7e4:text3:h\u00c3\u00a9e");
    }

    @Test
    void givesTheWrittenFormOfWhatWasBuiltAsItsBytes() {
        assertThat(DICTIONARY.raw().bytes()).isEqualTo(BencodeWriter.write(DICTIONARY));
    }

    @Test
    void replacesAnEarlierValueOfAKey() {
        assertThat(BDictionary.builder().put("a", 1).put("a", 2).build().integer("a"))
                .contains(2L);
    }

    @Test
    void comparesStringsByContentWhereverTheyLie() throws BencodeException {
        BString read = BencodeReader.read("l3:abce".getBytes(StandardCharsets.US_ASCII), Limits.STRICT)
                .asList()
                .orElseThrow()
                .strings()
                .get(0);

        assertThat(read).isEqualTo(BString.of("abc")).hasSameHashCodeAs(BString.of("abc"));
        assertThat(read).isNotEqualTo(BString.of("abd")).isNotEqualTo(BString.of("ab"));
        assertThat(read.compareTo(BString.of("ab"))).isPositive();
        assertThat(BString.of(new byte[] {(byte) 0x80}).compareTo(BString.of("z")))
                .isPositive();
    }

    @Test
    void givesPartsOfAString() {
        BString string = BString.of("abcdef");

        assertThat(string.length()).isEqualTo(6);
        assertThat(string.at(5)).isEqualTo((byte) 'f');
        assertThat(string.bytes(1, 3)).containsExactly('b', 'c');
        assertThat(string.matches(2, new byte[] {'c', 'd'})).isTrue();
        assertThat(string.matches(2, new byte[] {'c', 'e'})).isFalse();
        assertThatThrownBy(() -> string.at(6)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> string.matches(5, new byte[2])).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void tellsTextFromOtherBytes() {
        assertThat(BString.of("\u00e9").isUtf8()).isTrue();
        assertThat(BString.of(new byte[] {(byte) 0xc3}).isUtf8()).isFalse();
        assertThat(BString.of(new byte[] {'a', (byte) 0xc3}).utf8()).isEqualTo("a\ufffd");
    }

    @Test
    void keepsItsOwnCopyOfBytes() {
        byte[] bytes = {1, 2};
        BString string = BString.of(bytes);

        bytes[0] = 9;
        string.bytes()[1] = 9;

        assertThat(string.bytes()).containsExactly(1, 2);
    }

    @Test
    void showsNothingThatATerminalWouldObey() {
        Bencode hostile = BDictionary.builder()
                .put("\u001b[2J", BList.of(BString.of("\n\u009b" + "x".repeat(1000))))
                .build();

        assertThat(hostile.toString()).matches("[ -~]*").hasSizeLessThan(120);
    }
}
