package io.bittern.piece;

import io.bittern.metainfo.PieceSizes;
import java.util.Arrays;

/** What is wanted and what is verified, piece by piece, with the sums in bytes. */
final class Wishes {

    /** The priority of a piece that nobody has spoken about; 0 is for unwanted pieces. */
    static final int DEFAULT = 4;

    /** The highest priority. */
    static final int TOP = 7;

    private final PieceSizes sizes;
    private final byte[] priorities;
    private final Bitfield verified;
    private final Bitfield missing;
    private boolean opened;
    private long wantedBytes;
    private long verifiedWantedBytes;

    Wishes(PieceSizes sizes) {
        this.sizes = sizes;
        this.priorities = new byte[sizes.count()];
        Arrays.fill(priorities, (byte) DEFAULT);
        this.verified = new Bitfield(sizes.count());
        this.missing = new Bitfield(sizes.count());
        this.wantedBytes = sizes.length();
    }

    /** The live set of verified pieces. */
    Bitfield verified() {
        return verified;
    }

    /** The live set of pieces that are wanted and not verified; empty until {@link #open}. */
    Bitfield missing() {
        return missing;
    }

    int priority(int piece) {
        return priorities[piece];
    }

    long wantedBytes() {
        return wantedBytes;
    }

    long verifiedWantedBytes() {
        return verifiedWantedBytes;
    }

    boolean complete() {
        return opened && missing.isEmpty();
    }

    /** From now on it is known what is verified. */
    void open(Bitfield nowVerified) {
        opened = true;
        verified.retainAll(nowVerified);
        verified.addAll(nowVerified);
        wantedBytes = 0;
        verifiedWantedBytes = 0;
        for (int piece = 0; piece < priorities.length; piece++) {
            count(piece, 1);
            refresh(piece);
        }
    }

    void prioritise(int piece, int priority) {
        if (priority < 0 || priority > TOP) {
            throw new IllegalArgumentException("a priority is 0 to " + TOP + ", not " + priority);
        }
        count(piece, -1);
        priorities[piece] = (byte) priority;
        count(piece, 1);
        refresh(piece);
    }

    /** Notes whether a piece is verified. */
    void mark(int piece, boolean nowVerified) {
        count(piece, -1);
        if (nowVerified) {
            verified.set(piece);
        } else {
            verified.clear(piece);
        }
        count(piece, 1);
        refresh(piece);
    }

    private void count(int piece, int sign) {
        if (priorities[piece] > 0) {
            long bytes = (long) sign * sizes.lengthOf(piece);
            wantedBytes += bytes;
            verifiedWantedBytes += verified.get(piece) ? bytes : 0;
        }
    }

    private void refresh(int piece) {
        if (opened && priorities[piece] > 0 && !verified.get(piece)) {
            missing.set(piece);
        } else {
            missing.clear(piece);
        }
    }

    /** Throws if the sums are not those of the pieces. */
    void check() {
        long wanted = 0;
        long done = 0;
        for (int piece = 0; piece < priorities.length; piece++) {
            long bytes = priorities[piece] > 0 ? sizes.lengthOf(piece) : 0;
            wanted += bytes;
            done += verified.get(piece) ? bytes : 0;
            boolean lacks = opened && bytes > 0 && !verified.get(piece);
            Invariant.holds(missing.get(piece) == lacks, "missing", piece);
        }
        Invariant.holds(wanted == wantedBytes && done == verifiedWantedBytes, "bytes", wanted);
    }
}
