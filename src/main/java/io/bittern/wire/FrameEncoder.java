package io.bittern.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Writes messages in the form of the wire (BEP 3, BEP 6, BEP 10). */
public final class FrameEncoder {

    private static final int PREFIX = 4;
    private static final int FIRST_SIZE = 32;

    private FrameEncoder() {}

    /** One message. The bytes of a block are copied; {@link #blockHeader} spares that. */
    public static byte[] encode(PeerMessage message) {
        return encode(List.of(message));
    }

    /** Several messages, one after the other. */
    public static byte[] encode(List<? extends PeerMessage> messages) {
        Writer writer = new Writer();
        for (PeerMessage message : messages) {
            writer = message.match(writer);
        }
        return writer.written();
    }

    /** The 13 bytes that go before the {@code length} bytes of a block. */
    public static byte[] blockHeader(int piece, int begin, int length) {
        return ByteBuffer.allocate(PREFIX + FrameLimits.BLOCK_HEAD)
                .putInt(FrameLimits.BLOCK_HEAD + length)
                .put((byte) MessageId.PIECE)
                .putInt(piece)
                .putInt(begin)
                .array();
    }

    private static final class Writer implements PeerMessage.Handler<Writer> {

        private ByteBuffer out = ByteBuffer.allocate(FIRST_SIZE);

        byte[] written() {
            return Arrays.copyOf(out.array(), out.position());
        }

        @Override
        public Writer onKeepAlive() {
            room(PREFIX).putInt(0);
            return this;
        }

        @Override
        public Writer onChoke() {
            return frame(MessageId.CHOKE);
        }

        @Override
        public Writer onUnchoke() {
            return frame(MessageId.UNCHOKE);
        }

        @Override
        public Writer onInterested() {
            return frame(MessageId.INTERESTED);
        }

        @Override
        public Writer onNotInterested() {
            return frame(MessageId.NOT_INTERESTED);
        }

        @Override
        public Writer onHave(PeerMessage.Have have) {
            return frame(MessageId.HAVE, have.piece());
        }

        @Override
        public Writer onBits(PeerMessage.Bits bits) {
            start(MessageId.BITFIELD, bits.bytes().length).put(bits.bytes());
            return this;
        }

        @Override
        public Writer onRequest(PeerMessage.Request request) {
            return frame(MessageId.REQUEST, request.piece(), request.begin(), request.length());
        }

        @Override
        public Writer onBlock(PeerMessage.Block block) {
            byte[] header = blockHeader(block.piece(), block.begin(), block.length());
            room(header.length + block.length()).put(header).put(block.array(), block.offset(), block.length());
            return this;
        }

        @Override
        public Writer onCancel(PeerMessage.Cancel cancel) {
            return frame(MessageId.CANCEL, cancel.piece(), cancel.begin(), cancel.length());
        }

        @Override
        public Writer onPort(PeerMessage.Port port) {
            start(MessageId.PORT, Short.BYTES).putShort((short) port.port());
            return this;
        }

        @Override
        public Writer onSuggest(PeerMessage.Suggest suggest) {
            return frame(MessageId.SUGGEST, suggest.piece());
        }

        @Override
        public Writer onHaveAll() {
            return frame(MessageId.HAVE_ALL);
        }

        @Override
        public Writer onHaveNone() {
            return frame(MessageId.HAVE_NONE);
        }

        @Override
        public Writer onReject(PeerMessage.Reject reject) {
            return frame(MessageId.REJECT, reject.piece(), reject.begin(), reject.length());
        }

        @Override
        public Writer onAllowedFast(PeerMessage.AllowedFast allowed) {
            return frame(MessageId.ALLOWED_FAST, allowed.piece());
        }

        @Override
        public Writer onExtended(PeerMessage.Extended extended) {
            start(MessageId.EXTENDED, 1 + extended.payload().length)
                    .put((byte) extended.id())
                    .put(extended.payload());
            return this;
        }

        /** We never say what we do not know. */
        @Override
        public Writer onUnknown(PeerMessage.Unknown unknown) {
            throw new IllegalArgumentException("the payload of message " + unknown.id() + " is not known");
        }

        private Writer frame(int id, int... fields) {
            ByteBuffer frame = start(id, fields.length * Integer.BYTES);
            for (int field : fields) {
                frame.putInt(field);
            }
            return this;
        }

        private ByteBuffer start(int id, int payload) {
            return room(PREFIX + 1 + payload).putInt(1 + payload).put((byte) id);
        }

        private ByteBuffer room(int bytes) {
            if (out.remaining() < bytes) {
                int size = Math.max(out.position() + bytes, 2 * out.capacity());
                out = ByteBuffer.wrap(Arrays.copyOf(out.array(), size)).position(out.position());
            }
            return out;
        }
    }
}
