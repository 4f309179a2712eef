package io.bittern.store;

import io.bittern.store.PieceStoreActor.Data;
import io.bittern.store.PieceStoreActor.NoData;
import io.bittern.store.PieceStoreActor.ReadAnswer;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/** Gives bytes of verified pieces out, and notices when the disk does not hold them any more; not for many threads. */
final class PieceReader {

    /** Most bytes of one read. */
    static final int MOST = 1 << 20;

    private final PieceStorage storage;
    private final PieceHasher hasher;
    private final PieceHasher.Matcher matcher;
    private final IntConsumer damage;
    private Pieces pieces;

    PieceReader(
            Pieces pieces, PieceStorage storage, PieceHasher hasher, PieceHasher.Matcher matcher, IntConsumer damage) {
        this.pieces = pieces;
        this.storage = storage;
        this.hasher = hasher;
        this.matcher = matcher;
        this.damage = damage;
    }

    void begin(Pieces known) {
        pieces = known;
    }

    /** Fills an array with part of a piece; tells if the piece turns out to be damaged. */
    ReadAnswer read(int piece, int begin, byte[] into) {
        int length = into.length;
        if (!fits(piece, begin, length)) {
            return new NoData(piece, begin, length, "outside the piece");
        }
        if (!pieces.isVerified(piece)) {
            return new NoData(piece, begin, length, "not verified");
        }
        try {
            long offset = pieces.sizes().offset(piece) + begin;
            if (prove(piece) && storage.read(offset, ByteBuffer.wrap(into)) == length) {
                return new Data(piece, begin, into, 0, length);
            }
            return damaged(piece, begin, length, "the piece is damaged");
        } catch (StoreException e) {
            return damaged(piece, begin, length, e.reason());
        }
    }

    private boolean fits(int piece, int begin, int length) {
        return piece >= 0
                && piece < pieces.sizes().count()
                && begin >= 0
                && length > 0
                && length <= MOST
                && begin <= pieces.sizes().lengthOf(piece) - length;
    }

    /* Same size and time of change is no proof: what was trusted at the start is hashed before its first upload. */
    private boolean prove(int piece) throws StoreException {
        if (!pieces.isUnproven(piece)) {
            return true;
        }
        byte[] sha1 = hasher.hash(piece, false);
        if (sha1 == null || !matcher.matches(piece, sha1)) {
            return false;
        }
        pieces.proven(piece);
        return true;
    }

    private NoData damaged(int piece, int begin, int length, String reason) {
        damage.accept(piece);
        return new NoData(piece, begin, length, reason);
    }
}
