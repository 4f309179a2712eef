package io.bittern.tracker;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a tracker is waited for.
 *
 * @param silence after which others should be asked too
 * @param deadline after which an announce is given up, beside the announcer's own
 * @param stopDeadline the same when the torrent stops
 */
public record Patience(Duration silence, Duration deadline, Duration stopDeadline) {

    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Patience HTTP = new Patience(Duration.ofSeconds(35), Duration.ofMinutes(2), STOP);
    private static final Patience UDP = new Patience(Duration.ofSeconds(15), Duration.ofHours(5), STOP);

    /** For a URL: a UDP tracker has its own ladder of some hours (BEP 15); HTTP ends in 30 s but may wait for a slot before. */
    public static Patience forUrl(String url) {
        return url.strip().toLowerCase(Locale.ROOT).startsWith("udp:") ? UDP : HTTP;
    }

    /** When an announce is given up. */
    Duration deadline(AnnounceEvent event) {
        return event == AnnounceEvent.STOPPED ? stopDeadline : deadline;
    }

    /** When others should be asked too; never at a stop, nor if the deadline comes first. */
    Optional<Duration> silence(AnnounceEvent event) {
        return event == AnnounceEvent.STOPPED || silence.compareTo(deadline) >= 0
                ? Optional.empty()
                : Optional.of(silence);
    }
}
