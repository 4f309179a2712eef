package io.bittern.bencode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** A bencoded byte string: a run of bytes, often a part of what was read, compared by content. */
public final class BString implements Bencode, Comparable<BString> {

    /** The string of no bytes. */
    public static final BString EMPTY = new BString(new byte[0], 0, 0);

    private static final int SHOWN = 64;

    private final byte[] array;
    private final int from;
    private final int length;

    /** Part of an array that nobody changes any more. */
    BString(byte[] array, int from, int length) {
        this.array = array;
        this.from = from;
        this.length = length;
    }

    /** A string of these bytes, which are copied. */
    public static BString of(byte[] bytes) {
        return new BString(bytes.clone(), 0, bytes.length);
    }

    /** A string of a text in UTF-8. */
    public static BString of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new BString(bytes, 0, bytes.length);
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** The byte at an index. */
    public byte at(int index) {
        return array[from + Objects.checkIndex(index, length)];
    }

    /** A copy of all bytes. */
    public byte[] bytes() {
        return bytes(0, length);
    }

    /** A copy of the bytes from {@code start} up to {@code end}. */
    public byte[] bytes(int start, int end) {
        Objects.checkFromToIndex(start, end, length);
        return Arrays.copyOfRange(array, from + start, from + end);
    }

    /** Whether exactly these bytes stand at {@code start}. */
    public boolean matches(int start, byte[] bytes) {
        Objects.checkFromIndexSize(start, bytes.length, length);
        return Arrays.equals(array, from + start, from + start + bytes.length, bytes, 0, bytes.length);
    }

    /** The text that these bytes are in UTF-8, each malformed part replaced by U+FFFD; hostile until it is cleaned. */
    public String utf8() {
        return new String(array, from, length, StandardCharsets.UTF_8);
    }

    /** Whether these bytes are well-formed UTF-8. */
    public boolean isUtf8() {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(array, from, length));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    void writeTo(ByteArrayOutputStream out) {
        out.write(array, from, length);
    }

    /** By unsigned bytes, the order of keys in a dictionary. */
    @Override
    public int compareTo(BString other) {
        return Arrays.compareUnsigned(array, from, from + length, other.array, other.from, other.from + other.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BString that && length == that.length && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    /** The first bytes with everything but printable ASCII replaced by dots, so that it may be logged. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(length, SHOWN); i++) {
            byte b = array[from + i];
            text.append(b >= 0x20 && b < 0x7f ? (char) b : '.');
        }
        return text.append(length > SHOWN ? "..." : "").toString();
    }
}
