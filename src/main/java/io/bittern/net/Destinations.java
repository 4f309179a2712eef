package io.bittern.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Where a torrent or a server may send us by HTTP, so that nobody can aim us at services of this machine or network;
 * pure.
 *
 * <p>A {@link WebTarget} says what may be asked for there; no host of the internet may lead us there at all.
 */
public final class Destinations {

    /** Redirects of one request that are followed at most. */
    public static final int MOST_HOPS = 5;

    private static final int MOST_ADDRESSES = 3;

    /**
     * The addresses to try in turn, IPv4 first.
     *
     * @param objection why there is none
     */
    public record Permitted(Deque<InetAddress> addresses, Optional<String> objection) {}

    private Destinations() {}

    /**
     * Those of a host's addresses that may be asked; for https one only, since the client chooses by itself and all must
     * be permitted.
     *
     * @param fromGlobal when a host of the internet redirected us
     */
    public static Permitted permitted(WebTarget target, List<InetAddress> addresses, boolean fromGlobal) {
        Deque<InetAddress> permitted = new ArrayDeque<>();
        Optional<String> objection = Optional.empty();
        for (InetAddress address : ipv4First(addresses)) {
            Optional<String> here = objection(target, address, fromGlobal);
            objection = objection.or(() -> here);
            if (here.isEmpty() && permitted.size() < (target.secure() ? 1 : MOST_ADDRESSES)) {
                permitted.add(address);
            }
        }
        if (permitted.isEmpty() || (target.secure() && objection.isPresent())) {
            String none = "the name " + target.host() + " has no address";
            return new Permitted(new ArrayDeque<>(), Optional.of(objection.orElse(none)));
        }
        return new Permitted(permitted, Optional.empty());
    }

    /** Why an address must not be asked, if so; {@code fromGlobal} when a host of the internet redirected us. */
    public static Optional<String> objection(WebTarget target, InetAddress address, boolean fromGlobal) {
        return switch (Addresses.scope(address)) {
            case UNUSABLE -> Optional.of(target.host() + " has no address that can be used");
            case GLOBAL -> Optional.empty();
            case LOOPBACK, PRIVATE ->
                fromGlobal
                        ? Optional.of("a redirect from the internet to the local address of " + target.host()
                                + " is not followed")
                        : target.localObjection(address);
        };
    }

    /** Of the addresses of a name those of IPv4 first. */
    public static List<InetAddress> ipv4First(List<InetAddress> addresses) {
        return addresses.stream()
                .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                .toList();
    }
}
