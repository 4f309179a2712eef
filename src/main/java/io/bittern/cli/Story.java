package io.bittern.cli;

import io.bittern.client.TorrentEvent;
import io.bittern.metainfo.Text;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Tells events in plain lines, each piece of news once: a tracker that is down is told of when that changes. */
final class Story {

    private final Map<String, String> troubles = new HashMap<>();

    /** The line for an event, if it is news. */
    Optional<String> line(Row row, TorrentEvent event) {
        return text(row, event).map(text -> row.name() + ": " + Text.clean(text));
    }

    private Optional<String> text(Row row, TorrentEvent event) {
        if (event instanceof TorrentEvent.Checked checked) {
            return checked(checked);
        }
        if (event instanceof TorrentEvent.TrackerFailed failed) {
            String before = troubles.put(row.infoHash() + failed.tracker(), failed.reason());
            return Optional.of("tracker " + failed.tracker() + ": " + failed.reason())
                    .filter(line -> !failed.reason().equals(before));
        }
        if (event instanceof TorrentEvent.TrackerAnswered answered) {
            String before = troubles.remove(row.infoHash() + answered.tracker());
            return Optional.of("tracker " + answered.tracker() + " answers").filter(line -> before != null);
        }
        if (event instanceof TorrentEvent.WebSeedFailed failed) {
            String before = troubles.put(row.infoHash() + failed.server(), failed.reason());
            return Optional.of("web seed " + failed.server() + ": " + failed.reason())
                    .filter(line -> !failed.reason().equals(before));
        }
        if (event instanceof TorrentEvent.PeerBanned banned) {
            return Optional.of("peer " + banned.peer() + " is banned: " + banned.reason());
        }
        return Optional.empty();
    }

    /** Nothing is said of a download that starts from nothing. */
    private static Optional<String> checked(TorrentEvent.Checked checked) {
        if (checked.verified() == 0) {
            return Optional.empty();
        }
        return Optional.of("checked, " + Units.percent(checked.verified(), checked.total()) + " is there");
    }
}
