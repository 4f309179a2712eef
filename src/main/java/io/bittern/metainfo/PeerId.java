package io.bittern.metainfo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** The 20 bytes by which a peer calls itself in handshakes and announces (BEP 3, BEP 20). */
public final class PeerId {

    /** Bytes in a peer id. */
    public static final int LENGTH = 20;

    /** Client code and version in the style of BEP 20. */
    public static final String PREFIX = "-BJ0100-";

    private final byte[] bytes;

    private PeerId(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The peer id made of these 20 bytes, which are copied. */
    public static PeerId of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a peer id has 20 bytes, not " + bytes.length);
        }
        return new PeerId(bytes.clone());
    }

    /** A new id of our own: {@link #PREFIX} and 12 random letters or digits. */
    public static PeerId random(RandomGenerator random) {
        String alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        byte[] bytes = Arrays.copyOf(PREFIX.getBytes(StandardCharsets.US_ASCII), LENGTH);
        for (int i = PREFIX.length(); i < LENGTH; i++) {
            bytes[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        }
        return new PeerId(bytes);
    }

    /** A copy of the 20 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerId that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The id with everything but printable ASCII replaced by dots. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(LENGTH);
        for (byte b : bytes) {
            text.append(b > 0x20 && b < 0x7f ? (char) b : '.');
        }
        return text.toString();
    }
}
