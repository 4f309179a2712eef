package io.bittern.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/** Frames and messages for the tests of this package. */
final class Frames {

    private Frames() {}

    /** A frame with an honest prefix. */
    static byte[] frame(int id, int... payload) {
        return lying(1 + payload.length, id, payload);
    }

    /** A frame whose prefix says what it likes. */
    static byte[] lying(int prefix, int id, int... payload) {
        ByteBuffer frame =
                ByteBuffer.allocate(5 + payload.length).putInt(prefix).put((byte) id);
        for (int b : payload) {
            frame.put((byte) b);
        }
        return frame.array();
    }

    /** A frame whose payload is of 32-bit numbers. */
    static byte[] numbers(int id, int... numbers) {
        ByteBuffer frame = ByteBuffer.allocate(5 + 4 * numbers.length)
                .putInt(1 + 4 * numbers.length)
                .put((byte) id);
        for (int number : numbers) {
            frame.putInt(number);
        }
        return frame.array();
    }

    /** All messages in these bytes, fed in pieces that are at most {@code cut} long. */
    static List<PeerMessage> decode(FrameDecoder decoder, byte[] bytes, int cut) throws WireException {
        List<PeerMessage> messages = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += cut) {
            messages.addAll(feed(decoder, bytes, at, Math.min(cut, bytes.length - at)));
        }
        return messages;
    }

    /** Feeds a copy of a slice, which stands somewhere in a larger array, and takes all messages out. */
    static List<PeerMessage> feed(FrameDecoder decoder, byte[] bytes, int offset, int length) throws WireException {
        byte[] read = new byte[length + 7];
        System.arraycopy(bytes, offset, read, 3, length);
        decoder.feed(read, 3, length);
        List<PeerMessage> messages = new ArrayList<>();
        for (PeerMessage message = decoder.next(); message != null; message = decoder.next()) {
            messages.add(message);
        }
        return messages;
    }

    /** What messages say, also those that hold arrays. */
    static List<String> texts(List<? extends PeerMessage> messages) {
        return messages.stream().map(Frames::text).toList();
    }

    static String text(PeerMessage message) {
        if (message instanceof PeerMessage.Bits bits) {
            return "Bits " + HexFormat.of().formatHex(bits.bytes());
        }
        if (message instanceof PeerMessage.Block block) {
            byte[] bytes = Arrays.copyOfRange(block.array(), block.offset(), block.offset() + block.length());
            return "Block " + block.piece() + " " + block.begin() + " "
                    + HexFormat.of().formatHex(bytes);
        }
        if (message instanceof PeerMessage.Extended extended) {
            return "Extended " + extended.id() + " " + HexFormat.of().formatHex(extended.payload());
        }
        return message.toString();
    }

    /** Any message that a decoder for {@code pieces} pieces and blocks of {@code maxBlock} takes. */
    static PeerMessage any(RandomGenerator random, int pieces, int maxBlock) {
        int piece = random.nextInt(pieces);
        int length = 1 + random.nextInt(maxBlock);
        int begin = random.nextInt(Integer.MAX_VALUE - length);
        return switch (random.nextInt(17)) {
            case 0 -> PeerMessage.KeepAlive.INSTANCE;
            case 1 -> PeerMessage.Choke.INSTANCE;
            case 2 -> PeerMessage.Unchoke.INSTANCE;
            case 3 -> PeerMessage.Interested.INSTANCE;
            case 4 -> PeerMessage.NotInterested.INSTANCE;
            case 5 -> new PeerMessage.Have(piece);
            case 6 -> new PeerMessage.Bits(bits(random, pieces));
            case 7 -> new PeerMessage.Request(piece, begin, length);
            case 8 -> new PeerMessage.Block(piece, begin, bytes(random, length + 5), 5, length);
            case 9 -> new PeerMessage.Cancel(piece, begin, length);
            case 10 -> new PeerMessage.Suggest(piece);
            case 11 -> PeerMessage.HaveAll.INSTANCE;
            case 12 -> PeerMessage.HaveNone.INSTANCE;
            case 13 -> new PeerMessage.Reject(piece, begin, length);
            case 14 -> new PeerMessage.AllowedFast(piece);
            case 15 -> new PeerMessage.Extended(random.nextInt(256), bytes(random, random.nextInt(40)));
            default -> new PeerMessage.Port(random.nextInt(1 << 16));
        };
    }

    private static byte[] bits(RandomGenerator random, int pieces) {
        byte[] bytes = bytes(random, (pieces + 7) / 8);
        bytes[bytes.length - 1] &= (byte) (0xff << (bytes.length * 8 - pieces));
        return bytes;
    }

    private static byte[] bytes(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
