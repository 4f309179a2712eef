package io.bittern.dht;

import io.bittern.bencode.BString;
import java.net.InetAddress;
import java.util.Arrays;

/** A set of addresses in 256 bytes, whose size can be estimated (BEP 33). */
public final class BloomFilter {

    /** Bytes of a filter. */
    static final int LENGTH = 256;

    private static final int BITS = LENGTH * 8;
    private static final int HASHES = 2;

    private final byte[] bits;

    private BloomFilter(byte[] bits) {
        this.bits = bits;
    }

    /** The empty set. */
    static BloomFilter empty() {
        return new BloomFilter(new byte[LENGTH]);
    }

    /** The set that a node has sent, of 256 bytes. */
    static BloomFilter of(BString bytes) {
        if (bytes.length() != LENGTH) {
            throw new IllegalArgumentException("a filter has 256 bytes, not " + bytes.length());
        }
        return new BloomFilter(bytes.bytes());
    }

    void add(InetAddress address) {
        for (int bit : bitsOf(address)) {
            bits[bit / 8] |= (byte) (1 << (bit % 8));
        }
    }

    /** False if the address was surely not added. */
    boolean mayHave(InetAddress address) {
        return Arrays.stream(bitsOf(address)).allMatch(bit -> (bits[bit / 8] & 1 << (bit % 8)) != 0);
    }

    private static int[] bitsOf(InetAddress address) {
        byte[] hash = Sha1.of(address.getAddress());
        return new int[] {
            ((hash[0] & 0xff) | ((hash[1] & 0xff) << 8)) % BITS, ((hash[2] & 0xff) | ((hash[3] & 0xff) << 8)) % BITS
        };
    }

    /** Adds all that another has. */
    void add(BloomFilter other) {
        for (int i = 0; i < LENGTH; i++) {
            bits[i] |= other.bits[i];
        }
    }

    /** About how many addresses there are; beyond some 6000 it says little. */
    double estimate() {
        int ones = 0;
        for (byte each : bits) {
            ones += Integer.bitCount(each & 0xff);
        }
        // a full filter has no estimate: it counts as one with a bit to go; an empty one is 0 exactly
        double zeros = Math.max(1, BITS - ones);
        return ones == 0 ? 0 : Math.log(zeros / BITS) / (HASHES * Math.log(1 - 1.0 / BITS));
    }

    byte[] bytes() {
        return bits.clone();
    }
}
