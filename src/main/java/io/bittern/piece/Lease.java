package io.bittern.piece;

/**
 * A run of blocks of one piece that the torrent has given one peer to fetch.
 *
 * @param piece index of the piece
 * @param attempt how often the piece has been started before; a failed hash starts the next
 * @param firstBlock index of the first block within the piece
 * @param blocks number of blocks, at least 1
 */
public record Lease(int piece, int attempt, int firstBlock, int blocks) {

    public Lease {
        if (piece < 0 || attempt < 0 || firstBlock < 0 || blocks < 1) {
            throw new IllegalArgumentException("no lease: " + piece + " " + attempt + " " + firstBlock + " " + blocks);
        }
    }

    /** Index one past the last block. */
    public int endBlock() {
        return firstBlock + blocks;
    }

    /** Whether this lease holds that block of that piece and attempt. */
    public boolean covers(int ofPiece, int ofAttempt, int block) {
        return piece == ofPiece && attempt == ofAttempt && block >= firstBlock && block < endBlock();
    }
}
