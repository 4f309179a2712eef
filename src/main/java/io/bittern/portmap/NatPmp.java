package io.bittern.portmap;

import io.bittern.net.Addresses;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Requests and replies of NAT-PMP (RFC 6886). */
final class NatPmp {

    private static final int VERSION = 0;
    private static final int REPLY = 0x80;
    private static final int OP_ADDRESS = 0;
    private static final int OP_UDP = 1;
    private static final int OP_TCP = 2;
    private static final int HEAD = 8;
    private static final int MAPPING = 16;
    private static final int UNSUPPORTED_VERSION = 1;

    private NatPmp() {}

    /** What a gateway says; {@code epoch} is how many seconds it has kept its mappings. */
    sealed interface Reply {

        /** 0 if the request was granted. */
        int result();

        long epoch();
    }

    /** Its address outside, none while it has no connection itself; unsolicited after a restart. */
    record AddressReply(int result, long epoch, Optional<InetAddress> external) implements Reply {}

    /** A mapping; ports and lifetime (seconds) mean something only when it was granted. */
    record MappingReply(int result, long epoch, Protocol protocol, int internalPort, int externalPort, long lifetime)
            implements Reply {}

    /** Asks for the address outside. */
    static byte[] addressRequest() {
        return new byte[] {VERSION, OP_ADDRESS};
    }

    /** Asks for a mapping; with a lifetime (seconds) of 0 for its end. */
    static byte[] mappingRequest(Protocol protocol, int internalPort, int externalPort, int lifetime) {
        return ByteBuffer.allocate(12)
                .put((byte) VERSION)
                .put((byte) (protocol == Protocol.TCP ? OP_TCP : OP_UDP))
                .putShort((short) 0)
                .putShort((short) internalPort)
                .putShort((short) externalPort)
                .putInt(lifetime)
                .array();
    }

    /**
     * Reads a reply. Of a refused version nobody can say whether it answers a request of NAT-PMP or one of PCP, which goes
     * to the same port, so it says nothing.
     */
    static Optional<Reply> parse(byte[] packet) {
        if (packet.length < HEAD || packet[0] != VERSION) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(packet, 2, packet.length - 2);
        int result = in.getShort() & 0xffff;
        long epoch = in.getInt() & 0xffff_ffffL;
        if (result == UNSUPPORTED_VERSION) {
            return Optional.empty();
        }
        return switch ((packet[1] & 0xff) - REPLY) {
            case OP_ADDRESS -> address(result, epoch, in);
            case OP_UDP -> mapping(result, epoch, Protocol.UDP, in);
            case OP_TCP -> mapping(result, epoch, Protocol.TCP, in);
            default -> Optional.empty();
        };
    }

    private static Optional<Reply> address(int result, long epoch, ByteBuffer in) {
        if (result != 0) {
            return Optional.of(new AddressReply(result, epoch, Optional.empty()));
        }
        byte[] address = new byte[4];
        if (in.remaining() < address.length) {
            return Optional.empty();
        }
        in.get(address);
        Optional<InetAddress> external =
                Addresses.unpacked(address).filter(found -> Addresses.scope(found) != Addresses.Scope.UNUSABLE);
        return Optional.of(new AddressReply(result, epoch, external));
    }

    private static Optional<Reply> mapping(int result, long epoch, Protocol protocol, ByteBuffer in) {
        if (result != 0) {
            return Optional.of(new MappingReply(result, epoch, protocol, 0, 0, 0));
        }
        if (in.remaining() < MAPPING - HEAD) {
            return Optional.empty();
        }
        int internal = in.getShort() & 0xffff;
        int external = in.getShort() & 0xffff;
        return Optional.of(new MappingReply(result, epoch, protocol, internal, external, in.getInt() & 0xffff_ffffL));
    }
}
