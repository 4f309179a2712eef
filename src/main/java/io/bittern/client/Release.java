package io.bittern.client;

import java.util.Optional;

/** Which release of this program runs. */
public final class Release {

    private Release() {}

    /** The version that the jar names, such as {@code 0.1.0}; empty when the program does not run from a jar. */
    public static Optional<String> version() {
        return Optional.ofNullable(Release.class.getPackage().getImplementationVersion());
    }
}
