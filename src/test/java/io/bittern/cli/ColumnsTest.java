package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColumnsTest {

    @Test
    void countsWideCharactersTwiceAndCombiningOnesNotAtAll() {
        assertThat(Columns.of("abc")).isEqualTo(3);
        assertThat(Columns.of("日本")).isEqualTo(4);
        assertThat(Columns.of("\uac00\u1100")).isEqualTo(4);
        assertThat(Columns.of("e\u0301")).isEqualTo(1);
        assertThat(Columns.of("😀")).isEqualTo(2);
        assertThat(Columns.of("█↓")).isEqualTo(2);
    }

    @Test
    void cutsBeforeACharacterThatWouldStickOut() {
        assertThat(Columns.cut("日本語", 5)).isEqualTo("日本");
        assertThat(Columns.cut("a😀b", 2)).isEqualTo("a");
        assertThat(Columns.cut("abc", 3)).isEqualTo("abc");
        assertThat(Columns.cut("abc", 0)).isEmpty();
    }

    @Test
    void fitsATextToExactlySoManyColumns() {
        assertThat(Columns.fit("ab", 4)).isEqualTo("ab  ");
        assertThat(Columns.fit("abcdef", 4)).isEqualTo("abc~");
        assertThat(Columns.fit("日本語", 4)).isEqualTo("日~ ");
        assertThat(Columns.fit("abc", 0)).isEmpty();
    }
}
