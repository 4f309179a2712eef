package io.bittern.client;

/** Settings that cannot be used; the message is one line that names file, setting and fault. */
public final class SettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }
}
