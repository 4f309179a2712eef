package io.bittern.portmap;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * How this machine reaches the internet in one address family.
 *
 * @param gateway whom to ask, if the system tells
 * @param local our address on the network of the gateway
 * @param prefix bits of our address that name the network
 */
public record Route(Optional<InetAddress> gateway, InetAddress local, int prefix) {

    boolean isIpv4() {
        return local instanceof Inet4Address;
    }

    /** {@link Inet4Address} or {@link Inet6Address}. */
    public Class<? extends InetAddress> family() {
        return isIpv4() ? Inet4Address.class : Inet6Address.class;
    }

    /** Whether somebody may speak for the gateway: it itself, or if we do not know it anybody else on our network. */
    boolean trusts(InetAddress from) {
        return gateway.map(from::equals).orElseGet(() -> !from.equals(local) && isNear(from));
    }

    private boolean isNear(InetAddress other) {
        byte[] ours = local.getAddress();
        byte[] theirs = other.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefix && bit < 8 * ours.length; bit++) {
            if (((ours[bit / 8] ^ theirs[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
                return false;
            }
        }
        return true;
    }
}
