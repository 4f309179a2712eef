package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a tracker knows of some swarms (BEP 48, BEP 15). */
public record ScrapeResponse(Map<InfoHash, SwarmSize> swarms) {

    static final ScrapeResponse EMPTY = new ScrapeResponse(Map.of());

    public ScrapeResponse {
        swarms = Map.copyOf(swarms);
    }

    /** Only what was asked for: a tracker may tell more than that. */
    ScrapeResponse only(List<InfoHash> torrents) {
        Map<InfoHash, SwarmSize> asked = new HashMap<>(swarms);
        asked.keySet().retainAll(torrents);
        return new ScrapeResponse(asked);
    }

    /** This and what another answer says. */
    ScrapeResponse and(ScrapeResponse more) {
        Map<InfoHash, SwarmSize> both = new HashMap<>(swarms);
        both.putAll(more.swarms);
        return new ScrapeResponse(both);
    }
}
