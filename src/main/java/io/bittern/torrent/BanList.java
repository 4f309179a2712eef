package io.bittern.torrent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;

/**
 * Who has been proven to lie, for as long as the torrent runs.
 *
 * <p>A ban is on the address. On loopback one address is many peers, so there it is on the endpoint.
 */
final class BanList {

    private final Set<InetAddress> addresses = new HashSet<>();
    private final Set<InetSocketAddress> endpoints = new HashSet<>();

    /** Bans a peer; false if it was banned already. */
    boolean ban(InetSocketAddress endpoint) {
        return endpoint.getAddress().isLoopbackAddress()
                ? endpoints.add(endpoint)
                : addresses.add(endpoint.getAddress());
    }

    boolean isBanned(InetSocketAddress endpoint) {
        return addresses.contains(endpoint.getAddress()) || endpoints.contains(endpoint);
    }

    int size() {
        return addresses.size() + endpoints.size();
    }
}
