package io.bittern.torrent;

import io.bittern.torrent.Connections.Connection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Who makes room for others in a torrent that has nearly as many connections as it may: now and then those few with whom
 * least was moved. Times are monotonic nanoseconds.
 *
 * @param <R> how a connection's actor is referred to
 */
final class Turnover<R> {

    private static final long EVERY = TimeUnit.MINUTES.toNanos(5);

    /** Percent of the connections that may be there: with fewer nobody needs to go. */
    private static final int FULL = 90;

    /** Percent of the connections that go in one round. */
    private static final int SHARE = 4;

    private final Connections<R> connections;
    private final int most;
    private Map<Integer, Long> moved = Map.of();
    private long nextRound = Long.MIN_VALUE;

    /** @param most connections that there may be */
    Turnover(Connections<R> connections, int most) {
        this.connections = connections;
        this.most = most;
    }

    /**
     * Those who go now. Who came since the last round is not judged yet.
     *
     * @param waiting whether there is anybody to take their places
     */
    List<Connection<R>> due(boolean waiting, long now) {
        if (nextRound != Long.MIN_VALUE && now < nextRound) {
            return List.of();
        }
        nextRound = now + EVERY;
        Map<Integer, Long> before = moved;
        List<Connection<R>> here = connections.here().toList();
        moved = new HashMap<>();
        here.forEach(one -> moved.put(one.number(), one.moved()));
        if (!waiting || here.size() * 100 < most * FULL) {
            return List.of();
        }
        return here.stream()
                .filter(one -> before.containsKey(one.number()))
                .sorted(Comparator.comparingLong(one -> one.moved() - before.getOrDefault(one.number(), 0L)))
                .limit(Math.max(1, here.size() * SHARE / 100))
                .toList();
    }
}
