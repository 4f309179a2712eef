package io.bittern.portmap;

import io.bittern.net.Addresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Requests and replies of PCP (RFC 6887), as far as mappings need them. */
final class Pcp {

    /** Bytes of a nonce. */
    static final int NONCE = 12;

    private static final int VERSION = 2;
    private static final int REPLY = 0x80;
    private static final int OP_ANNOUNCE = 0;
    private static final int OP_MAP = 1;
    private static final int HEAD = 24;
    private static final int MAP = 60;
    private static final int LARGEST = 1100;
    private static final int ADDRESS = 16;

    private Pcp() {}

    /** What a gateway says; {@code epoch} is how many seconds it has kept its mappings. */
    sealed interface Reply {

        /** 0 if the request was granted. */
        int result();

        long epoch();
    }

    /** A gateway has started. */
    record Announce(int result, long epoch) implements Reply {}

    /** A mapping; what was not granted repeats what was asked. The lifetime is in seconds. */
    record MapReply(
            int result,
            long epoch,
            long lifetime,
            Nonce nonce,
            Protocol protocol,
            int internalPort,
            int externalPort,
            InetAddress external)
            implements Reply {}

    /** What only the gateway that was asked can know. */
    static final class Nonce {

        private final byte[] bytes;

        Nonce(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Nonce nonce && Arrays.equals(bytes, nonce.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** Asks for the gateway's clock, which an {@link Announce} answers. */
    static byte[] announceRequest(InetAddress client) {
        return ByteBuffer.allocate(HEAD)
                .put((byte) VERSION)
                .put((byte) OP_ANNOUNCE)
                .position(8)
                .put(packed(client))
                .array();
    }

    /**
     * Asks for a mapping; with a lifetime (seconds) of 0 for its end.
     *
     * @param client our address, from which the request has to come
     */
    static byte[] mapRequest(
            InetAddress client, Nonce nonce, Protocol protocol, int internalPort, int externalPort, int lifetime) {
        return ByteBuffer.allocate(MAP)
                .put((byte) VERSION)
                .put((byte) OP_MAP)
                .putShort((short) 0)
                .putInt(lifetime)
                .put(packed(client))
                .put(nonce.bytes)
                .put((byte) protocol.number())
                .put(new byte[3])
                .putShort((short) internalPort)
                .putShort((short) externalPort)
                .put(packed(client instanceof Inet4Address ? new byte[4] : new byte[ADDRESS]))
                .array();
    }

    private static byte[] packed(InetAddress address) {
        return packed(address.getAddress());
    }

    /** An address in 16 bytes, of IPv4 with ffff before it. */
    private static byte[] packed(byte[] address) {
        byte[] packed = new byte[ADDRESS];
        System.arraycopy(address, 0, packed, ADDRESS - address.length, address.length);
        if (address.length < ADDRESS) {
            Arrays.fill(packed, 10, 12, (byte) 0xff);
        }
        return packed;
    }

    /** Reads a reply; what none of our requests could lead to is none. */
    static Optional<Reply> parse(byte[] packet) {
        if (packet.length < HEAD || packet.length > LARGEST || packet.length % 4 != 0 || packet[0] != VERSION) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(packet);
        int result = in.get(3) & 0xff;
        long lifetime = in.getInt(4) & 0xffff_ffffL;
        long epoch = in.getInt(8) & 0xffff_ffffL;
        int operation = (packet[1] & 0xff) - REPLY;
        if (operation == OP_ANNOUNCE) {
            return Optional.of(new Announce(result, epoch));
        }
        Optional<Protocol> protocol = packet.length < MAP ? Optional.empty() : Protocol.of(in.get(36) & 0xff);
        if (operation != OP_MAP || protocol.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new MapReply(
                result,
                epoch,
                lifetime,
                new Nonce(Arrays.copyOfRange(packet, HEAD, HEAD + NONCE)),
                protocol.get(),
                in.getShort(40) & 0xffff,
                in.getShort(42) & 0xffff,
                Addresses.unpacked(Arrays.copyOfRange(packet, 44, MAP)).orElseThrow()));
    }
}
