package io.bittern.dht;

import io.bittern.net.Addresses;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * Node ids bound to addresses (BEP 42), so that nobody chooses where in the space his nodes lie.
 *
 * <p>The first 21 bits follow from the address and the last three, which leaves eight places to an address. Local
 * addresses are exempt.
 */
final class BoundIds {

    private static final byte[] MASK4 = {0x03, 0x0f, 0x3f, (byte) 0xff};
    private static final byte[] MASK6 = {0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f, (byte) 0xff};
    private static final int BOUND_BITS = 21;
    private static final int PLACES = 7;

    private BoundIds() {}

    /** Whether a node at this address may have this id. */
    static boolean fits(NodeId id, InetAddress address) {
        if (Addresses.isLocal(address)) {
            return true;
        }
        byte[] bytes = id.bytes();
        int first = ByteBuffer.wrap(bytes).getInt();
        return (first ^ prefix(address, bytes[NodeId.LENGTH - 1])) >>> (Integer.SIZE - BOUND_BITS) == 0;
    }

    /** Any id that a node at this address may have. */
    static NodeId random(InetAddress address, RandomGenerator random) {
        byte[] bytes = NodeId.random(random).bytes();
        ByteBuffer id = ByteBuffer.wrap(bytes);
        int free = -1 >>> BOUND_BITS;
        id.putInt(0, (prefix(address, bytes[NodeId.LENGTH - 1]) & ~free) | (id.getInt(0) & free));
        return NodeId.of(bytes);
    }

    private static int prefix(InetAddress address, byte last) {
        byte[] bytes = address.getAddress();
        byte[] mask = bytes.length == MASK4.length ? MASK4 : MASK6;
        byte[] hashed = new byte[mask.length];
        for (int i = 0; i < mask.length; i++) {
            hashed[i] = (byte) (bytes[i] & mask[i]);
        }
        hashed[0] |= (byte) ((last & PLACES) << 5);
        CRC32C sum = new CRC32C();
        sum.update(hashed);
        return (int) sum.getValue();
    }
}
