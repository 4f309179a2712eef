package io.bittern.piece;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A set of pieces, or of blocks within a piece, of a fixed size; in bytes the most significant bit comes first (BEP 3).
 *
 * <p>Not for many threads at once.
 */
public final class Bitfield {

    private final int size;
    private final long[] words;
    private int count;

    /** An empty set of numbers from 0 to {@code size} - 1. */
    public Bitfield(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("no bitfield of " + size);
        }
        this.size = size;
        this.words = new long[(size + 63) >>> 6];
    }

    /** A copy, independent of this. */
    public Bitfield copy() {
        Bitfield copy = new Bitfield(size);
        System.arraycopy(words, 0, copy.words, 0, words.length);
        copy.count = count;
        return copy;
    }

    /** How many numbers there could be. */
    public int size() {
        return size;
    }

    /** How many numbers there are. */
    public int count() {
        return count;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public boolean isFull() {
        return count == size;
    }

    public boolean get(int index) {
        check(index);
        return (words[index >>> 6] & bit(index)) != 0;
    }

    /** Puts a number in; false if it was in already. */
    public boolean set(int index) {
        check(index);
        long before = words[index >>> 6];
        words[index >>> 6] = before | bit(index);
        boolean added = (before & bit(index)) == 0;
        count += added ? 1 : 0;
        return added;
    }

    /** Takes a number out; false if it was not in. */
    public boolean clear(int index) {
        check(index);
        long before = words[index >>> 6];
        words[index >>> 6] = before & ~bit(index);
        boolean removed = (before & bit(index)) != 0;
        count -= removed ? 1 : 0;
        return removed;
    }

    /** Puts every number in. */
    public void setAll() {
        Arrays.fill(words, -1L);
        if ((size & 63) != 0) {
            words[words.length - 1] = -1L << (64 - (size & 63));
        }
        count = size;
    }

    /** The first number at or after {@code from} that is in, -1 if none. */
    public int nextSet(int from) {
        return next(from, 0L);
    }

    /** The first number at or after {@code from} that is not in, -1 if none. */
    public int nextClear(int from) {
        int found = next(from, -1L);
        return found < size ? found : -1;
    }

    /** Takes out every number that is in {@code other}, which has the same size. */
    public void removeAll(Bitfield other) {
        same(other);
        int left = 0;
        for (int i = 0; i < words.length; i++) {
            words[i] &= ~other.words[i];
            left += Long.bitCount(words[i]);
        }
        count = left;
    }

    /** Puts in every number that is in {@code other}, which has the same size. */
    public void addAll(Bitfield other) {
        same(other);
        int now = 0;
        for (int i = 0; i < words.length; i++) {
            words[i] |= other.words[i];
            now += Long.bitCount(words[i]);
        }
        count = now;
    }

    /** Takes out every number that is not in {@code other}, which has the same size. */
    public void retainAll(Bitfield other) {
        same(other);
        int left = 0;
        for (int i = 0; i < words.length; i++) {
            words[i] &= other.words[i];
            left += Long.bitCount(words[i]);
        }
        count = left;
    }

    /** How many numbers are in this set and in {@code other}, which has the same size. */
    public int countCommon(Bitfield other) {
        same(other);
        int common = 0;
        for (int i = 0; i < words.length; i++) {
            common += Long.bitCount(words[i] & other.words[i]);
        }
        return common;
    }

    /** The first number at or after {@code from} that is in this set and in {@code other}, -1 if none. */
    public int nextCommon(Bitfield other, int from) {
        same(other);
        if (from < 0) {
            throw new IndexOutOfBoundsException(from);
        }
        long mask = -1L >>> (from & 63);
        for (int word = from >>> 6; word < words.length; word++, mask = -1L) {
            long bits = words[word] & other.words[word] & mask;
            if (bits != 0) {
                return (word << 6) + Long.numberOfLeadingZeros(bits);
            }
        }
        return -1;
    }

    /** Hands every number that is in to an action, in rising order. */
    public void forEach(IntConsumer action) {
        for (int index = nextSet(0); index >= 0; index = nextSet(index + 1)) {
            action.accept(index);
        }
    }

    /** The set in the form of the wire: spare bits at the end are zero. */
    public byte[] toBytes() {
        byte[] bytes = new byte[(size + 7) >>> 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (words[i >>> 3] >>> (56 - ((i & 7) << 3)));
        }
        return bytes;
    }

    /** The set that these bytes are, of exactly the length that the size needs and with spare bits zero. */
    public static Bitfield fromBytes(byte[] bytes, int size) {
        if (bytes.length != (size + 7) >>> 3) {
            throw new IllegalArgumentException("a bitfield of " + size + " has not " + bytes.length + " bytes");
        }
        if ((size & 7) != 0 && (bytes[bytes.length - 1] & (0xff >>> (size & 7))) != 0) {
            throw new IllegalArgumentException("spare bits of a bitfield are set");
        }
        Bitfield field = new Bitfield(size);
        for (int i = 0; i < bytes.length; i++) {
            field.words[i >>> 3] |= (bytes[i] & 0xffL) << (56 - ((i & 7) << 3));
            field.count += Integer.bitCount(bytes[i] & 0xff);
        }
        return field;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bitfield that && size == that.size && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return 31 * size + Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return count + " of " + size;
    }

    private int next(int from, long flip) {
        if (from < 0) {
            throw new IndexOutOfBoundsException(from);
        }
        if (from >= size) {
            return -1;
        }
        int word = from >>> 6;
        long bits = (words[word] ^ flip) & (-1L >>> (from & 63));
        while (bits == 0) {
            if (++word == words.length) {
                return -1;
            }
            bits = words[word] ^ flip;
        }
        return (word << 6) + Long.numberOfLeadingZeros(bits);
    }

    private static long bit(int index) {
        return Long.MIN_VALUE >>> (index & 63);
    }

    private void check(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index + " of " + size);
        }
    }

    private void same(Bitfield other) {
        if (size != other.size) {
            throw new IllegalArgumentException("sets of " + size + " and of " + other.size);
        }
    }
}
