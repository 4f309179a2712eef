package io.bittern.store;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A piece on its way: which blocks are held, who sent them, and the running digest of those that are in order. */
final class OpenPiece {

    /** Stands for a peer of an earlier run, whose name nobody knows any more. */
    static final int NOBODY = PieceStoreActor.NOBODY;

    private final int piece;
    private final int attempt;
    private final Bitfield held;
    private final int[] senders;
    private final MessageDigest digest = Sha1.digest();
    private int hashed;

    OpenPiece(int piece, int attempt, Bitfield held) {
        this.piece = piece;
        this.attempt = attempt;
        this.held = held;
        this.senders = new int[held.size()];
        Arrays.fill(senders, NOBODY);
    }

    int piece() {
        return piece;
    }

    int attempt() {
        return attempt;
    }

    /** The blocks held; the caller does not change them. */
    Bitfield held() {
        return held;
    }

    /** Takes note of a block that came, and digests it if it is the next in order. */
    void add(int block, int sender, PieceStoreActor.Block bytes) {
        held.set(block);
        senders[block] = sender;
        if (block == hashed) {
            digest.update(bytes.array(), bytes.offset(), bytes.length());
            hashed++;
        }
    }

    /** Digests the blocks that came out of order and are next by now; false if they are gone from the storage. */
    boolean catchUp(PieceSizes sizes, WriteCache cache) throws StoreException {
        if (hashed == held.size() || !held.get(hashed)) {
            return true;
        }
        int gap = held.nextClear(hashed);
        int from = hashed * PieceSizes.BLOCK;
        int to = gap < 0 ? sizes.lengthOf(piece) : gap * PieceSizes.BLOCK;
        hashed = gap < 0 ? held.size() : gap;
        return cache.digest(sizes.offset(piece) + from, to - from, digest);
    }

    boolean isComplete() {
        return held.isFull();
    }

    /** The SHA-1 of the complete piece; ends the digest. */
    byte[] sha1() {
        return digest.digest();
    }

    /** Who sent each block. */
    int[] senders() {
        return senders;
    }

    /** Who sent any of the blocks, {@link #NOBODY} among them. */
    Set<Integer> suspects() {
        return Arrays.stream(senders).boxed().collect(Collectors.toCollection(TreeSet::new));
    }
}
