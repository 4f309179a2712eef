package io.bittern.net;

/** A slice of an array, shared and not copied: nobody writes to the array any more. */
public record Bytes(byte[] array, int offset, int length) {

    /** The whole of an array. */
    public static Bytes of(byte[] array) {
        return new Bytes(array, 0, array.length);
    }
}
