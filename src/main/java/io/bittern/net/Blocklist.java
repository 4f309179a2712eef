package io.bittern.net;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Reads lists of address ranges to rule out: PeerGuardian text, eMule's {@code ipfilter.dat}, or lines of CIDR blocks,
 * ranges and addresses; each of IPv4 or IPv6, as it is or compressed by gzip. The kinds may be mixed.
 */
public final class Blocklist {

    /** More ranges than any list has that is of use. */
    static final int MOST_RANGES = 1 << 22;

    private static final long MOST_BYTES = 1L << 29;
    private static final int LONGEST_LINE = 4096;
    private static final int SHOWN = 60;

    /**
     * What a list has given.
     *
     * @param lines how many lines were not understood and are left out
     * @param first the first of these, with its number, in characters that harm no terminal
     */
    public record Reading(IpFilter filter, long lines, Optional<String> first) {}

    private final IpFilter.Builder ranges = new IpFilter.Builder();
    private final byte[] line = new byte[LONGEST_LINE];
    private int length;
    private long number = 1;
    private long bad;
    private Optional<String> first = Optional.empty();

    private Blocklist() {}

    /**
     * Reads a list to its end.
     *
     * @throws IOException if it cannot be read, is too large, or holds no range; the message is for the user
     */
    public static Reading read(InputStream source) throws IOException {
        InputStream in = new BufferedInputStream(source, 1 << 16);
        in.mark(2);
        boolean packed = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        Blocklist list = new Blocklist();
        list.readAll(packed ? new GZIPInputStream(in, 1 << 16) : in);
        if (list.ranges.size() == 0 && list.bad > 0) {
            throw new IOException("no line of it is a range of addresses, not even " + list.first.orElse("one"));
        }
        return new Reading(list.ranges.build(), list.bad, list.first);
    }

    private void readAll(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long all = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            all += read;
            if (all > MOST_BYTES || ranges.size() > MOST_RANGES) {
                throw new IOException("it is too large: at most " + MOST_RANGES + " ranges and " + (MOST_BYTES >> 20)
                        + " MiB of text");
            }
            take(buffer, read);
        }
        endLine();
    }

    private void take(byte[] buffer, int count) {
        for (int i = 0; i < count; i++) {
            if (buffer[i] == '\n' || buffer[i] == '\r') {
                endLine();
                number += buffer[i] == '\n' ? 1 : 0;
            } else if (length < LONGEST_LINE) {
                line[length++] = buffer[i];
            }
        }
    }

    private void endLine() {
        String text = new String(line, 0, length, StandardCharsets.ISO_8859_1).strip();
        length = 0;
        boolean nothing = text.isEmpty() || text.startsWith("#") || text.startsWith("//") || text.startsWith(";");
        if (!nothing && !BlocklistLine.read(text, ranges)) {
            bad++;
            first = first.or(() -> Optional.of("line " + number + ": " + harmless(text)));
        }
    }

    private static String harmless(String text) {
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return shown.replaceAll("[^ -~]", "?");
    }
}
