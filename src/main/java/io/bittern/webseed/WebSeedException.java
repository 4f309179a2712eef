package io.bittern.webseed;

/** Why a web seed cannot be used or asked, in words for the user. */
public final class WebSeedException extends Exception {

    private static final long serialVersionUID = 1;

    WebSeedException(String reason) {
        super(reason);
    }

    /** The words. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
