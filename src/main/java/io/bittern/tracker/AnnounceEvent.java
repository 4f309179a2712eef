package io.bittern.tracker;

import java.util.Optional;

/** Why a tracker is announced to (BEP 3, BEP 15). */
public enum AnnounceEvent {
    REGULAR(0),
    COMPLETED(1),
    STARTED(2),
    STOPPED(3);

    private final int code;

    AnnounceEvent(int code) {
        this.code = code;
    }

    /** The number of BEP 15. */
    int code() {
        return code;
    }

    /** The event that a number means; one that BEP 15 does not know is a regular announce. */
    static AnnounceEvent ofCode(int code) {
        for (AnnounceEvent event : values()) {
            if (event.code == code) {
                return event;
            }
        }
        return REGULAR;
    }

    /** The word of BEP 3; a regular announce has none. */
    Optional<String> word() {
        return switch (this) {
            case REGULAR -> Optional.empty();
            case COMPLETED -> Optional.of("completed");
            case STARTED -> Optional.of("started");
            case STOPPED -> Optional.of("stopped");
        };
    }
}
