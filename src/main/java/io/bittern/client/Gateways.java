package io.bittern.client;

import io.bittern.portmap.PortMapEvent;
import io.bittern.portmap.PortMapEvent.Mapped;
import io.bittern.portmap.Protocol;
import io.bittern.portmap.Route;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** The gateways that are asked to let peers in, and how far each has come; pure. */
final class Gateways {

    private static final class Gateway {
        final Map<Protocol, Mapped> open = new EnumMap<>(Protocol.class);
        String refusal = "";
    }

    private final Map<Route, Gateway> gateways = new LinkedHashMap<>();
    private Optional<PortMapping> told = Optional.empty();

    /** A gateway is asked from now on. */
    void add(Route route) {
        gateways.put(route, new Gateway());
    }

    /** A gateway is not asked any more. */
    void remove(Route route) {
        gateways.remove(route);
    }

    /** Who asked a gateway has failed; it may have said why. */
    void ended(Route route) {
        Gateway gateway = gateways.get(route);
        if (gateway != null) {
            gateway.open.clear();
            gateway.refusal = gateway.refusal.isEmpty() ? "asking has failed; the log says why" : gateway.refusal;
        }
    }

    /** The ways to those that are asked. */
    Set<Route> routes() {
        return Set.copyOf(gateways.keySet());
    }

    /** Whether a gateway is asked. */
    boolean knows(Route route) {
        return gateways.containsKey(route);
    }

    /** Takes what becomes of the wish at a gateway; of one that is not asked any more it does not count. */
    void on(Route route, PortMapEvent event) {
        Gateway gateway = gateways.get(route);
        if (gateway == null) {
            return;
        }
        if (event instanceof Mapped mapped) {
            gateway.open.put(mapped.protocol(), mapped);
            gateway.refusal = "";
        } else if (event instanceof PortMapEvent.Lost lost) {
            gateway.open.remove(lost.protocol());
        } else if (event instanceof PortMapEvent.Unavailable unavailable) {
            gateway.open.clear();
            gateway.refusal = unavailable.reason();
        }
    }

    /** The port outside at which a gateway lets TCP in. */
    OptionalInt port(Route route) {
        Gateway gateway = gateways.get(route);
        Mapped tcp = gateway == null ? null : gateway.open.get(Protocol.TCP);
        return tcp == null ? OptionalInt.empty() : OptionalInt.of(tcp.port());
    }

    /** What is worth telling: what differs from what was told last, once a gateway lets us in or all have refused. */
    Optional<PortMapping> news() {
        List<PortMapping.Door> doors = gateways.values().stream()
                .map(gateway -> gateway.open.values())
                .flatMap(Collection::stream)
                .map(Gateways::door)
                .toList();
        List<String> refusals = new ArrayList<>();
        gateways.values().forEach(gateway -> refusals.add(gateway.refusal));
        if (doors.isEmpty() && refusals.contains("")) {
            return Optional.empty();
        }
        String reason = refusals.isEmpty()
                ? "there is no gateway to ask"
                : refusals.stream().distinct().collect(Collectors.joining("; "));
        PortMapping found = new PortMapping(doors, gateways.size(), doors.isEmpty() ? reason : "");
        Optional<PortMapping> before = told;
        told = Optional.of(found);
        return told.equals(before) ? Optional.empty() : told;
    }

    private static PortMapping.Door door(Mapped mapped) {
        return new PortMapping.Door(
                mapped.protocol().name(), new InetSocketAddress(mapped.external(), mapped.port()), mapped.by());
    }
}
