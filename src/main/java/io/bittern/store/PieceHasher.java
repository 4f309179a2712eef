package io.bittern.store;

import io.bittern.metainfo.PieceSizes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Hashes whole pieces as they are at their source; safe for many threads. */
final class PieceHasher {

    /** Says whether a digest is that of a piece. */
    @FunctionalInterface
    interface Matcher {
        boolean matches(int piece, byte[] sha1);
    }

    private static final int HOLE = 4 << 10;

    private final PieceSource source;
    private final PieceSizes sizes;
    private final Buffers buffers;

    PieceHasher(PieceSource source, PieceSizes sizes, Buffers buffers) {
        this.source = source;
        this.sizes = sizes;
        this.buffers = buffers;
    }

    PieceSizes sizes() {
        return sizes;
    }

    /**
     * The SHA-1 of a piece; null if bytes of it are missing.
     *
     * @param holesAreMissing whether a piece that begins with zeros is taken for a hole in a sparse file and not read on
     */
    byte @Nullable [] hash(int piece, boolean holesAreMissing) throws StoreException {
        ByteBuffer buffer = buffers.takeScratch();
        try {
            MessageDigest sha1 = Sha1.digest();
            long end = sizes.offset(piece) + sizes.lengthOf(piece);
            for (long at = sizes.offset(piece); at < end; at += buffer.limit()) {
                int step = (int) Math.min(buffer.capacity(), end - at);
                if (source.read(at, buffer.clear().limit(step)) < step) {
                    return null;
                }
                buffer.flip();
                if (holesAreMissing && at == sizes.offset(piece) && isHole(buffer)) {
                    return null;
                }
                sha1.update(buffer);
            }
            return sha1.digest();
        } finally {
            buffers.giveScratch(buffer);
        }
    }

    private static boolean isHole(ByteBuffer buffer) {
        int end = Math.min(HOLE, buffer.limit());
        for (int i = 0; i < end; i++) {
            if (buffer.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
