package io.bittern.wire;

import io.bittern.wire.PeerMessage.AllowedFast;
import io.bittern.wire.PeerMessage.Bits;
import io.bittern.wire.PeerMessage.Block;
import io.bittern.wire.PeerMessage.Cancel;
import io.bittern.wire.PeerMessage.Choke;
import io.bittern.wire.PeerMessage.Extended;
import io.bittern.wire.PeerMessage.Have;
import io.bittern.wire.PeerMessage.HaveAll;
import io.bittern.wire.PeerMessage.HaveNone;
import io.bittern.wire.PeerMessage.Interested;
import io.bittern.wire.PeerMessage.KeepAlive;
import io.bittern.wire.PeerMessage.NotInterested;
import io.bittern.wire.PeerMessage.Port;
import io.bittern.wire.PeerMessage.Reject;
import io.bittern.wire.PeerMessage.Request;
import io.bittern.wire.PeerMessage.Suggest;
import io.bittern.wire.PeerMessage.Unchoke;
import io.bittern.wire.PeerMessage.Unknown;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what comes after the handshake, however its bytes are cut (BEP 3, BEP 6, BEP 10).
 *
 * <p>Feed it a slice, take messages until there is none, feed it the next. A block that lies within one slice is not
 * copied; one that spans slices is copied once, into an array of its own. Every length, index and offset has been
 * checked in a message that comes out: pieces exist, {@code begin + length} does not overflow, blocks are not empty.
 * After a {@link WireException} the decoder stays broken and says so again.
 */
public final class FrameDecoder {

    /** The piece count of a torrent whose metadata is not known yet. */
    public static final int UNKNOWN_PIECES = 0;

    /** The longest block that anybody may ask for or send; BEP 3 lets peers hang up for more than 16 KiB. */
    public static final int MAX_BLOCK = 128 << 10;

    /* Every frame is looked at from its start whenever there are new bytes: the head is short, its checks are cheap,
     * and so there is no state but the head, the payload that has come, and the count of bytes skipped. */

    private static final byte[] NOTHING = {};
    private static final int PREFIX = 4;
    private static final int LONGEST_HEAD = PREFIX + 13;

    private final int pieceCount;
    private final FrameLimits limits;
    private final byte[] head = new byte[LONGEST_HEAD];
    private final ByteBuffer fields = ByteBuffer.wrap(head);
    private int headLength;
    private byte @Nullable [] payload;
    private int payloadLength;

    private byte[] input = NOTHING;
    private int position;
    private int end;
    private @Nullable WireException failure;

    /**
     * A decoder at the first byte after the handshake.
     *
     * @param pieceCount pieces of the torrent, or {@link #UNKNOWN_PIECES}
     * @param maxBlock bytes of the longest block that we ask for, at most {@link #MAX_BLOCK}
     */
    public FrameDecoder(int pieceCount, int maxBlock) {
        if (pieceCount < 0 || maxBlock < 1 || maxBlock > MAX_BLOCK) {
            throw new IllegalArgumentException("no decoder for " + pieceCount + " pieces, blocks of " + maxBlock);
        }
        this.pieceCount = pieceCount == UNKNOWN_PIECES ? FrameLimits.MAX_PIECES : pieceCount;
        this.limits = new FrameLimits(pieceCount, maxBlock);
    }

    /** Gives it the next bytes, which nobody may change any more; only when {@link #next} has returned null. */
    public void feed(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        if (position < end) {
            throw new IllegalStateException((end - position) + " bytes have not been read yet");
        }
        input = array;
        position = offset;
        end = offset + length;
    }

    /** The next message, null if it is not complete: then all that was fed has been taken and its array let go of. */
    public @Nullable PeerMessage next() throws WireException {
        if (failure != null) {
            throw failure;
        }
        try {
            PeerMessage message = decode();
            if (message == null) {
                letGo();
            } else {
                startFrame();
            }
            return message;
        } catch (WireException wrong) {
            failure = wrong;
            letGo();
            startFrame();
            throw wrong;
        }
    }

    /** Bytes of memory held for a message that is not complete. */
    public int buffered() {
        return headLength + (payload == null ? 0 : payload.length);
    }

    private @Nullable PeerMessage decode() throws WireException {
        if (!hasHead(PREFIX)) {
            return null;
        }
        int length = fields.getInt(0);
        if (Integer.compareUnsigned(length, limits.longest()) > 0) {
            throw new WireException("a message of " + Integer.toUnsignedString(length) + " bytes");
        }
        if (length == 0) {
            return KeepAlive.INSTANCE;
        }
        if (!hasHead(PREFIX + 1)) {
            return null;
        }
        int id = head[PREFIX] & 0xff;
        limits.check(id, length);
        return switch (id) {
            case MessageId.BITFIELD -> bits(length - 1);
            case MessageId.PIECE -> block(length - FrameLimits.BLOCK_HEAD);
            case MessageId.EXTENDED -> extended(length - FrameLimits.EXTENDED_HEAD);
            default -> FrameLimits.fixedLength(id) ? fixed(id, length) : unknown(id, length - 1);
        };
    }

    private @Nullable PeerMessage fixed(int id, int length) throws WireException {
        if (!hasHead(PREFIX + length)) {
            return null;
        }
        return switch (id) {
            case MessageId.CHOKE -> Choke.INSTANCE;
            case MessageId.UNCHOKE -> Unchoke.INSTANCE;
            case MessageId.INTERESTED -> Interested.INSTANCE;
            case MessageId.NOT_INTERESTED -> NotInterested.INSTANCE;
            case MessageId.HAVE -> new Have(piece());
            case MessageId.REQUEST -> new Request(piece(), begin(requestLength()), requestLength());
            case MessageId.CANCEL -> new Cancel(piece(), begin(requestLength()), requestLength());
            case MessageId.PORT -> new Port(fields.getShort(PREFIX + 1) & 0xffff);
            case MessageId.SUGGEST -> new Suggest(piece());
            case MessageId.HAVE_ALL -> HaveAll.INSTANCE;
            case MessageId.HAVE_NONE -> HaveNone.INSTANCE;
            case MessageId.REJECT -> new Reject(piece(), begin(requestLength()), requestLength());
            case MessageId.ALLOWED_FAST -> new AllowedFast(piece());
            default -> throw new IllegalStateException("no fixed length for id " + id);
        };
    }

    private @Nullable PeerMessage bits(int length) throws WireException {
        byte[] bytes = hasPayload(length);
        if (bytes == null) {
            return null;
        }
        int spare = limits.piecesKnown() ? length * 8 - pieceCount : 0;
        if ((bytes[length - 1] & (1 << spare) - 1) != 0) {
            throw new WireException("a bitfield with spare bits set");
        }
        return new Bits(bytes);
    }

    private @Nullable PeerMessage block(int length) throws WireException {
        if (!hasHead(PREFIX + FrameLimits.BLOCK_HEAD)) {
            return null;
        }
        int piece = piece();
        int begin = begin(length);
        if (payload == null && end - position >= length) {
            position += length;
            return new Block(piece, begin, input, position - length, length);
        }
        byte[] bytes = hasPayload(length);
        return bytes == null ? null : new Block(piece, begin, bytes, 0, length);
    }

    private @Nullable PeerMessage extended(int length) {
        if (!hasHead(PREFIX + FrameLimits.EXTENDED_HEAD)) {
            return null;
        }
        int id = head[PREFIX + 1] & 0xff;
        byte[] bytes = length == 0 ? NOTHING : hasPayload(length);
        return bytes == null ? null : new Extended(id, bytes);
    }

    private @Nullable PeerMessage unknown(int id, int length) {
        int skipped = Math.min(length - payloadLength, end - position);
        position += skipped;
        payloadLength += skipped;
        return payloadLength == length ? new Unknown(id, length) : null;
    }

    private int piece() throws WireException {
        int piece = fields.getInt(PREFIX + 1);
        if (Integer.compareUnsigned(piece, pieceCount) >= 0) {
            throw new WireException("piece " + Integer.toUnsignedString(piece) + " of " + pieceCount);
        }
        return piece;
    }

    private int begin(int length) throws WireException {
        int begin = fields.getInt(PREFIX + 5);
        if (begin < 0 || begin > Integer.MAX_VALUE - length) {
            throw new WireException("a block at " + Integer.toUnsignedString(begin));
        }
        return begin;
    }

    private int requestLength() throws WireException {
        int length = fields.getInt(PREFIX + 9);
        if (length < 1 || length > MAX_BLOCK) {
            throw new WireException("a request for " + Integer.toUnsignedString(length) + " bytes");
        }
        return length;
    }

    /** Takes bytes until the head of the frame has so many; false if they have not come. */
    private boolean hasHead(int length) {
        int taken = Math.min(Math.max(0, length - headLength), end - position);
        System.arraycopy(input, position, head, headLength, taken);
        position += taken;
        headLength += taken;
        return headLength >= length;
    }

    /** Takes bytes into an array of their own until it is full; null if they have not come. */
    private byte @Nullable [] hasPayload(int length) {
        int taken = Math.min(length - payloadLength, end - position);
        if (taken > 0) {
            byte[] bytes = payload == null ? new byte[length] : payload;
            System.arraycopy(input, position, bytes, payloadLength, taken);
            position += taken;
            payloadLength += taken;
            payload = bytes;
        }
        return payloadLength == length ? payload : null;
    }

    private void startFrame() {
        headLength = 0;
        payload = null;
        payloadLength = 0;
    }

    private void letGo() {
        input = NOTHING;
        position = 0;
        end = 0;
    }
}
