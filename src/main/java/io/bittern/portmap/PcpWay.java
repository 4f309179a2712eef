package io.bittern.portmap;

import io.bittern.net.Addresses;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** Mappings by PCP (RFC 6887), of IPv4 through a translation and of IPv6 through a firewall. */
final class PcpWay extends UdpWay {

    private final InetAddress client;
    private final int port;
    private final Map<Protocol, Pcp.Nonce> nonces = new EnumMap<>(Protocol.class);

    /**
     * With nonces that last as long as it does: a mapping is renewed and ended by its nonce.
     *
     * @param client our address
     * @param port ours, inside and if possible outside
     */
    PcpWay(Outbox out, InetAddress gateway, int gatewayPort, InetAddress client, int port, RandomGenerator random) {
        super("PCP", out, gateway, gatewayPort);
        this.client = client;
        this.port = port;
        for (Protocol protocol : Protocol.values()) {
            byte[] nonce = new byte[Pcp.NONCE];
            random.nextBytes(nonce);
            nonces.put(protocol, new Pcp.Nonce(nonce));
        }
    }

    @Override
    List<Question> first() {
        return List.of(Question.MAP_TCP, Question.MAP_UDP);
    }

    @Override
    byte[] encode(Question question, int lifetime) {
        return question.protocol()
                .map(protocol -> map(protocol, lifetime))
                .orElseGet(() -> Pcp.announceRequest(client));
    }

    private byte[] map(Protocol protocol, int lifetime) {
        PortMapEvent.Mapped before = granted().get(protocol);
        return Pcp.mapRequest(client, nonce(protocol), protocol, port, before == null ? port : before.port(), lifetime);
    }

    private Pcp.Nonce nonce(Protocol protocol) {
        return Objects.requireNonNull(nonces.get(protocol));
    }

    @Override
    void read(byte[] payload, long now) {
        Optional<Pcp.Reply> reply = Pcp.parse(payload);
        if (reply.isEmpty()) {
            return;
        }
        if (!(reply.get() instanceof Pcp.MapReply map)) {
            if (isAsking(Question.GATEWAY)) {
                lookLater(now);
            }
            clock(reply.get().epoch(), now);
        } else if (isOurs(map)) {
            mapping(map, now);
            clock(map.epoch(), now);
        }
    }

    private boolean isOurs(Pcp.MapReply map) {
        return map.nonce().equals(nonce(map.protocol()))
                && map.internalPort() == port
                && isAsking(Question.of(map.protocol()));
    }

    private void mapping(Pcp.MapReply map, long now) {
        Question question = Question.of(map.protocol());
        if (state() == State.RELEASING) {
            settle(question, OptionalLong.empty());
        } else if (map.result() != 0) {
            refuse(question, reason(map.result()), now);
        } else if (map.lifetime() > 0
                && map.externalPort() > 0
                && Addresses.scope(map.external()) != Addresses.Scope.UNUSABLE) {
            long renew = grant(map.protocol(), map.external(), map.externalPort(), map.lifetime(), now);
            settle(question, OptionalLong.of(renew));
            lookLater(now);
        }
    }

    private static String reason(int result) {
        return switch (result) {
            case 1 -> "it knows another version";
            case 2 -> "not allowed there";
            case 7 -> "it has no connection itself";
            case 8, 10, 11 -> "it has no port left";
            case 12 -> "there is another translation between it and us";
            default -> "error " + result;
        };
    }
}
