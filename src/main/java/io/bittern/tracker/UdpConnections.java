package io.bittern.tracker;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The connection ids that UDP trackers gave us, each good for a minute (BEP 15). */
final class UdpConnections {

    private static final long LIFE = Duration.ofSeconds(60).toNanos();

    private final Map<InetSocketAddress, Connection> connections = new LinkedHashMap<>();

    private record Connection(long id, long since) {

        boolean alive(long now) {
            return now - since < LIFE;
        }
    }

    /** The id that a tracker gave us less than a minute ago. */
    Optional<Long> get(InetSocketAddress tracker, long now) {
        return Optional.ofNullable(connections.get(tracker))
                .filter(connection -> connection.alive(now))
                .map(Connection::id);
    }

    void put(InetSocketAddress tracker, long id, long now) {
        connections.values().removeIf(connection -> !connection.alive(now));
        connections.put(tracker, new Connection(id, now));
    }

    void forget(InetSocketAddress tracker) {
        connections.remove(tracker);
    }
}
