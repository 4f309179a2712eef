package io.bittern.cli;

import io.bittern.cli.Diagnosis.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whether the clock is right, as far as a torrent and the trackers that answered can tell: certificates depend on it. */
final class ClockDiagnosis {

    /** Earlier no clock can be right. */
    private static final Instant EARLIEST = Instant.parse("2020-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
    private static final Duration A_DAY = Duration.ofDays(1);
    private static final Duration SLACK = Duration.ofMinutes(5);
    private static final String NEXT = "set it: trackers and web seeds over HTTPS refuse a wrong one";

    private ClockDiagnosis() {}

    static Verdict of(Findings found) {
        Instant now = found.clock();
        String says = "the clock says " + now.toString().substring(0, 16) + " UTC";
        if (now.isBefore(EARLIEST) || now.isAfter(LATEST)) {
            return Verdict.problem("clock", says, NEXT);
        }
        List<Duration> others = found.torrent().stream()
                .flatMap(torrent -> torrent.trackers().stream())
                .flatMap(tracker -> tracker.ahead().stream())
                .toList();
        // two clocks that agree are hardly both wrong, and one that does not may be wrong itself
        Optional<Duration> nearest = others.stream().min(Comparator.comparing(Duration::abs));
        if (nearest.isPresent()) {
            return compared(says, nearest.get(), others.size());
        }
        boolean afterTorrent = found.torrent()
                .flatMap(Findings.Torrent::content)
                .flatMap(Findings.Content::created)
                .map(created -> now.plus(A_DAY).isAfter(created))
                .orElse(true);
        return afterTorrent
                ? Verdict.ok("clock", says + ", which can be")
                : Verdict.warning("clock", says + ", and the torrent was made later", "set it if it is wrong");
    }

    private static Verdict compared(String says, Duration ahead, int trackers) {
        if (ahead.abs().compareTo(SLACK) <= 0) {
            return Verdict.ok("clock", says + ", as a tracker does");
        }
        String text = says + ", " + Units.time(ahead.abs()) + (ahead.isNegative() ? " ahead of " : " behind ")
                + (trackers == 1 ? "that of the tracker" : "those of all " + trackers + " trackers that say");
        return ahead.abs().compareTo(A_DAY) < 0
                ? Verdict.warning("clock", text, NEXT)
                : Verdict.problem("clock", text, NEXT);
    }
}
