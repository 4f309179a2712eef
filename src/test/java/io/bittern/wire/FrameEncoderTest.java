package io.bittern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameEncoderTest {

    @Test
    void everyMessageHasItsFormOfBep3() {
        assertThat(hex(PeerMessage.KeepAlive.INSTANCE)).isEqualTo("00000000");
        assertThat(hex(PeerMessage.Choke.INSTANCE)).isEqualTo("0000000100");
        assertThat(hex(PeerMessage.Unchoke.INSTANCE)).isEqualTo("0000000101");
        assertThat(hex(PeerMessage.Interested.INSTANCE)).isEqualTo("0000000102");
        assertThat(hex(PeerMessage.NotInterested.INSTANCE)).isEqualTo("0000000103");
        assertThat(hex(new PeerMessage.Have(0x01020304))).isEqualTo("000000050401020304");
        assertThat(hex(new PeerMessage.Bits(new byte[] {(byte) 0xa5, 0x40}))).isEqualTo("0000000305a540");
        assertThat(hex(new PeerMessage.Request(1, 2, 3))).isEqualTo("0000000d06000000010000000200000003");
        assertThat(hex(new PeerMessage.Block(1, 2, new byte[] {9, 8, 7, 6}, 1, 2)))
                .isEqualTo("0000000b0700000001000000020807");
        assertThat(hex(new PeerMessage.Cancel(1, 2, 3))).isEqualTo("0000000d08000000010000000200000003");
        assertThat(hex(new PeerMessage.Port(6881))).isEqualTo("00000003091ae1");
    }

    @Test
    void severalMessagesGoIntoOneArray() {
        List<PeerMessage> requests = Collections.nCopies(100, new PeerMessage.Request(1, 2, 3));

        assertThat(FrameEncoder.encode(requests)).hasSize(1700);
        assertThat(FrameEncoder.encode(List.of())).isEmpty();
    }

    @Test
    void theHeaderOfABlockAndItsBytesAreTheMessage() {
        byte[] bytes = {9, 8, 7, 6};

        byte[] joined = ByteBuffer.allocate(17)
                .put(FrameEncoder.blockHeader(5, 6, 4))
                .put(bytes)
                .array();

        assertThat(joined).isEqualTo(FrameEncoder.encode(new PeerMessage.Block(5, 6, bytes, 0, 4)));
    }

    @Test
    void whatWeDoNotKnowIsNotSaid() {
        assertThatThrownBy(() -> FrameEncoder.encode(new PeerMessage.Unknown(99, 3)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String hex(PeerMessage message) {
        return HexFormat.of().formatHex(FrameEncoder.encode(message));
    }
}
