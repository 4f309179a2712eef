package io.bittern.wire;

import static io.bittern.wire.Frames.decode;
import static io.bittern.wire.Frames.frame;
import static io.bittern.wire.Frames.lying;
import static io.bittern.wire.Frames.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {

    private static final int PIECES = 11;
    private static final int BLOCK = 16 << 10;

    private final FrameDecoder decoder = new FrameDecoder(PIECES, BLOCK);

    @Nested
    class Right {

        @Test
        void everyMessageComesOut() throws WireException {
            assertThat(all(new byte[4])).containsExactly(PeerMessage.KeepAlive.INSTANCE);
            assertThat(all(frame(0))).containsExactly(PeerMessage.Choke.INSTANCE);
            assertThat(all(frame(1))).containsExactly(PeerMessage.Unchoke.INSTANCE);
            assertThat(all(frame(2))).containsExactly(PeerMessage.Interested.INSTANCE);
            assertThat(all(frame(3))).containsExactly(PeerMessage.NotInterested.INSTANCE);
            assertThat(all(numbers(4, 10))).containsExactly(new PeerMessage.Have(10));
            assertThat(Frames.texts(all(frame(5, 0xff, 0xe0)))).containsExactly("Bits ffe0");
            assertThat(all(numbers(6, 1, 2, 3))).containsExactly(new PeerMessage.Request(1, 2, 3));
            assertThat(Frames.texts(all(numbers(7, 1, 2, 0x61626364)))).containsExactly("Block 1 2 61626364");
            assertThat(all(numbers(8, 1, 2, 3))).containsExactly(new PeerMessage.Cancel(1, 2, 3));
            assertThat(all(frame(9, 0xff, 0xfe))).containsExactly(new PeerMessage.Port(0xfffe));
        }

        @Test
        void messagesOfTheFastExtension() throws WireException {
            assertThat(all(numbers(13, 1))).containsExactly(new PeerMessage.Suggest(1));
            assertThat(all(frame(14))).containsExactly(PeerMessage.HaveAll.INSTANCE);
            assertThat(all(frame(15))).containsExactly(PeerMessage.HaveNone.INSTANCE);
            assertThat(all(numbers(16, 1, 2, 3))).containsExactly(new PeerMessage.Reject(1, 2, 3));
            assertThat(all(numbers(17, 10))).containsExactly(new PeerMessage.AllowedFast(10));
        }

        @Test
        void messagesOfTheExtensionProtocol() throws WireException {
            assertThat(Frames.texts(all(frame(20, 255, 0x61)))).containsExactly("Extended 255 61");
            assertThat(Frames.texts(all(frame(20, 0)))).containsExactly("Extended 0 ");
            refused(frame(20));
        }

        @Test
        void piecesOfTheFastExtensionAreThose() {
            refused(numbers(13, PIECES));
            refused(numbers(16, PIECES, 0, 1));
            refused(numbers(16, 0, -1, 1));
            refused(numbers(17, -1));
            refused(frame(14, 0));
        }

        @Test
        void aMessageWeDoNotKnowIsSkipped() throws WireException {
            assertThat(all(frame(200, 1, 2, 3))).containsExactly(new PeerMessage.Unknown(200, 3));
            assertThat(all(frame(10))).containsExactly(new PeerMessage.Unknown(10, 0));
            assertThat(all(frame(0))).containsExactly(PeerMessage.Choke.INSTANCE);
        }

        @Test
        void theLongestMessageWeDoNotKnowIsSkippedAndNeverKept() throws WireException {
            decoder.feed(lying(1 + (32 << 10), 77), 0, 5);
            assertThat(decoder.next()).isNull();
            for (int left = 32 << 10; left > 1024; left -= 1024) {
                decoder.feed(new byte[1024], 0, 1024);
                assertThat(decoder.next()).isNull();
                assertThat(decoder.buffered()).isLessThanOrEqualTo(17);
            }
            decoder.feed(new byte[1024], 0, 1024);

            assertThat(decoder.next()).isEqualTo(new PeerMessage.Unknown(77, 32 << 10));
        }

        @Test
        void aBlockWithinOneReadIsASliceOfIt() throws WireException {
            byte[] read = FrameEncoder.encode(
                    List.of(PeerMessage.Choke.INSTANCE, new PeerMessage.Block(3, 4, new byte[BLOCK], 0, BLOCK)));
            decoder.feed(read, 0, read.length);

            assertThat(decoder.next()).isEqualTo(PeerMessage.Choke.INSTANCE);
            assertThat(decoder.next()).isEqualTo(new PeerMessage.Block(3, 4, read, 5 + 13, BLOCK));
            assertThat(decoder.next()).isNull();
            assertThat(decoder.buffered()).isZero();
        }

        @Test
        void aBlockWhoseHeadCameEarlierIsStillASlice() throws WireException {
            decoder.feed(FrameEncoder.blockHeader(3, 4, BLOCK), 0, 13);
            assertThat(decoder.next()).isNull();
            assertThat(decoder.buffered()).isEqualTo(13);

            byte[] read = new byte[BLOCK];
            decoder.feed(read, 0, BLOCK);

            assertThat(decoder.next()).isEqualTo(new PeerMessage.Block(3, 4, read, 0, BLOCK));
        }

        @Test
        void aBlockThatSpansReadsIsCopiedIntoAnArrayOfItsOwn() throws WireException {
            byte[] first = ByteBuffer.allocate(14)
                    .put(FrameEncoder.blockHeader(3, 4, 3))
                    .put((byte) 1)
                    .array();
            decoder.feed(first, 0, 14);
            assertThat(decoder.next()).isNull();
            assertThat(decoder.buffered()).isEqualTo(13 + 3);

            decoder.feed(new byte[] {9, 2, 3, 9}, 1, 2);

            assertThat(decoder.next()).isInstanceOfSatisfying(PeerMessage.Block.class, block -> {
                assertThat(block.array()).containsExactly(1, 2, 3);
                assertThat(block.offset()).isZero();
            });
        }

        @Test
        void theBitfieldOfATorrentThatIsNotKnownYetIsTaken() throws WireException {
            FrameDecoder magnet = new FrameDecoder(FrameDecoder.UNKNOWN_PIECES, BLOCK);

            assertThat(Frames.texts(decode(magnet, frame(5, 1, 2, 3), 100))).containsExactly("Bits 010203");
            assertThat(decode(magnet, numbers(4, 0x1fffff), 100)).containsExactly(new PeerMessage.Have(0x1fffff));
            assertThat(decode(magnet, lying(1 + (0x200000 / 8), 5), 100)).isEmpty();
        }

        @Test
        void aTorrentOfWholeBytesHasNoSpareBits() throws WireException {
            assertThat(Frames.texts(decode(new FrameDecoder(16, BLOCK), frame(5, 0xff, 0xff), 100)))
                    .containsExactly("Bits ffff");
        }

        @Test
        void theLargestTorrentHasABitfieldThatFits() throws WireException {
            FrameDecoder large = new FrameDecoder(Integer.MAX_VALUE, BLOCK);

            assertThat(decode(large, lying(1 + (1 << 28), 5), 100)).isEmpty();
            assertThat(large.buffered()).isEqualTo(5);
        }
    }

    @Nested
    class CutShort {

        @Test
        void everyBeginningOfEveryMessageWaitsForMore() throws WireException {
            List<byte[]> frames = List.of(
                    new byte[4],
                    frame(0),
                    numbers(4, 1),
                    frame(5, 0xff, 0xe0),
                    numbers(6, 1, 2, 3),
                    numbers(7, 1, 2, 3),
                    frame(9, 1, 2),
                    frame(99, 1, 2));
            for (byte[] frame : frames) {
                for (int length = 0; length < frame.length; length++) {
                    FrameDecoder cut = new FrameDecoder(PIECES, BLOCK);
                    cut.feed(frame, 0, length);
                    assertThat(cut.next()).isNull();
                    cut.feed(frame, length, frame.length - length);
                    assertThat(cut.next()).isNotNull();
                }
            }
        }

        @Test
        void whatWasNotReadYetIsNeverOverwritten() {
            decoder.feed(new byte[8], 0, 8);

            assertThatThrownBy(() -> decoder.feed(new byte[8], 0, 8)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class Wrong {

        @ParameterizedTest
        @ValueSource(ints = {PIECES, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff})
        void aPieceThatDoesNotExistIsRefused(int piece) {
            refused(numbers(4, piece));
            refused(numbers(6, piece, 0, BLOCK));
            refused(numbers(7, piece, 0, 1));
            refused(numbers(8, piece, 0, BLOCK));
        }

        @ParameterizedTest
        @ValueSource(ints = {0x7fffffff, 0x80000000, 0xffffffff})
        void aBeginThatIsNegativeOrOverflowsIsRefused(int begin) {
            refused(numbers(6, 1, begin, BLOCK));
            refused(numbers(7, 1, begin, 1));
            refused(numbers(8, 1, begin, BLOCK));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, FrameDecoder.MAX_BLOCK + 1, 0x7fffffff, 0x80000000, 0xffffffff})
        void aRequestForNothingOrTooMuchIsRefused(int length) {
            refused(numbers(6, 1, 0, length));
            refused(numbers(8, 1, 0, length));
        }

        @Test
        void aBlockOfNothingIsRefused() {
            refused(numbers(7, 1, 0));
        }

        @Test
        void spareBitsAreRefused() {
            refused(frame(5, 0xff, 0xf0));
            refused(frame(5, 0, 0x10));
            refused(frame(5, 0, 0x01));
        }

        @Test
        void aBadHeadIsRefusedBeforeItsPayloadComes() {
            refused(FrameEncoder.blockHeader(PIECES, 0, BLOCK));
            refused(FrameEncoder.blockHeader(0, -1, BLOCK));
        }

        @Test
        void aBrokenDecoderStaysBroken() {
            assertThatThrownBy(() -> all(frame(0, 1))).isInstanceOf(WireException.class);

            decoder.feed(frame(0), 0, 5);

            assertThatThrownBy(decoder::next).isInstanceOf(WireException.class);
        }

        @Test
        void whatCameBeforeTheFaultComesOut() throws WireException {
            byte[] bytes =
                    ByteBuffer.allocate(10).put(frame(1)).put(lying(2, 1)).array();
            decoder.feed(bytes, 0, 10);

            assertThat(decoder.next()).isEqualTo(PeerMessage.Unchoke.INSTANCE);
            assertThatThrownBy(decoder::next).isInstanceOf(WireException.class);
            assertThat(decoder.buffered()).isZero();
        }
    }

    @Nested
    class LyingAboutItsLength {

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3})
        void aMessageWithoutPayloadHasNone(int id) {
            refused(lying(2, id));
            refused(lying(5, id));
        }

        @Test
        void aFixedMessageHasItsLength() {
            for (int id : new int[] {4, 6, 8, 9}) {
                for (int length = 1; length < 20; length++) {
                    if (length != new int[] {5, 0, 13, 0, 13, 3}[id - 4]) {
                        refused(lying(length, id));
                    }
                }
            }
        }

        @Test
        void aBitfieldHasABitForEachPieceAndNoByteMore() {
            refused(lying(1, 5));
            refused(lying(2, 5));
            refused(lying(4, 5));
            refused(lying(1 + 0x200000 / 8, 5));
        }

        @Test
        void aBlockIsNotShorterThanItsHead() {
            for (int length = 1; length <= 9; length++) {
                refused(lying(length, 7));
            }
        }
    }

    @Nested
    class TooLong {

        @ParameterizedTest
        @ValueSource(ints = {0xffffffff, 0x80000000, 0x7fffffff, 0x10000000, 0x10003})
        void aPrefixOverEveryLimitIsRefusedByItself(int prefix) {
            refused(ByteBuffer.allocate(4).putInt(prefix).array());
        }

        @Test
        void anExtensionMessageOverItsLimitIsRefusedByPrefixAndId() {
            refused(lying(0x10002 + 1, 20));
        }

        @Test
        void aBlockOverWhatWeAskForIsRefusedByPrefixAndId() {
            refused(lying(9 + BLOCK + 1, 7));
        }

        @Test
        void aMessageWeDoNotKnowIsRefusedOver32KiB() {
            refused(lying(1 + (32 << 10) + 1, 99));
        }

        @Test
        void theBitfieldOfATorrentThatIsNotKnownYetIsCapped() {
            FrameDecoder magnet = new FrameDecoder(FrameDecoder.UNKNOWN_PIECES, BLOCK);

            assertThatThrownBy(() -> decode(magnet, lying(2 + 0x200000 / 8, 5), 100))
                    .isInstanceOf(WireException.class);
        }

        @Test
        void noDecoderTakesBlocksOver128KiB() {
            assertThatThrownBy(() -> new FrameDecoder(PIECES, FrameDecoder.MAX_BLOCK + 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private List<PeerMessage> all(byte[] bytes) throws WireException {
        List<PeerMessage> messages = new ArrayList<>(decode(decoder, bytes, bytes.length));
        assertThat(Frames.texts(decode(new FrameDecoder(PIECES, BLOCK), bytes, 1)))
                .isEqualTo(Frames.texts(messages));
        return messages;
    }

    private static void refused(byte[] bytes) {
        for (int cut : new int[] {bytes.length, 1}) {
            FrameDecoder fresh = new FrameDecoder(PIECES, BLOCK);
            assertThatThrownBy(() -> decode(fresh, bytes, cut)).isInstanceOf(WireException.class);
            assertThat(fresh.buffered()).isZero();
        }
    }
}
