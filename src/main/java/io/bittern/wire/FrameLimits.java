package io.bittern.wire;

/**
 * How long a frame may be, by its id, so that it can be refused before any of its payload is waited for.
 *
 * <p>The length of a frame counts the id and the payload, as its prefix does.
 */
final class FrameLimits {

    /** Pieces that a torrent has at most while we do not know how many it has. */
    static final int MAX_PIECES = 0x200000;

    /** Payload of a message that we do not know and skip. */
    static final int MAX_UNKNOWN = 32 << 10;

    /** Payload of an extension message, behind its own id (BEP 10). */
    static final int MAX_EXTENDED = 64 << 10;

    /** Bytes before the payload of an extension message: id, extension's id. */
    static final int EXTENDED_HEAD = 2;

    /** Bytes before the payload of a block: id, piece, begin. */
    static final int BLOCK_HEAD = 9;

    private final boolean piecesKnown;
    private final int bitfield;
    private final int maxBlock;

    FrameLimits(int pieceCount, int maxBlock) {
        this.piecesKnown = pieceCount > 0;
        this.bitfield = ((piecesKnown ? pieceCount : MAX_PIECES) + 7) >>> 3;
        this.maxBlock = maxBlock;
    }

    /** Whether bitfields and indexes are checked against the torrent itself. */
    boolean piecesKnown() {
        return piecesKnown;
    }

    /** The longest frame of any id. */
    int longest() {
        return Math.max(Math.max(BLOCK_HEAD + maxBlock, EXTENDED_HEAD + MAX_EXTENDED), 1 + bitfield);
    }

    /** Throws if no frame of that id has that length. */
    void check(int id, int length) throws WireException {
        if (length < shortest(id) || length > longest(id)) {
            throw new WireException("a message with id " + id + " of " + length + " bytes");
        }
    }

    /** Whether frames of that id have the one length of a message that we know; not asked of those of any length. */
    static boolean fixedLength(int id) {
        return id <= MessageId.PORT || (id >= MessageId.SUGGEST && id <= MessageId.ALLOWED_FAST);
    }

    private static int fixed(int id) {
        return switch (id) {
            case MessageId.HAVE, MessageId.SUGGEST, MessageId.ALLOWED_FAST -> 5;
            case MessageId.REQUEST, MessageId.CANCEL, MessageId.REJECT -> 13;
            case MessageId.PORT -> 3;
            default -> 1;
        };
    }

    private int shortest(int id) {
        return switch (id) {
            case MessageId.BITFIELD -> 1 + (piecesKnown ? bitfield : 1);
            case MessageId.PIECE -> BLOCK_HEAD + 1;
            case MessageId.EXTENDED -> EXTENDED_HEAD;
            default -> fixed(id);
        };
    }

    private int longest(int id) {
        return switch (id) {
            case MessageId.BITFIELD -> 1 + bitfield;
            case MessageId.PIECE -> BLOCK_HEAD + maxBlock;
            case MessageId.EXTENDED -> EXTENDED_HEAD + MAX_EXTENDED;
            default -> fixedLength(id) ? fixed(id) : 1 + MAX_UNKNOWN;
        };
    }
}
