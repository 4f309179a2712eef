package io.bittern.portmap;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Mappings by NAT-PMP (RFC 6886): the address outside is asked first, then both protocols. */
final class NatPmpWay extends UdpWay {

    private static final int NO_CONNECTION = 3;

    private final int port;
    private Optional<InetAddress> external = Optional.empty();

    /** @param port ours, inside and if possible outside */
    NatPmpWay(Outbox out, InetAddress gateway, int gatewayPort, int port) {
        super("NAT-PMP", out, gateway, gatewayPort);
        this.port = port;
    }

    @Override
    List<Question> first() {
        return external.isEmpty() ? List.of(Question.GATEWAY) : List.of(Question.values());
    }

    @Override
    byte[] encode(Question question, int lifetime) {
        return question.protocol()
                .map(protocol -> NatPmp.mappingRequest(protocol, port, lifetime == 0 ? 0 : wanted(protocol), lifetime))
                .orElseGet(NatPmp::addressRequest);
    }

    private int wanted(Protocol protocol) {
        PortMapEvent.Mapped before = granted().get(protocol);
        return before == null ? port : before.port();
    }

    @Override
    void read(byte[] payload, long now) {
        Optional<NatPmp.Reply> reply = NatPmp.parse(payload);
        if (reply.isEmpty()) {
            return;
        }
        if (reply.get() instanceof NatPmp.AddressReply address) {
            address(address, now);
        } else if (reply.get() instanceof NatPmp.MappingReply mapping) {
            mapping(mapping, now);
        }
        clock(reply.get().epoch(), now);
    }

    private void address(NatPmp.AddressReply reply, long now) {
        boolean changed = external.isPresent() && !external.equals(reply.external());
        if (reply.result() == 0) {
            external = reply.external();
        }
        if (state() == State.RELEASING || (!isAsking(Question.GATEWAY) && !changed)) {
            return; // said by itself, and nothing new
        }
        if (reply.result() != 0 || external.isEmpty()) {
            refuse(Question.GATEWAY, reason(reply.result() == 0 ? NO_CONNECTION : reply.result()), now);
            return;
        }
        lookLater(now);
        if (changed || !hasGrants(now)) {
            ask(Question.MAP_TCP, now);
            ask(Question.MAP_UDP, now);
        }
    }

    private void mapping(NatPmp.MappingReply reply, long now) {
        Question question = Question.of(reply.protocol());
        boolean ours = reply.result() != 0 || reply.internalPort() == port;
        if (!isAsking(question) || !ours || external.isEmpty()) {
            return;
        }
        if (state() == State.RELEASING) {
            settle(question, OptionalLong.empty());
        } else if (reply.result() != 0) {
            refuse(question, reason(reply.result()), now);
        } else if (reply.lifetime() > 0 && reply.externalPort() > 0) {
            long renew = grant(reply.protocol(), external.get(), reply.externalPort(), reply.lifetime(), now);
            settle(question, OptionalLong.of(renew));
        }
    }

    private static String reason(int result) {
        return switch (result) {
            case 2 -> "not allowed there";
            case NO_CONNECTION -> "it has no connection itself";
            case 4 -> "it has no port left";
            default -> "error " + result;
        };
    }
}
