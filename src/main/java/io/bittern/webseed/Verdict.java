package io.bittern.webseed;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the head of an answer means for a part that was asked for (RFC 9110); pure. */
sealed interface Verdict {

    /** A server that knows no ranges is of use while the whole file is not longer than this. */
    long WHOLE = 32L << 20;

    Duration LONGEST_WAIT = Duration.ofHours(1);

    Pattern RANGE =
            Pattern.compile("\\s*bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)\\s*", Pattern.CASE_INSENSITIVE);

    /**
     * The body is of use.
     *
     * @param offset where in the payload its first byte is
     * @param length how many bytes it has
     * @param whole whether it is a whole file instead of the range that was asked for
     */
    record Take(long offset, long length, boolean whole) implements Verdict {}

    /** Not now: ask again, when the server says so. */
    record Later(String reason, Optional<Duration> pause) implements Verdict {}

    /** The server does not have this file, or has another one by its name. */
    record Missing(String reason) implements Verdict {}

    /** The server is of no use at all. */
    record Useless(String reason) implements Verdict {}

    static Verdict of(Part part, WebSource.Answered head) {
        int status = head.status();
        if (status == 200 || status == 206) {
            boolean packed = head.contentEncoding()
                    .filter(coding -> !coding.strip().equalsIgnoreCase("identity"))
                    .isPresent();
            return packed ? new Useless("sends packed data") : status == 206 ? range(part, head) : whole(part, head);
        }
        String reason = "HTTP status " + status;
        if (status == 404 || status == 410 || status == 416) {
            return new Missing(reason);
        }
        boolean busy = status == 408 || status == 425 || status == 429 || status / 100 == 5;
        return busy ? new Later(reason, pause(head)) : new Useless(reason);
    }

    private static Verdict range(Part part, WebSource.Answered head) {
        Matcher range = RANGE.matcher(head.contentRange().orElse(""));
        if (!part.ranged() || !range.matches()) {
            return new Useless("answers a range without saying which");
        }
        if (!range.group(3).equals("*") && Long.parseLong(range.group(3)) != part.size()) {
            return new Missing("a file of another length");
        }
        long length = Long.parseLong(range.group(2)) - part.from() + 1;
        boolean fits = Long.parseLong(range.group(1)) == part.from() && length > 0 && length <= part.length();
        return fits && head.contentLength().orElse(length) == length
                ? new Take(part.offset(), length, false)
                : new Useless("answers with another range than was asked for");
    }

    private static Verdict whole(Part part, WebSource.Answered head) {
        if (head.contentLength().orElse(part.size()) != part.size()) {
            return new Missing("a file of another length");
        }
        boolean all = part.length() == part.size();
        return all || part.size() <= WHOLE
                ? new Take(part.offset() - part.from(), part.size(), !all)
                : new Useless("does not serve ranges of a large file");
    }

    private static Optional<Duration> pause(WebSource.Answered head) {
        return head.retryAfter().map(wait -> wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
    }
}
