package io.bittern.dht;

import io.bittern.metainfo.InfoHash;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** A point of the 160-bit space in which nodes, torrents and items lie; the distance of two is their XOR (BEP 5). */
public final class NodeId implements Comparable<NodeId> {

    /** Bytes of an id. */
    public static final int LENGTH = 20;

    /** Bits of an id. */
    static final int BITS = 160;

    private final long high;
    private final long middle;
    private final int low;

    private NodeId(long high, long middle, int low) {
        this.high = high;
        this.middle = middle;
        this.low = low;
    }

    /** The id made of these 20 bytes. */
    public static NodeId of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("an id has 20 bytes, not " + bytes.length);
        }
        return read(ByteBuffer.wrap(bytes));
    }

    /** The point at which a torrent's peers are kept. */
    public static NodeId of(InfoHash infoHash) {
        return of(infoHash.bytes());
    }

    /** The id written as 40 hexadecimal digits. */
    public static NodeId fromHex(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** Any id. */
    public static NodeId random(RandomGenerator random) {
        return new NodeId(random.nextLong(), random.nextLong(), random.nextInt());
    }

    /** Takes the next 20 bytes. */
    static NodeId read(ByteBuffer from) {
        return new NodeId(from.getLong(), from.getLong(), from.getInt());
    }

    /** The 20 bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(LENGTH)
                .putLong(high)
                .putLong(middle)
                .putInt(low)
                .array();
    }

    /** How many leading bits both have in common, 160 for equals. */
    int sharedBits(NodeId other) {
        int shared = Long.numberOfLeadingZeros(high ^ other.high);
        if (shared == 64) {
            shared += Long.numberOfLeadingZeros(middle ^ other.middle);
        }
        return shared < 128 ? shared : 128 + Integer.numberOfLeadingZeros(low ^ other.low);
    }

    /** Less than 0 if the one is closer to this than the other, more than 0 if it is farther away. */
    int compareDistance(NodeId one, NodeId other) {
        int order = Long.compareUnsigned(one.high ^ high, other.high ^ high);
        if (order == 0) {
            order = Long.compareUnsigned(one.middle ^ middle, other.middle ^ middle);
        }
        return order != 0 ? order : Integer.compareUnsigned(one.low ^ low, other.low ^ low);
    }

    /** The point farthest away from this. */
    NodeId opposite() {
        return new NodeId(~high, ~middle, ~low);
    }

    /** Any id that has the first bits of this, and then at least one other; all 160 give this. */
    NodeId randomSharing(int bits, RandomGenerator random) {
        byte[] mine = bytes();
        byte[] other = new byte[LENGTH];
        random.nextBytes(other);
        for (int bit = 0; bit <= bits && bit < BITS; bit++) {
            int mask = 0x80 >> (bit % 8);
            int wanted = bit < bits ? mine[bit / 8] : ~mine[bit / 8];
            other[bit / 8] = (byte) ((other[bit / 8] & ~mask) | (wanted & mask));
        }
        return of(other);
    }

    @Override
    public int compareTo(NodeId other) {
        int order = Long.compareUnsigned(high, other.high);
        if (order == 0) {
            order = Long.compareUnsigned(middle, other.middle);
        }
        return order != 0 ? order : Integer.compareUnsigned(low, other.low);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeId that && high == that.high && middle == that.middle && low == that.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high ^ middle) * 31 + low;
    }

    /** 40 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
