package io.bittern.tracker;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The body of an answer as it comes in, unpacked and bounded. */
final class HttpBody implements AutoCloseable {

    private final ByteArrayOutputStream plain = new ByteArrayOutputStream();
    private final @Nullable Gunzip gunzip;
    private final int limit;

    /** A body in an encoding as the head names it, of so many bytes at most. */
    HttpBody(String encoding, int limit) {
        String named = encoding.strip().toLowerCase(Locale.ROOT);
        this.gunzip = named.equals("gzip") || named.equals("x-gzip") ? new Gunzip(limit) : null;
        this.limit = limit;
    }

    /** Takes the next bytes; fails on more than the limit, and on what is not packed as it claims to be. */
    void add(byte[] bytes) throws TrackerException {
        if (gunzip != null) {
            gunzip.add(bytes);
            return;
        }
        if (bytes.length > limit - plain.size()) {
            throw tooLarge();
        }
        plain.writeBytes(bytes);
    }

    /** All of it, once the input has ended. */
    byte[] finish() throws TrackerException {
        return gunzip == null ? plain.toByteArray() : gunzip.finish();
    }

    static TrackerException tooLarge() {
        return new TrackerException("the tracker's answer is too large");
    }

    @Override
    public void close() {
        if (gunzip != null) {
            gunzip.close();
        }
    }
}
