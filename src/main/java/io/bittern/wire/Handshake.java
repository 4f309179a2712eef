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

    /** Where the first field begins; the bytes before it are the same in every handshake. */
    static final int RESERVED_AT = 20;

    static final int INFO_HASH_AT = 28;
    static final int PEER_ID_AT = 48;

    private static final byte[] START = "\23BitTorrent protocol".getBytes(StandardCharsets.US_ASCII);

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
