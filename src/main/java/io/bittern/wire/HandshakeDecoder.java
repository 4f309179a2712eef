package io.bittern.wire;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link Handshake} however its bytes are cut.
 *
 * <p>The info hash is known before the peer id comes: who accepts connections for many torrents chooses by it, and some
 * peers send their id only after they have seen ours.
 */
public final class HandshakeDecoder {

    private final byte[] bytes = new byte[Handshake.LENGTH];
    private int length;

    /**
     * Takes bytes up to the end of the handshake; what follows is left to the caller.
     *
     * @return how many bytes were taken
     * @throws WireException at the first byte that no handshake has there
     */
    public int feed(byte[] array, int offset, int available) throws WireException {
        Objects.checkFromIndexSize(offset, available, array.length);
        int taken = Math.min(available, bytes.length - length);
        for (int i = 0; i < taken && length + i < Handshake.RESERVED_AT; i++) {
            if (array[offset + i] != Handshake.fixed(length + i)) {
                throw new WireException("not a BitTorrent handshake");
            }
        }
        System.arraycopy(array, offset, bytes, length, taken);
        length += taken;
        return taken;
    }

    /** The info hash, null until its 20 bytes are there. */
    public @Nullable InfoHash infoHash() {
        return length < Handshake.PEER_ID_AT
                ? null
                : InfoHash.of(Arrays.copyOfRange(bytes, Handshake.INFO_HASH_AT, Handshake.PEER_ID_AT));
    }

    /** The whole handshake, null until all of it is there. */
    public @Nullable Handshake handshake() {
        InfoHash infoHash = infoHash();
        if (infoHash == null || length < Handshake.LENGTH) {
            return null;
        }
        long reserved = ByteBuffer.wrap(bytes).getLong(Handshake.RESERVED_AT);
        PeerId peerId = PeerId.of(Arrays.copyOfRange(bytes, Handshake.PEER_ID_AT, Handshake.LENGTH));
        return new Handshake(reserved, infoHash, peerId);
    }

    /** A copy of the bytes taken so far, for another decoder that begins at the first byte. */
    public byte[] taken() {
        return Arrays.copyOf(bytes, length);
    }
}
