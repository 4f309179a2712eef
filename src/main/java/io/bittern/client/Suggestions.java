package io.bittern.client;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Addresses where peers and torrents say that nodes of the DHT are, the latest so many: nobody can fill it. */
final class Suggestions {

    static final int MOST = 64;

    private final Set<InetSocketAddress> latest = new LinkedHashSet<>();

    void add(Collection<InetSocketAddress> addresses) {
        for (InetSocketAddress address : addresses) {
            latest.remove(address);
            latest.add(address);
            if (latest.size() > MOST) {
                latest.remove(latest.iterator().next());
            }
        }
    }

    List<InetSocketAddress> all() {
        return new ArrayList<>(latest);
    }
}
