package io.bittern.store;

import java.nio.ByteBuffer;

/** Where the bytes of a payload can be read, addressed by offset in the payload; safe for many threads at once. */
@FunctionalInterface
public interface PieceSource {

    /** Fills {@code into} from an offset; returns how many bytes there were before the first one that is missing. */
    int read(long offset, ByteBuffer into) throws StoreException;
}
