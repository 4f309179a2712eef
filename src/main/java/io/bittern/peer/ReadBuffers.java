package io.bittern.peer;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Arrays for reads of the store, used again when the link has sent what was in them: a fresh array is cleared before it
 * is filled, which costs as much as reading into it. What is never handed back is left to the collector.
 */
final class ReadBuffers {

    private static final int LENGTH = Outbox.LONGEST_READ;

    private final ArrayDeque<byte[]> free = new ArrayDeque<>(2);
    private final ArrayDeque<byte[]> leaving = new ArrayDeque<>(2);

    /** An array of exactly this length, with anything in it. */
    byte[] take(int length) {
        byte @Nullable [] known = length == LENGTH ? free.poll() : null;
        return known == null ? new byte[length] : known;
    }

    /** The last bytes of an array go with the write that is being made. */
    void leaves(byte[] array) {
        if (array.length == LENGTH) {
            leaving.add(array);
        }
    }

    /** The write has been made; without anything more to send no memory is kept. */
    void written(boolean more) {
        free.addAll(leaving);
        leaving.clear();
        if (!more) {
            free.clear();
        }
    }
}
