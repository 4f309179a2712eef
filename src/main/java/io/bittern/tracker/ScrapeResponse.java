package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a tracker knows of some swarms (BEP 48, BEP 15).
 *
 * @param date what its clock says, if it does
 */
public record ScrapeResponse(Map<InfoHash, SwarmSize> swarms, Optional<Instant> date) {

    static final ScrapeResponse EMPTY = new ScrapeResponse(Map.of());

    public ScrapeResponse {
        swarms = Map.copyOf(swarms);
    }

    /** What a tracker knows that does not say how late it is. */
    public ScrapeResponse(Map<InfoHash, SwarmSize> swarms) {
        this(swarms, Optional.empty());
    }

    /** Only what was asked for: a tracker may tell more than that. */
    ScrapeResponse only(List<InfoHash> torrents) {
        Map<InfoHash, SwarmSize> asked = new HashMap<>(swarms);
        asked.keySet().retainAll(torrents);
        return new ScrapeResponse(asked, date);
    }

    /** The same, said at this time. */
    ScrapeResponse at(Optional<Instant> time) {
        return new ScrapeResponse(swarms, time);
    }

    /** This and what the same tracker has answered over the other address family: the larger numbers. */
    ScrapeResponse or(ScrapeResponse other) {
        Map<InfoHash, SwarmSize> both = new HashMap<>(swarms);
        other.swarms.forEach((torrent, size) -> both.merge(torrent, size, SwarmSize::or));
        return new ScrapeResponse(both, date.or(other::date));
    }

    /** This and what a later answer says. */
    ScrapeResponse and(ScrapeResponse more) {
        Map<InfoHash, SwarmSize> both = new HashMap<>(swarms);
        both.putAll(more.swarms);
        return new ScrapeResponse(both, more.date);
    }
}
