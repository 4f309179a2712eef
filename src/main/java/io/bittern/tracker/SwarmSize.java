package io.bittern.tracker;

import java.util.OptionalInt;

/**
 * How large a swarm is, as far as a tracker says.
 *
 * @param seeders peers that have everything
 * @param leechers the other peers
 * @param completed how often somebody has completed the torrent
 */
public record SwarmSize(OptionalInt seeders, OptionalInt leechers, OptionalInt completed) {

    /** Nobody has said anything. */
    public static final SwarmSize UNKNOWN =
            new SwarmSize(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

    /** One of which all is known. */
    public static SwarmSize of(int seeders, int leechers, int completed) {
        return new SwarmSize(OptionalInt.of(seeders), OptionalInt.of(leechers), OptionalInt.of(completed));
    }

    /** The larger number of each kind: two trackers know much the same peers. */
    SwarmSize or(SwarmSize other) {
        return new SwarmSize(
                larger(seeders, other.seeders), larger(leechers, other.leechers), larger(completed, other.completed));
    }

    private static OptionalInt larger(OptionalInt one, OptionalInt other) {
        return one.orElse(-1) >= other.orElse(-1) ? one : other;
    }
}
