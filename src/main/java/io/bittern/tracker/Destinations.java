package io.bittern.tracker;

import io.bittern.net.Addresses;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Where a torrent or a tracker may send us by HTTP, so that nobody can aim us at services of this machine or network; pure.
 *
 * <p>On this machine, and on link-local addresses, only announce paths are asked for. A private network may have a
 * tracker at any path, but no host of the internet may send us there or here.
 */
final class Destinations {

    private Destinations() {}

    /** Why an address must not be asked, if so; {@code fromGlobal} when a host of the internet redirected us. */
    static Optional<String> objection(TrackerUrl url, InetAddress address, boolean fromGlobal) {
        Addresses.Scope scope = Addresses.scope(address);
        if (scope == Addresses.Scope.UNUSABLE) {
            return Optional.of(url.host() + " has no address that can be used");
        }
        if (fromGlobal && scope != Addresses.Scope.GLOBAL) {
            return Optional.of(
                    "a redirect from the internet to the local address of " + url.host() + " is not followed");
        }
        boolean guarded = scope == Addresses.Scope.LOOPBACK || address.isLinkLocalAddress();
        return guarded && !url.isAnnouncePath()
                ? Optional.of("on this machine only the path /announce is asked for")
                : Optional.empty();
    }
}
