package io.bittern.wire;

import java.util.Optional;

/** The extensions that we know (BEP 10), each with the id by which peers address it to us. */
public enum Extension {
    /** Pieces of the {@code info} dictionary (BEP 9). */
    METADATA("ut_metadata", 1),

    /** Whether the sender wants nothing of anybody: one byte, 0 or 1. */
    UPLOAD_ONLY("upload_only", 2),

    /** The sender no longer has a piece: its index in four bytes (BEP 54). */
    DONT_HAVE("lt_donthave", 3),

    /** Whom the sender is connected to (BEP 11). */
    PEX("ut_pex", 4);

    private final String key;
    private final int id;

    Extension(String key, int id) {
        this.key = key;
        this.id = id;
    }

    /** Its name in the handshake. */
    public String key() {
        return key;
    }

    /** What stands in a message of this kind that is sent to us. */
    public int id() {
        return id;
    }

    /** The extension that a message to us is of, empty if we have none of that id. */
    public static Optional<Extension> of(int id) {
        for (Extension extension : values()) {
            if (extension.id == id) {
                return Optional.of(extension);
            }
        }
        return Optional.empty();
    }
}
