package io.bittern.client;

import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether the gateways of this network let peers in.
 *
 * @param doors where peers get in; none if no gateway lets them
 * @param gateways how many gateways there are to ask, one of an address family at most
 * @param reason why there is no door, in one line; empty if there is one
 */
public record PortMapping(List<Door> doors, int gateways, String reason) {

    /**
     * A way in.
     *
     * @param protocol TCP or UDP
     * @param outside where a gateway lets it in
     * @param by how the gateway was asked: PCP, NAT-PMP or UPnP
     */
    public record Door(String protocol, InetSocketAddress outside, String by) {

        /** Whether the internet can see it: otherwise the gateway is behind another, which was not asked. */
        public boolean isPublic() {
            return Addresses.scope(outside.getAddress()) == Addresses.Scope.GLOBAL;
        }
    }

    /** Whether peers can connect to us, as far as the nearest gateway has a say in it. */
    public boolean isOpen() {
        return doors.stream().anyMatch(door -> door.protocol().equals("TCP"));
    }

    /** All of it in one line. */
    public String text() {
        if (doors.isEmpty()) {
            return "no port is open from outside: " + reason;
        }
        Map<String, String> protocols = new LinkedHashMap<>();
        for (Door door : doors) {
            String where = "open from outside at " + Addresses.text(door.outside()) + ", by " + door.by()
                    + (door.isPublic() ? "" : ", but this gateway is behind another one");
            protocols.merge(where, door.protocol(), (before, more) -> before + " and " + more);
        }
        return protocols.entrySet().stream()
                .map(each -> each.getValue() + (each.getValue().contains(" ") ? " are " : " is ") + each.getKey())
                .collect(Collectors.joining("; "));
    }
}
