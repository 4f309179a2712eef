package io.bittern.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void leavesOrdinaryTextAlone() {
        assertThat(Text.clean("Grüße, 世界 \ud83d\ude00 <b>&amp;")).isEqualTo("Grüße, 世界 \ud83d\ude00 <b>&amp;");
    }

    @Test
    void takesAwayWhatATerminalWouldObey() {
        assertThat(Text.clean("\u001b[31mred\u001b]0;title\u0007\u009b2J\u007f\0"))
                .isEqualTo("[31mred]0;title2J");
    }

    @Test
    void takesAwayWhatTurnsTheDirectionOfWriting() {
        assertThat(Text.clean("a\u202egpj.exe\u202c \u2066b\u2069\u200e\u200f\u061c"))
                .isEqualTo("agpj.exe b");
    }

    @Test
    void putsSeveralLinesOnOne() {
        assertThat(Text.clean("one\r\n\ttwo\u2028three\u0085four\u000b\n")).isEqualTo("one two three four");
    }

    @Test
    void takesAwayHalvesOfSurrogatePairs() {
        assertThat(Text.clean("a\ud83db\ude00c")).isEqualTo("abc");
    }

    @Test
    void cutsWhatIsTooLongAndMarksIt() {
        assertThat(Text.clean("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Text.clean("abcdefg", 6)).isEqualTo("abcde\u2026");
        assertThat(Text.clean("abc\ud83d\ude00\ud83d\ude00", 5)).isEqualTo("abc\u2026");
        assertThat(Text.clean("abc", 0)).isEmpty();
        assertThat(Text.clean("x".repeat(1_000_000))).hasSize(Text.LINE);
    }

    @Test
    void givesOneShortHarmlessLineForAnyCharacters() {
        Forall.seeds(5_000, random -> {
            StringBuilder any = new StringBuilder();
            for (int i = random.nextInt(80); i > 0; i--) {
                any.append((char) (random.nextBoolean() ? random.nextInt(0x2100) : random.nextInt(0x10000)));
            }
            int length = random.nextInt(60);

            String clean = Text.clean(any.toString(), length);

            assertThat(clean)
                    .hasSizeLessThanOrEqualTo(length)
                    .doesNotContainPattern("[\\p{Cntrl}\\u2028\\u2029\\u202e]");
            assertThat(clean.codePoints().noneMatch(Text::isHostile)).isTrue();
            assertThat(Text.clean(clean, length)).isEqualTo(clean);
        });
    }
}
