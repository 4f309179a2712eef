package io.bittern.tracker;

import io.bittern.net.HttpDate;
import io.bittern.net.JdkHttp;
import io.bittern.net.RetryAfter;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads one answer of HTTP/1.x (RFC 9112) from a server that may be hostile: every part of it is bounded. */
final class HttpReplyReader {

    private static final int LARGEST_HEAD = 64 << 10;
    private static final int LONGEST_LENGTH = 10;
    private static final int CHUNK = 16 << 10;

    private final InputStream in;
    private final int limit;
    private int headLeft = LARGEST_HEAD;

    /** Reads from a buffered stream a body of so many bytes at most. */
    HttpReplyReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /** The answer; of a redirect only the head is read. */
    HttpReply read() throws IOException, TrackerException {
        int status = status(line());
        Map<String, String> head = head();
        while (status / 100 == 1) {
            status = status(line());
            head = head();
        }
        if (JdkHttp.isRedirect(status)) {
            return new HttpReply(status, head.getOrDefault("location", ""), Optional.empty(), date(head), new byte[0]);
        }
        try (HttpBody body = new HttpBody(head.getOrDefault("content-encoding", ""), limit)) {
            boolean none = status == 204 || status == 304;
            if (!none) {
                read(body, head);
            }
            return new HttpReply(status, "", retryAfter(head), date(head), none ? new byte[0] : body.finish());
        }
    }

    private static Optional<Duration> retryAfter(Map<String, String> head) {
        return RetryAfter.of(Optional.ofNullable(head.get("retry-after")), Optional.ofNullable(head.get("date")));
    }

    private static Optional<Instant> date(Map<String, String> head) {
        return Optional.ofNullable(head.get("date")).flatMap(HttpDate::parse);
    }

    private static int status(String line) throws TrackerException {
        boolean legal = (line.startsWith("HTTP/1.0 ") || line.startsWith("HTTP/1.1 "))
                && line.length() >= 12
                && line.substring(9, 12).chars().allMatch(c -> c >= '0' && c <= '9')
                && (line.length() == 12 || line.charAt(12) == ' ');
        if (!legal) {
            throw broken();
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    /** The fields up to the empty line, by their names in lower case; the first of a name counts. */
    private Map<String, String> head() throws IOException, TrackerException {
        Map<String, String> fields = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw broken();
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            fields.putIfAbsent(name, line.substring(colon + 1).strip());
        }
        return fields;
    }

    /** A line of what is not the body, all of which together are bounded. */
    private String line() throws IOException, TrackerException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw cut();
            }
            if (--headLeft < 0) {
                throw new TrackerException("the head of the tracker's answer is too large");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private void read(HttpBody body, Map<String, String> head) throws IOException, TrackerException {
        String coding = head.getOrDefault("transfer-encoding", "");
        String length = head.get("content-length");
        if (coding.equalsIgnoreCase("chunked")) {
            for (long chunk = chunkLength(); chunk > 0; chunk = chunkLength()) {
                read(body, chunk);
                if (!line().isEmpty()) {
                    throw broken();
                }
            }
        } else if (!coding.isEmpty() && !coding.equalsIgnoreCase("identity")) {
            throw broken();
        } else if (length != null) {
            read(body, number(length, 10));
        } else {
            for (byte[] more = in.readNBytes(CHUNK); more.length > 0; more = in.readNBytes(CHUNK)) {
                body.add(more);
            }
        }
    }

    private void read(HttpBody body, long length) throws IOException, TrackerException {
        if (length > limit) {
            throw HttpBody.tooLarge();
        }
        for (long left = length; left > 0; ) {
            byte[] more = in.readNBytes((int) Math.min(left, CHUNK));
            if (more.length == 0) {
                throw cut();
            }
            body.add(more);
            left -= more.length;
        }
    }

    /** The length of the next chunk; lines between chunks come out of what the head may take. */
    private long chunkLength() throws IOException, TrackerException {
        headLeft = LARGEST_HEAD;
        String line = line();
        int extension = line.indexOf(';');
        return number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
    }

    private static long number(String text, int radix) throws TrackerException {
        if (text.isEmpty() || !text.chars().allMatch(c -> c < 0x80 && Character.digit(c, radix) >= 0)) {
            throw broken();
        }
        if (text.length() > LONGEST_LENGTH) {
            throw HttpBody.tooLarge();
        }
        return Long.parseLong(text, radix);
    }

    private static TrackerException broken() {
        return new TrackerException("the tracker's answer is not HTTP as it should be");
    }

    private static EOFException cut() {
        return new EOFException("the connection ended before the answer did");
    }
}
