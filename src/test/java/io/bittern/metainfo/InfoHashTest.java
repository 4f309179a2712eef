package io.bittern.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class InfoHashTest {

    private static final String HEX = "00ff7f80000102030405060708090a0b0c0d0e0f";

    @Test
    void isWrittenAsFortyDigitsOfEitherCase() {
        assertThat(InfoHash.fromHex(HEX)).hasToString(HEX).isEqualTo(InfoHash.fromHex(HEX.toUpperCase(Locale.ROOT)));
    }

    @Test
    void isTheSameForTheSameBytesOnly() {
        byte[] bytes = InfoHash.fromHex(HEX).bytes();
        InfoHash same = InfoHash.of(bytes);
        bytes[19]++;

        assertThat(same).isEqualTo(InfoHash.fromHex(HEX)).hasSameHashCodeAs(InfoHash.fromHex(HEX));
        assertThat(same).isNotEqualTo(InfoHash.of(bytes));
        assertThat(same).isLessThan(InfoHash.of(bytes)).isLessThan(InfoHash.fromHex("80" + HEX.substring(2)));
    }

    @Test
    void hasTwentyBytes() {
        assertThatThrownBy(() -> InfoHash.of(new byte[19])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InfoHash.fromHex(HEX + "00")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InfoHash.fromHex("zz" + HEX.substring(2)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
