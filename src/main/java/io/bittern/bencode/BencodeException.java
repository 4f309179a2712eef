package io.bittern.bencode;

/** Bytes are not bencoded, or not within the limits; the message says what and at which byte, and may be logged. */
public final class BencodeException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int offset;
    private final boolean cutShort;

    public BencodeException(String message, int offset) {
        this(message, offset, false);
    }

    BencodeException(String message, int offset, boolean cutShort) {
        super(message + " at byte " + offset);
        this.offset = offset;
        this.cutShort = cutShort;
    }

    /** Where in the input the trouble is, counted from 0. */
    public int offset() {
        return offset;
    }

    /** Whether the input ended too early, so that more bytes might have made a value of it. */
    public boolean isCutShort() {
        return cutShort;
    }
}
