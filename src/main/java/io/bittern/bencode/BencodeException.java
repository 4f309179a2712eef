package io.bittern.bencode;

/** Bytes are not bencoded, or not within the limits; the message says what and at which byte, and may be logged. */
public final class BencodeException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int offset;

    public BencodeException(String message, int offset) {
        super(message + " at byte " + offset);
        this.offset = offset;
    }

    /** Where in the input the trouble is, counted from 0. */
    public int offset() {
        return offset;
    }
}
