package io.bittern.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The addresses by which the internet sees us, as trackers (BEP 24) and peers (BEP 10) say; pure, safe for many threads.
 *
 * <p>Anybody can say anything, so an address counts only when several sources agree on it and most of the newest do.
 */
public final class ExternalAddress {

    /** Sources that must agree. */
    static final int LEAST = 3;

    /** Sources whose word is remembered, the newest. */
    static final int MOST = 50;

    private final Map<Object, InetAddress> ipv4 = new LinkedHashMap<>();
    private final Map<Object, InetAddress> ipv6 = new LinkedHashMap<>();

    /**
     * A source says how it sees us; what it said before of this family no longer counts. Addresses that are not of the
     * internet are passed over.
     *
     * @param source the name of a tracker's host, or the address of a peer without its port
     */
    public synchronized void says(Object source, InetAddress address) {
        if (Addresses.scope(address) != Addresses.Scope.GLOBAL) {
            return;
        }
        Map<Object, InetAddress> votes = votes(address.getClass());
        votes.remove(source);
        votes.put(source, address);
        if (votes.size() > MOST) {
            votes.remove(votes.keySet().iterator().next());
        }
    }

    /** Our address of a family, {@link Inet4Address} or {@link Inet6Address}, if enough sources agree. */
    public synchronized Optional<InetAddress> external(Class<? extends InetAddress> family) {
        Map<InetAddress, Integer> counts = new HashMap<>();
        Map<Object, InetAddress> votes = votes(family);
        votes.values().forEach(address -> counts.merge(address, 1, Integer::sum));
        return counts.entrySet().stream()
                .filter(count -> count.getValue() >= LEAST && 2 * count.getValue() > votes.size())
                .map(Map.Entry::getKey)
                .findAny();
    }

    /** Those of our addresses that are known. */
    public List<InetAddress> all() {
        return Stream.of(external(Inet4Address.class), external(Inet6Address.class))
                .flatMap(Optional::stream)
                .toList();
    }

    private Map<Object, InetAddress> votes(Class<? extends InetAddress> family) {
        return family == Inet4Address.class ? ipv4 : ipv6;
    }
}
