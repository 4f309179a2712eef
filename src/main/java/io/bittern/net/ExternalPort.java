package io.bittern.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * The port at which others can connect to us: the one on which we listen, or where a gateway leads another to it that one.
 * Safe for many threads.
 */
public final class ExternalPort {

    private final IntSupplier own;
    private final Map<Class<? extends InetAddress>, Integer> mapped = new ConcurrentHashMap<>();

    /** @param own the port on which we listen, 0 until that is known */
    public ExternalPort(IntSupplier own) {
        this.own = own;
    }

    /** The port on which we listen, 0 until that is known. */
    public int own() {
        return own.getAsInt();
    }

    /** A gateway leads a port to ours in a family, {@link Inet4Address} or {@link Inet6Address}; or none does. */
    public void map(Class<? extends InetAddress> family, OptionalInt port) {
        if (port.isPresent()) {
            mapped.put(family, port.getAsInt());
        } else {
            mapped.remove(family);
        }
    }

    /** The port that a gateway leads to ours in a family, if one does. */
    public OptionalInt mapped(Class<? extends InetAddress> family) {
        Integer port = mapped.get(family);
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    /** The one port that a tracker is told. Only of IPv4 a gateway may have had to give another than ours. */
    public int announced() {
        return mapped(Inet4Address.class).orElse(own());
    }

    /** The port that somebody is told; who is on our own network finds us where we listen. */
    public int towards(InetAddress other) {
        return Addresses.isLocal(other)
                ? own()
                : mapped(other instanceof Inet4Address ? Inet4Address.class : Inet6Address.class)
                        .orElse(own());
    }
}
