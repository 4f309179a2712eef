package io.bittern.wire;

/** A peer broke the wire protocol; the message says how, in a form that may be logged. */
public final class WireException extends Exception {

    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }
}
