package io.bittern.tracker;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a tracker answered (BEP 3, BEP 7, BEP 15, BEP 23), made safe: times are clamped, texts cleaned.
 *
 * @param interval how long to wait before the next regular announce
 * @param minInterval how long to wait at least, whatever happens
 * @param trackerId what the tracker wants to be told with the next announce
 * @param warning words for the user
 */
public record AnnounceResponse(
        Duration interval,
        Duration minInterval,
        OptionalInt seeders,
        OptionalInt leechers,
        List<InetSocketAddress> peers,
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

    /** Seconds from the network as a believable duration. */
    static Duration seconds(long seconds) {
        return clamp(Duration.ofSeconds(seconds));
    }

    private static Duration clamp(Duration duration) {
        if (duration.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }
}
