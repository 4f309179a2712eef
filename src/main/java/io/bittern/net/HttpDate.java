package io.bittern.net;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Points in time as web servers write them (RFC 9110, 5.6.7); pure. */
public final class HttpDate {

    private static final int LONGEST = 40;

    private HttpDate() {}

    /** Reads one; empty if it is none. */
    public static Optional<Instant> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from));
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }
}
