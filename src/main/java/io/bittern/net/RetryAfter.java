package io.bittern.net;

import java.time.Duration;
import java.util.Optional;

/** How long a web server wants to be left alone (RFC 9110, 10.2.3); pure. */
public final class RetryAfter {

    private static final int MOST_DIGITS = 9;

    private RetryAfter() {}

    /**
     * Reads the fields Retry-After and Date. A date counts from that of the answer: the server's clock need not agree
     * with ours.
     */
    public static Optional<Duration> of(Optional<String> retryAfter, Optional<String> date) {
        return retryAfter.map(String::strip).flatMap(text -> seconds(text).or(() -> between(date, text)));
    }

    private static Optional<Duration> seconds(String text) {
        boolean digits =
                !text.isEmpty() && text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
    }

    private static Optional<Duration> between(Optional<String> date, String later) {
        return date.flatMap(HttpDate::parse)
                .flatMap(sent -> HttpDate.parse(later).map(then -> Duration.between(sent, then)))
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
    }
}
