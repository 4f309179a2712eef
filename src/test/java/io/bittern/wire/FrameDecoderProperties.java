package io.bittern.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FrameDecoderProperties {

    private static final int PIECES = 21;
    private static final int MAX_BLOCK = 64;

    /** The head and the longest payload that is ever put together. */
    private static final int MOST_BUFFERED = 17 + FrameLimits.MAX_EXTENDED;

    @Test
    void whatIsEncodedIsDecodedForEveryCut() {
        Forall.lists(300, FrameDecoderProperties::messages, messages -> {
            byte[] bytes = FrameEncoder.encode(messages);
            List<String> expected = Frames.texts(messages);

            for (int cut = 1; cut <= Math.min(bytes.length, 100); cut++) {
                assertThat(Frames.texts(Frames.decode(decoder(), bytes, cut))).isEqualTo(expected);
            }
        });
    }

    @Test
    void whatIsEncodedIsDecodedForEveryPairOfReads() {
        Forall.lists(100, random -> List.of(Frames.any(random, PIECES, MAX_BLOCK)), messages -> {
            byte[] bytes = FrameEncoder.encode(messages);
            for (int cut = 0; cut <= bytes.length; cut++) {
                FrameDecoder decoder = decoder();
                List<PeerMessage> decoded = new ArrayList<>(Frames.feed(decoder, bytes, 0, cut));
                decoded.addAll(Frames.feed(decoder, bytes, cut, bytes.length - cut));
                assertThat(Frames.texts(decoded)).isEqualTo(Frames.texts(messages));
            }
        });
    }

    @Test
    void whatIsEncodedIsDecodedForReadsOfAnySize() {
        Forall.seeds(300, random -> {
            List<PeerMessage> messages = messages(random);
            byte[] bytes = FrameEncoder.encode(messages);
            FrameDecoder decoder = decoder();
            List<PeerMessage> decoded = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int read = Math.min(bytes.length - at, random.nextInt(40));
                decoded.addAll(Frames.feed(decoder, bytes, at, read));
                assertThat(decoder.buffered()).isLessThanOrEqualTo(MOST_BUFFERED);
                at += read;
            }
            assertThat(Frames.texts(decoded)).isEqualTo(Frames.texts(messages));
        });
    }

    @Test
    void framesThatLieGiveMessagesOrAWireException() {
        Forall.seeds(20_000, random -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int frames = 1 + random.nextInt(6); frames > 0; frames--) {
                bytes.writeBytes(lyingFrame(random));
            }
            survives(random, bytes.toByteArray());
        });
    }

    @Test
    void mutatedFramesGiveMessagesOrAWireException() {
        Forall.seeds(20_000, random -> {
            byte[] bytes = FrameEncoder.encode(messages(random));
            for (int changes = random.nextInt(4); changes >= 0 && bytes.length > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            survives(random, bytes);
        });
    }

    /** Whole or in reads of any size: the same messages, then the same end, and never more memory than a message needs. */
    private static void survives(RandomGenerator random, byte[] bytes) {
        List<String> whole = outcome(decoder(), bytes, Math.max(1, bytes.length));
        List<String> cut = outcome(decoder(), bytes, 1 + random.nextInt(9));
        assertThat(cut).isEqualTo(whole);
    }

    private static List<String> outcome(FrameDecoder decoder, byte[] bytes, int cut) {
        List<String> outcome = new ArrayList<>();
        try {
            for (int at = 0; at < bytes.length; at += cut) {
                decoder.feed(bytes, at, Math.min(cut, bytes.length - at));
                for (PeerMessage message = decoder.next(); message != null; message = decoder.next()) {
                    outcome.add(checked(message));
                }
                assertThat(decoder.buffered()).isLessThanOrEqualTo(MOST_BUFFERED);
            }
        } catch (WireException wrong) {
            outcome.add("refused: " + wrong.getMessage());
            assertThat(decoder.buffered()).isZero();
        }
        return outcome;
    }

    private static String checked(PeerMessage message) {
        if (message instanceof PeerMessage.Block block) {
            assertThat(block.piece()).isBetween(0, PIECES - 1);
            assertThat(block.begin()).isNotNegative();
            assertThat(block.length()).isBetween(1, MAX_BLOCK);
        }
        if (message instanceof PeerMessage.Request request) {
            assertThat(request.piece()).isBetween(0, PIECES - 1);
            assertThat(request.begin()).isNotNegative();
            assertThat(request.begin() + request.length()).isPositive();
        }
        if (message instanceof PeerMessage.Have have) {
            assertThat(have.piece()).isBetween(0, PIECES - 1);
        }
        return Frames.text(message);
    }

    private static byte[] lyingFrame(RandomGenerator random) {
        int body = random.nextInt(24);
        int prefix = random.nextInt(4) == 0 ? random.nextInt() : body + 1 + random.nextInt(5) - 2;
        ByteBuffer frame = ByteBuffer.allocate(5 + body).putInt(prefix).put((byte) random.nextInt(23));
        while (frame.remaining() >= 4 && random.nextInt(8) != 0) {
            frame.putInt(random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(PIECES + 2));
        }
        return frame.array();
    }

    private static List<PeerMessage> messages(RandomGenerator random) {
        List<PeerMessage> messages = new ArrayList<>();
        for (int count = random.nextInt(12); count > 0; count--) {
            messages.add(Frames.any(random, PIECES, MAX_BLOCK));
        }
        return messages;
    }

    private static FrameDecoder decoder() {
        return new FrameDecoder(PIECES, MAX_BLOCK);
    }
}
