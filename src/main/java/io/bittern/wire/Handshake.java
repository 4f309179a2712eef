package io.bittern.wire;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first 68 bytes that each side of a connection sends (BEP 3).
 *
 * @param reserved the 8 bytes that announce extensions, the first of them highest
 */
public record Handshake(long reserved, InfoHash infoHash, PeerId peerId) {

    /** Bytes of a handshake. */
    public static final int LENGTH = 68;

    /** The reserved bit of those who speak the extension protocol (BEP 10). */
    public static final long EXTENSIONS = 0x10_00_00L;

    /** The reserved bit of those who know the Fast extension (BEP 6). */
    public static final long FAST = 0x04L;

    /** The reserved bit of those who are nodes of the DHT (BEP 5). */
    public static final long DHT = 0x01L;

    /** Where the first field begins; the bytes before it are the same in every handshake. */
    static final int RESERVED_AT = 20;

    static final int INFO_HASH_AT = 28;
    static final int PEER_ID_AT = 48;

    private static final byte[] START = "\23BitTorrent protocol".getBytes(StandardCharsets.US_ASCII);

    /** Whether its sender speaks the extension protocol (BEP 10). */
    public boolean extensions() {
        return (reserved & EXTENSIONS) != 0;
    }

    /** Whether its sender knows the Fast extension (BEP 6). */
    public boolean fast() {
        return (reserved & FAST) != 0;
    }

    /** Whether its sender is a node of the DHT (BEP 5). */
    public boolean dht() {
        return (reserved & DHT) != 0;
    }

    /** The handshake in the form of the wire. */
    public byte[] encode() {
        return ByteBuffer.allocate(LENGTH)
                .put(START)
                .putLong(reserved)
                .put(infoHash.bytes())
                .put(peerId.bytes())
                .array();
    }

    /** The byte that every handshake has at a place before {@link #RESERVED_AT}. */
    static byte fixed(int at) {
        return START[at];
    }
}
