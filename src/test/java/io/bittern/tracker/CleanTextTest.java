package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CleanTextTest {

    @Test
    void leavesPlainTextAlone() {
        assertThat(CleanText.of("torrent not registered: ünïcode 漢字 👍"))
                .isEqualTo("torrent not registered: ünïcode 漢字 👍");
    }

    @Test
    void takesEscapesAndDirectionMarksOut() {
        assertThat(CleanText.of("a\u001b[31mb\u009b2Jc\u202edef\u0000\u007f")).isEqualTo("a[31mb2Jcdef");
    }

    @Test
    void putsEverythingOnOneLine() {
        assertThat(CleanText.of("  one\r\n\ttwo\u2028three  ")).isEqualTo("one two three");
    }

    @Test
    void cutsAtTwoHundredCharacters() {
        String cut = CleanText.of("x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8));

        assertThat(cut).hasSize(200).endsWith("x…");
    }

    @Test
    void cutsBetweenCharactersAndNotWithinOne() {
        String cut = CleanText.of("👍".repeat(300));

        assertThat(cut.codePointCount(0, cut.length())).isEqualTo(200);
        assertThat(cut).doesNotContain("?");
    }

    @Test
    void makesPrintableTextOfAnyBytes() {
        Forall.seeds(500, random -> {
            byte[] bytes = new byte[random.nextInt(1000)];
            random.nextBytes(bytes);

            String text = CleanText.of(bytes);

            assertThat(text.codePointCount(0, text.length())).isLessThanOrEqualTo(200);
            assertThat(text.codePoints()).noneMatch(Character::isISOControl);
        });
    }
}
