package io.bittern.net;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Percent-encoding of raw bytes (RFC 3986), which are no text in info hashes and peer ids. */
public final class Percent {

    private static final String DIGITS = "0123456789ABCDEF";

    /** What may stand in a path or query as it is, besides letters and digits; an escape stays one. */
    private static final String LEGAL = "-._~!$&'()*+,;=:@/%?";

    private Percent() {}

    /** All bytes, those that need no escape as they are. */
    public static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder(3 * bytes.length);
        for (byte b : bytes) {
            if (alphanumeric(b) || b == '-' || b == '.' || b == '_' || b == '~') {
                text.append((char) b);
            } else {
                append(text, b);
            }
        }
        return text.toString();
    }

    /** A path or query of a URL as it is, but for what has no place in one. */
    public static String legal(String text) {
        StringBuilder legal = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (alphanumeric(b) || (b > 0 && LEGAL.indexOf(b) >= 0)) {
                legal.append((char) b);
            } else {
                append(legal, b);
            }
        }
        return legal.toString();
    }

    /** Whether a character is a letter or a digit of ASCII. */
    public static boolean alphanumeric(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** One byte as an escape. */
    private static void append(StringBuilder text, byte b) {
        text.append('%').append(DIGITS.charAt((b >> 4) & 15)).append(DIGITS.charAt(b & 15));
    }

    /** The bytes of an encoded text; empty when an escape is broken. */
    public static Optional<byte[]> decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.write(c);
                continue;
            }
            boolean whole = i + 2 < text.length();
            int high = whole ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = whole ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return Optional.of(bytes.toByteArray());
    }
}
