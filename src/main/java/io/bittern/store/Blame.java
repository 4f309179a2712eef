package io.bittern.store;

import io.bittern.metainfo.PieceSizes;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The block digests of rejected pieces, kept with the senders until a good copy shows who lied; bounded.
 */
final class Blame {

    private static final int COPIES = 4;
    private static final int MOST_BLOCKS = 1 << 14;

    private record Copy(byte[] digests, int[] senders) {}

    private final PieceSizes sizes;
    private final WriteCache cache;
    private Map<Integer, Deque<Copy>> rejected = Map.of();
    private int blocks;

    Blame(PieceSizes sizes, WriteCache cache) {
        this.sizes = sizes;
        this.cache = cache;
    }

    /** Remembers a complete copy whose hash is wrong, while its bytes can still be read. */
    void reject(OpenPiece copy) throws StoreException {
        byte[] digests = digests(copy.piece());
        if (digests == null) {
            return;
        }
        rejected = rejected.isEmpty() ? new LinkedHashMap<>() : rejected;
        // Taken out and put in again: what was rejected last stands last, so that the bound drops what is oldest.
        Deque<Copy> before = rejected.remove(copy.piece());
        Deque<Copy> copies = before == null ? new ArrayDeque<>(1) : before;
        if (copies.size() == COPIES) {
            forget(copies.removeFirst());
        }
        copies.addLast(new Copy(digests, copy.senders()));
        blocks += copy.senders().length;
        rejected.put(copy.piece(), copies);
        bound();
    }

    /** Who sent other bytes than those of the good copy that is now in the storage. */
    Set<Integer> liars(int piece) throws StoreException {
        Set<Integer> liars = new TreeSet<>();
        Deque<Copy> copies = rejected.get(piece);
        if (copies == null) {
            return liars;
        }
        rejected.remove(piece);
        copies.forEach(this::forget);
        byte[] good = digests(piece);
        if (good != null) {
            copies.forEach(copy -> compare(copy, good, liars));
        }
        return liars;
    }

    private static void compare(Copy copy, byte[] good, Set<Integer> liars) {
        for (int block = 0; block < copy.senders.length; block++) {
            int from = block * Sha1.LENGTH;
            int to = from + Sha1.LENGTH;
            if (copy.senders[block] != OpenPiece.NOBODY && !Arrays.equals(copy.digests, from, to, good, from, to)) {
                liars.add(copy.senders[block]);
            }
        }
    }

    /* Null if the bytes are gone: nobody is accused for what cannot be read. */
    private byte @Nullable [] digests(int piece) throws StoreException {
        byte[] digests = new byte[sizes.blocks(piece) * Sha1.LENGTH];
        MessageDigest sha1 = Sha1.digest();
        for (int block = 0; block < sizes.blocks(piece); block++) {
            long offset = sizes.offset(piece) + (long) block * PieceSizes.BLOCK;
            if (!cache.digest(offset, sizes.blockLength(piece, block), sha1)) {
                return null;
            }
            System.arraycopy(sha1.digest(), 0, digests, block * Sha1.LENGTH, Sha1.LENGTH);
        }
        return digests;
    }

    private void bound() {
        Iterator<Deque<Copy>> oldest = rejected.values().iterator();
        while (blocks > MOST_BLOCKS && rejected.size() > 1) {
            oldest.next().forEach(this::forget);
            oldest.remove();
        }
    }

    private void forget(Copy copy) {
        blocks -= copy.senders.length;
    }
}
