package io.bittern.torrent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The priority of a connection that both its ends find alike (BEP 40), so that a swarm forms a random graph into which
 * everybody gets with the same effort. The greater goes first.
 */
public final class PeerPriority {

    private static final int MASK = 0x55;

    private PeerPriority() {}

    /**
     * The priority of a peer for us, 0 if we do not know our address of its family.
     *
     * @param ours our addresses as others see them
     * @param port where we listen
     */
    public static long of(List<InetAddress> ours, int port, InetSocketAddress peer) {
        return ours.stream()
                .filter(us -> us.getClass() == peer.getAddress().getClass())
                .findFirst()
                .map(us -> of(new InetSocketAddress(us, port), peer))
                .orElse(0L);
    }

    /** The priority of a connection between two of the same family, as 32 bits without sign. */
    static long of(InetSocketAddress one, InetSocketAddress other) {
        byte[] first = one.getAddress().getAddress();
        byte[] second = other.getAddress().getAddress();
        if (Arrays.equals(first, second)) {
            return hash(port(one), port(other));
        }
        int whole = Math.max(first.length == 4 ? 2 : 6, Arrays.mismatch(first, second) + 1);
        return hash(masked(first, whole), masked(second, whole));
    }

    /** What counts: the whole of so many bytes, of the others every second bit. */
    private static byte[] masked(byte[] address, int whole) {
        for (int i = whole; i < address.length; i++) {
            address[i] &= MASK;
        }
        return address;
    }

    private static byte[] port(InetSocketAddress of) {
        return ByteBuffer.allocate(Short.BYTES).putShort((short) of.getPort()).array();
    }

    private static long hash(byte[] one, byte[] other) {
        boolean inOrder = Arrays.compareUnsigned(one, other) < 0;
        CRC32C crc = new CRC32C();
        crc.update(inOrder ? one : other);
        crc.update(inOrder ? other : one);
        return crc.getValue();
    }
}
