package io.bittern.metainfo;

/**
 * How a payload is cut into pieces and the pieces into blocks of 16 KiB (BEP 3).
 *
 * @param length bytes of the whole payload, at least 1
 * @param pieceLength bytes of every piece but the last, at least 1
 */
public record PieceSizes(long length, int pieceLength) {

    /** Bytes of a block, the unit of requests; the last block of a piece may be shorter. */
    public static final int BLOCK = 16 << 10;

    public PieceSizes {
        if (length < 1 || pieceLength < 1 || (length - 1) / pieceLength >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException("no pieces of " + pieceLength + " bytes in " + length);
        }
    }

    /** Number of pieces. */
    public int count() {
        return (int) ((length - 1) / pieceLength) + 1;
    }

    /** Where a piece begins in the payload. */
    public long offset(int piece) {
        return (long) piece * pieceLength;
    }

    /** Bytes of one piece. */
    public int lengthOf(int piece) {
        return (int) Math.min(pieceLength, length - offset(piece));
    }

    /** Number of blocks in one piece. */
    public int blocks(int piece) {
        return (lengthOf(piece) - 1) / BLOCK + 1;
    }

    /** Bytes of one block of a piece. */
    public int blockLength(int piece, int block) {
        return Math.min(BLOCK, lengthOf(piece) - block * BLOCK);
    }
}
