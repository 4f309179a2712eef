package io.bittern.torrent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whom we have nothing to do with: who has been proven to lie, for as long as the torrent runs, and whom the user has
 * ruled out.
 */
final class BanList {

    private final Predicate<InetAddress> filter;
    private Set<Object> liars = Set.of();

    /** @param filter the addresses that are ruled out */
    BanList(Predicate<InetAddress> filter) {
        this.filter = filter;
    }

    /**
     * What a peer is known by when it comes again: its address, whatever the port. On loopback one address is many
     * peers, so there it is the endpoint.
     */
    static Object party(InetSocketAddress endpoint) {
        return endpoint.getAddress().isLoopbackAddress() ? endpoint : endpoint.getAddress();
    }

    /** Bans a peer; false if it was banned already. */
    boolean ban(InetSocketAddress endpoint) {
        liars = liars.isEmpty() ? new HashSet<>() : liars;
        return liars.add(party(endpoint));
    }

    /** Whether a peer has been proven to lie. */
    boolean isLiar(InetSocketAddress endpoint) {
        return liars.contains(party(endpoint));
    }

    /** Whether a peer is a liar or ruled out. */
    boolean isBanned(InetSocketAddress endpoint) {
        return isLiar(endpoint) || filter.test(endpoint.getAddress());
    }
}
