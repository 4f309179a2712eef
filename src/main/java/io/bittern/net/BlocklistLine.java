package io.bittern.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** One line of a {@link Blocklist}, in whichever of the usual forms it is. */
final class BlocklistLine {

    /** Ranges of ipfilter.dat with this level or a higher one are allowed. */
    private static final int ALLOWED = 128;

    private static final int LONGEST_ADDRESS = 45;

    private BlocklistLine() {}

    /** Adds the range of a line, if it has one that is ruled out; false if the line is in none of the forms. */
    static boolean read(String line, IpFilter.Builder ranges) {
        return readDat(line, ranges) || readBare(line, ranges) || readNamed(line, ranges);
    }

    /** {@code 001.002.003.000 - 001.002.003.255 , 100 , name}. */
    private static boolean readDat(String line, IpFilter.Builder ranges) {
        int comma = line.indexOf(',');
        if (comma < 0 || line.indexOf('-') > comma) {
            return false;
        }
        int end = line.indexOf(',', comma + 1);
        String level = line.substring(comma + 1, end < 0 ? line.length() : end).strip();
        int number = decimal(level, 0, level.length());
        IpFilter.Builder tried = number < ALLOWED ? ranges : new IpFilter.Builder();
        return number >= 0 && readRange(line.substring(0, comma), tried);
    }

    /** {@code 192.0.2.0/24}, {@code 2001:db8::1-2001:db8::9} or {@code 192.0.2.1}, with a remark or without. */
    private static boolean readBare(String line, IpFilter.Builder ranges) {
        String text = until(until(line, '#'), ';').strip();
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return readBlock(text.substring(0, slash), text.substring(slash + 1), ranges);
        }
        byte[] single = address(text);
        return single == null ? readRange(text, ranges) : ranges.add(single, single);
    }

    /** {@code name:192.0.2.0-192.0.2.255}; the name, and an IPv6 address, may have colons too. */
    private static boolean readNamed(String line, IpFilter.Builder ranges) {
        if (readRange(line.substring(line.lastIndexOf(':') + 1), ranges)) {
            return true;
        }
        for (int colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', colon + 1)) {
            if (readRange(line.substring(colon + 1), ranges)) {
                return true;
            }
        }
        return false;
    }

    private static boolean readRange(String text, IpFilter.Builder ranges) {
        int dash = text.indexOf('-');
        byte[] first = dash < 0 ? null : address(text.substring(0, dash).strip());
        byte[] last = first == null ? null : address(text.substring(dash + 1).strip());
        return first != null && last != null && ranges.add(first, last);
    }

    private static boolean readBlock(String start, String width, IpFilter.Builder ranges) {
        byte[] first = address(start.strip());
        int bits = decimal(width, 0, width.length());
        if (first == null || bits < 0 || bits > Byte.SIZE * first.length) {
            return false;
        }
        byte[] last = first.clone();
        for (int bit = bits; bit < Byte.SIZE * first.length; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            first[bit / Byte.SIZE] &= (byte) ~mask;
            last[bit / Byte.SIZE] |= (byte) mask;
        }
        return ranges.add(first, last);
    }

    private static String until(String text, char end) {
        int at = text.indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }

    /** An address as text, never looked up; null if it is none. */
    private static byte @Nullable [] address(String text) {
        return text.indexOf(':') < 0 ? address4(text) : address6(text);
    }

    /** Four numbers, which may begin with zeros and are decimal all the same. */
    private static byte @Nullable [] address4(String text) {
        byte[] address = new byte[4];
        int from = 0;
        for (int i = 0; i < address.length; i++) {
            int dot = i < address.length - 1 ? text.indexOf('.', from) : text.length();
            int number = dot < 0 ? -1 : decimal(text, from, dot);
            if (number < 0 || number > 0xff) {
                return null;
            }
            address[i] = (byte) number;
            from = dot + 1;
        }
        return address;
    }

    private static byte @Nullable [] address6(String text) {
        if (text.length() > LONGEST_ADDRESS
                || text.startsWith(".")
                || !text.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0)) {
            return null;
        }
        try {
            // What has a colon is taken for an address by number or refused, but no server of names is asked.
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException none) {
            return null;
        }
    }

    /** A number of one to three digits, -1 if it is none. */
    private static int decimal(String text, int from, int to) {
        if (to - from < 1 || to - from > 3) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = 10 * number + c - '0';
        }
        return number;
    }
}
