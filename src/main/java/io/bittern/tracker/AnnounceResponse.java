package io.bittern.tracker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a tracker answered (BEP 3, BEP 7, BEP 15, BEP 23, BEP 24), made safe: times are clamped, texts cleaned.
 *
 * @param interval how long to wait before the next regular announce
 * @param minInterval how long to wait at least, whatever happens
 * @param externalIp our address as the tracker sees it (BEP 24), not to be believed on its own
 * @param trackerId what the tracker wants to be told with the next announce
 * @param warning words for the user
 */
public record AnnounceResponse(
        Duration interval,
        Duration minInterval,
        SwarmSize swarm,
        List<InetSocketAddress> peers,
        Optional<InetAddress> externalIp,
        Optional<String> trackerId,
        Optional<String> warning) {

    /** The shortest interval that is believed. */
    public static final Duration SHORTEST = Duration.ofMinutes(1);

    /** The longest interval that is believed. */
    public static final Duration LONGEST = Duration.ofDays(1);

    /** The interval when a tracker names none. */
    public static final Duration USUAL = Duration.ofMinutes(30);

    public AnnounceResponse {
        interval = clamp(interval);
        minInterval = clamp(minInterval);
        peers = List.copyOf(peers);
    }

    /** An answer with peers and numbers only, as UDP trackers give it. */
    public AnnounceResponse(Duration interval, Duration minInterval, SwarmSize swarm, List<InetSocketAddress> peers) {
        this(interval, minInterval, swarm, peers, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** This and what the same tracker has answered over the other address family. */
    AnnounceResponse and(AnnounceResponse other) {
        return new AnnounceResponse(
                longer(interval, other.interval),
                longer(minInterval, other.minInterval),
                swarm.or(other.swarm),
                Stream.concat(peers.stream(), other.peers.stream()).distinct().toList(),
                externalIp.or(other::externalIp),
                trackerId.or(other::trackerId),
                warning.or(other::warning));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Seconds from the network as a believable duration. */
    static Duration seconds(long seconds) {
        return clamp(Duration.ofSeconds(seconds));
    }

    /** A time that a tracker names, as one that is believed. */
    static Duration clamp(Duration duration) {
        if (duration.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }
}
