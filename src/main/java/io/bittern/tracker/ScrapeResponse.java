package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import java.util.Map;

/** What a tracker knows of some swarms (BEP 48, BEP 15). */
public record ScrapeResponse(Map<InfoHash, Counts> swarms) {

    public ScrapeResponse {
        swarms = Map.copyOf(swarms);
    }

    /** The size of one swarm, and how often its torrent was completed. */
    public record Counts(int seeders, int completed, int leechers) {}
}
