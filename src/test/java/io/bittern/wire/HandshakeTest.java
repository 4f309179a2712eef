package io.bittern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Forall;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HandshakeTest {

    private static final Handshake HANDSHAKE = new Handshake(
            0x0000000000100005L,
            InfoHash.fromHex("00112233445566778899aabbccddeeff01020304"),
            PeerId.of("-BJ0100-abcdefghijkl".getBytes(StandardCharsets.US_ASCII)));

    private final HandshakeDecoder decoder = new HandshakeDecoder();

    @Test
    void hasItsFormOfBep3() {
        assertThat(HexFormat.of().formatHex(HANDSHAKE.encode()))
                .isEqualTo("13426974546f7272656e742070726f746f636f6c" + "0000000000100005"
                        + "00112233445566778899aabbccddeeff01020304" + "2d424a303130302d6162636465666768696a6b6c");
    }

    @Nested
    class Right {

        @Test
        void isReadAndWhatFollowsIsLeft() throws WireException {
            byte[] bytes = Arrays.copyOf(HANDSHAKE.encode(), 100);

            assertThat(decoder.feed(bytes, 0, 100)).isEqualTo(Handshake.LENGTH);
            assertThat(decoder.handshake()).isEqualTo(HANDSHAKE);
            assertThat(decoder.feed(bytes, 68, 32)).isZero();
        }

        @Test
        void isReadHoweverItIsCut() {
            Forall.seeds(200, random -> {
                HandshakeDecoder cut = new HandshakeDecoder();
                byte[] bytes = new byte[75];
                for (int at = 0; at < Handshake.LENGTH; ) {
                    int length = Math.min(Handshake.LENGTH - at, random.nextInt(30));
                    System.arraycopy(HANDSHAKE.encode(), at, bytes, 7, length);
                    assertThat(cut.feed(bytes, 7, length)).isEqualTo(length);
                    at += length;
                }
                assertThat(cut.handshake()).isEqualTo(HANDSHAKE);
            });
        }

        @Test
        void namesTheTorrentBeforeThePeer() throws WireException {
            decoder.feed(HANDSHAKE.encode(), 0, 47);
            assertThat(decoder.infoHash()).isNull();

            decoder.feed(HANDSHAKE.encode(), 47, 1);
            assertThat(decoder.infoHash()).isEqualTo(HANDSHAKE.infoHash());
            assertThat(decoder.handshake()).isNull();

            decoder.feed(HANDSHAKE.encode(), 48, 19);
            assertThat(decoder.handshake()).isNull();
        }

        @Test
        void canBeReadAgainFromTheFirstByte() throws WireException {
            decoder.feed(HANDSHAKE.encode(), 0, 50);

            assertThat(decoder.taken()).isEqualTo(Arrays.copyOf(HANDSHAKE.encode(), 50));
        }
    }

    @Nested
    class Wrong {

        @Test
        void isRefusedAtTheFirstWrongByte() {
            for (int at = 0; at < 20; at++) {
                byte[] bytes = HANDSHAKE.encode();
                bytes[at] ^= 1;
                int before = at;
                HandshakeDecoder fresh = new HandshakeDecoder();
                assertThatThrownBy(() -> {
                            assertThat(fresh.feed(bytes, 0, before)).isEqualTo(before);
                            fresh.feed(bytes, before, 1);
                        })
                        .isInstanceOf(WireException.class);
            }
        }

        @Test
        void anyBytesGiveAHandshakeOrAWireException() {
            Forall.seeds(1000, random -> {
                byte[] bytes = HANDSHAKE.encode();
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                HandshakeDecoder fresh = new HandshakeDecoder();
                try {
                    fresh.feed(bytes, 0, bytes.length);
                    assertThat(Objects.requireNonNull(fresh.handshake()).encode())
                            .isEqualTo(bytes);
                } catch (WireException refused) {
                    assertThat(fresh.handshake()).isNull();
                }
            });
        }

        @Test
        void aHandshakeOfZeroesIsRefusedAtOnce() {
            assertThatThrownBy(() -> decoder.feed(new byte[1], 0, 1)).isInstanceOf(WireException.class);
        }
    }
}
