package io.bittern.webseed;

import io.bittern.metainfo.PieceSizes;
import io.bittern.store.PieceStoreActor.Block;
import java.nio.ByteBuffer;
import java.util.List;

/** Cuts one connection's stream of payload into the blocks that are wanted, each copied once; pure. */
final class Cutter {

    private static final int ARRAY = 8 * PieceSizes.BLOCK;

    private final PieceSizes sizes;
    private final Basket basket;
    private byte[] array = {};
    private int begun;
    private int filled;
    private long at;
    private boolean collecting;

    Cutter(PieceSizes sizes, Basket basket) {
        this.sizes = sizes;
        this.basket = basket;
    }

    /** Where in the payload the next byte is. */
    long at() {
        return at;
    }

    /** Bytes of a block that is not whole yet. */
    int begun() {
        return collecting ? filled - begun : 0;
    }

    /** The stream goes on there; half a block stays if that is where it ended. Returns the bytes that are dropped. */
    int seek(long offset) {
        int dropped = offset == at ? 0 : begun();
        if (offset != at) {
            drop();
            at = offset;
        }
        return dropped;
    }

    private void drop() {
        if (collecting) {
            filled = begun;
            collecting = false;
        }
    }

    /** Takes bytes of the stream, puts whole blocks into {@code blocks}, and returns how many bytes were of no use. */
    int take(ByteBuffer bytes, List<Block> blocks) {
        int wasted = 0;
        while (bytes.hasRemaining()) {
            int piece = (int) (at / sizes.pieceLength());
            int within = (int) (at - sizes.offset(piece));
            int block = within / PieceSizes.BLOCK;
            int length = sizes.blockLength(piece, block);
            int into = within - block * PieceSizes.BLOCK;
            int step = Math.min(bytes.remaining(), length - into);
            int attempt = basket.wantedAttempt(piece, block);
            if (attempt >= 0 && into == 0) {
                begin(length);
            }
            if (attempt < 0 || !collecting) {
                wasted += step + begun();
                drop();
                bytes.position(bytes.position() + step);
            } else {
                bytes.get(array, filled, step);
                filled += step;
                if (into + step == length) {
                    collecting = false;
                    blocks.add(new Block(piece, attempt, block * PieceSizes.BLOCK, array, begun, length));
                    basket.writing(piece, block);
                }
            }
            at += step;
        }
        return wasted;
    }

    private void begin(int length) {
        if (array.length - filled < length) {
            array = new byte[ARRAY];
            filled = 0;
        }
        begun = filled;
        collecting = true;
    }
}
