package io.bittern.client;

import java.util.Optional;

/** The version of this program, as its jar says. */
public final class Version {

    private Version() {}

    /** Such as {@code 0.1.0}; {@code dev} when it does not run from a jar. */
    public static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("dev");
    }
}
