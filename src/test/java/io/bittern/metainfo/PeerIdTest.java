package io.bittern.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerIdTest {

    @Test
    void beginsWithTheClientAndIsChanceBehindThat() {
        PeerId one = PeerId.random(new Random(1));
        PeerId other = PeerId.random(new Random(2));

        assertThat(one.toString()).startsWith(PeerId.PREFIX).hasSize(20).matches("[!-~]+");
        assertThat(one).isNotEqualTo(other).isEqualTo(PeerId.random(new Random(1)));
        assertThat(one).hasSameHashCodeAs(PeerId.of(one.bytes())).isEqualTo(PeerId.of(one.bytes()));
    }

    @Test
    void showsOnlyWhatATerminalWouldNotObey() {
        PeerId hostile = PeerId.of("-XX\u001b[2J\0\n \u007f3456789ab".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(hostile).hasToString("-XX.[2J....3456789ab");
    }

    @Test
    void hasTwentyBytes() {
        assertThatThrownBy(() -> PeerId.of(new byte[21])).isInstanceOf(IllegalArgumentException.class);
    }
}
