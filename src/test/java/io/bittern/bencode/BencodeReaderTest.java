package io.bittern.bencode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BencodeReaderTest {

    @Test
    void readsIntegersToTheEndsOf64Bits() throws BencodeException {
        assertThat(read("i0e")).isEqualTo(new BInteger(0));
        assertThat(read("i-1e")).isEqualTo(new BInteger(-1));
        assertThat(read("i9223372036854775807e")).isEqualTo(new BInteger(Long.MAX_VALUE));
        assertThat(read("i-9223372036854775808e")).isEqualTo(new BInteger(Long.MIN_VALUE));
    }

    @Test
    void readsStringsOfAnyBytes() throws BencodeException {
        assertThat(read("0:")).isEqualTo(BString.EMPTY);
        assertThat(read("4:a\0\u00ff:").asString().orElseThrow().bytes()).containsExactly('a', 0, 0xff, ':');
    }

    @Test
    void readsListsAndDictionariesWithinEachOther() throws BencodeException {
        Bencode value = read("d1:ali1e1:xdee2:bb0:e");

        assertThat(value)
                .isEqualTo(BDictionary.builder()
                        .put("bb", "")
                        .put("a", BList.of(new BInteger(1), BString.of("x"), BDictionary.EMPTY))
                        .build());
        assertThat(read("le")).isEqualTo(new BList(List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "'',0",
        "i,1",
        "i1,2",
        "ie,1",
        "i-e,2",
        "i-0e,0",
        "i00e,0",
        "i01e,0",
        "i-01e,0",
        "i+1e,1",
        "i 1e,1",
        "i1.5e,2",
        "i9223372036854775808e,0",
        "i-9223372036854775809e,20",
        "i99999999999999999999999999e,19",
        "--1:a,0",
        "1,1",
        "1:,0",
        "5:abc,0",
        "01:a,0",
        "00:,0",
        "-1:a,0",
        "1a,1",
        "99999999999999:a,10",
        "4294967297:a,0",
        "l,1",
        "li1e,4",
        "e,0",
        "x,0",
        "<html>,0",
        "d,1",
        "d1:a,4",
        "d1:ae,4",
        "di1ei2ee,1",
        "d1:a1:b1:a1:ce,7",
        "d1:b1:x1:a1:ye,7",
        "d2:aa0:1:a0:e,7",
        "i1ei2e,3",
        "'le ',2",
        "dee,2",
        "i1e~,3"
    })
    void refusesWhatIsNotStrictlyBencodedAndSaysWhere(String input, int offset) {
        String unescaped = input.replace('~', '\n');

        BencodeException refusal = catchThrowableOfType(BencodeException.class, () -> read(unescaped));

        assertThat(refusal).as(input).isNotNull().hasMessageEndingWith("at byte " + refusal.offset());
        assertThat(refusal.offset()).as(refusal.getMessage()).isEqualTo(offset);
    }

    @Test
    void keepsMessagesFreeOfTheBytesThatItFound() {
        assertThatThrownBy(() -> read("\u001b[31m"))
                .isInstanceOf(BencodeException.class)
                .hasMessage("expected a value, found 0x1b at byte 0");
    }

    @Test
    void putsUpWithUnsortedKeysOnlyIfLenientAndNeverWithTwins() throws BencodeException {
        byte[] unsorted = bytes("d1:bi1e1:ai2ee");

        BDictionary read = BencodeReader.read(unsorted, Limits.STRICT.lenient())
                .asDictionary()
                .orElseThrow();

        assertThat(read.integer("a")).contains(2L);
        assertThat(read.integer("b")).contains(1L);
        assertThat(read.raw().bytes()).isEqualTo(unsorted);
        assertThat(BencodeWriter.write(read)).isEqualTo(bytes("d1:ai2e1:bi1ee"));
        BencodeException refusal = catchThrowableOfType(
                BencodeException.class,
                () -> BencodeReader.read(bytes("d1:bi1e1:ai2e1:bi3ee"), Limits.STRICT.lenient()));
        assertThat(refusal.offset()).isEqualTo(13);
    }

    @Test
    void sortsKeysByUnsignedBytes() throws BencodeException {
        assertThat(read("d1:z0:1:\u00ff0:e").asDictionary().orElseThrow().size())
                .isEqualTo(2);
        assertThatThrownBy(() -> read("d1:\u00ff0:1:z0:e")).isInstanceOf(BencodeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"l", "d1:a", "ld0:"})
    void survivesAHundredThousandLevels(String level) {
        byte[] bomb = bytes(level.repeat(100_000));

        for (Limits limits : List.of(
                Limits.STRICT, Limits.FILE, Limits.METADATA, Limits.TRACKER, Limits.PEER.withSize(bomb.length))) {
            assertThatThrownBy(() -> BencodeReader.read(bomb, limits))
                    .isInstanceOf(BencodeException.class)
                    .hasMessageContaining("nesting deeper than " + limits.depth());
        }
    }

    @Test
    void allowsExactlyTheDepthOfTheLimits() throws BencodeException {
        Limits three = Limits.STRICT.withDepth(3);

        assertThat(BencodeReader.read(bytes("llli1eeee"), three)).isInstanceOf(BList.class);
        assertThatThrownBy(() -> BencodeReader.read(bytes("lllleeee"), three)).isInstanceOf(BencodeException.class);
        assertThat(BencodeReader.read(bytes("i1e"), Limits.STRICT.withDepth(0))).isEqualTo(new BInteger(1));
    }

    @Test
    void allowsExactlyTheTokensAndTheSizeOfTheLimits() throws BencodeException {
        byte[] input = bytes("d1:ali1eee");

        assertThat(BencodeReader.read(input, Limits.STRICT.withTokens(6).withSize(10)))
                .isInstanceOf(BDictionary.class);
        assertThatThrownBy(() -> BencodeReader.read(input, Limits.STRICT.withTokens(5)))
                .hasMessageContaining("more than 5 tokens");
        assertThatThrownBy(() -> BencodeReader.read(input, Limits.STRICT.withSize(9)))
                .hasMessageContaining("10 bytes where 9 are allowed");
    }

    @Test
    void refusesLimitsThatWouldLetTheStackOverflow() {
        assertThatThrownBy(() -> Limits.STRICT.withDepth(Limits.DEEPEST + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsAValueThatOtherBytesFollow() throws BencodeException {
        byte[] message = bytes("??d1:xi1eepayload");

        BencodeReader.Prefix prefix = BencodeReader.readPrefix(message, 2, message.length, Limits.PEER);

        assertThat(prefix.value().asDictionary().orElseThrow().integer("x")).contains(1L);
        assertThat(prefix.end()).isEqualTo(10);
        assertThatThrownBy(() -> BencodeReader.readPrefix(message, 2, 9, Limits.PEER))
                .hasMessageEndingWith("at byte 7");
    }

    @Test
    void keepsToThePartOfTheArrayThatItWasGiven() throws BencodeException {
        byte[] array = bytes("xx3:abcde");

        assertThat(BencodeReader.read(array, 2, 7, Limits.STRICT)).isEqualTo(BString.of("abc"));
        assertThatThrownBy(() -> BencodeReader.read(array, 2, 6, Limits.STRICT))
                .hasMessage("the input ends within a string at byte 0");
    }

    @Test
    void keepsTheBytesOfEveryDictionary() throws BencodeException {
        BDictionary outer = read("d4:infod1:ai1eee").asDictionary().orElseThrow();

        assertThat(outer.dictionary("info").orElseThrow().raw()).isEqualTo(BString.of("d1:ai1ee"));
        assertThat(outer.raw()).isEqualTo(BString.of("d4:infod1:ai1eee"));
    }

    @Test
    void tellsAnInputThatEndsTooEarlyFromOneThatIsWrong() {
        for (String early : List.of("", "i1", "3:ab", "3", "l", "d1:a")) {
            assertThat(catchThrowableOfType(BencodeException.class, () -> read(early))
                            .isCutShort())
                    .as(early)
                    .isTrue();
        }
        for (String wrong : List.of("x", "i01e", "lx", "i1e2")) {
            assertThat(catchThrowableOfType(BencodeException.class, () -> read(wrong))
                            .isCutShort())
                    .as(wrong)
                    .isFalse();
        }
    }

    private static Bencode read(String input) throws BencodeException {
        return BencodeReader.read(bytes(input), Limits.STRICT);
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(ISO_8859_1);
    }
}
