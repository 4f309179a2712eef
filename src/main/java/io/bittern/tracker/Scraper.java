package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks one tracker how large swarms are, without joining them (BEP 48 by HTTP, BEP 15 by UDP). */
@FunctionalInterface
public interface Scraper {

    /** Torrents in one request at most: what a datagram holds, and what web servers take in a URL. */
    int MOST_AT_ONCE = 74;

    /**
     * Asks once, about {@link #MOST_AT_ONCE} torrents at most; fails with {@link TrackerException} only, never by
     * throwing. A torrent that the tracker does not know may be missing in the answer.
     *
     * <p>Cancelling the stage's future ends the request at once.
     */
    CompletionStage<ScrapeResponse> scrape(List<InfoHash> torrents);

    /** Asks about any number of torrents, one request after the other. */
    default CompletionStage<ScrapeResponse> scrapeAll(List<InfoHash> torrents) {
        CompletionStage<ScrapeResponse> all = CompletableFuture.completedStage(ScrapeResponse.EMPTY);
        for (int from = 0; from < torrents.size(); from += MOST_AT_ONCE) {
            List<InfoHash> some = List.copyOf(torrents.subList(from, Math.min(torrents.size(), from + MOST_AT_ONCE)));
            all = all.thenCompose(before -> scrape(some).thenApply(before::and));
        }
        return all;
    }

    /** A scraper for a URL that cannot be used. */
    static Scraper refusing(TrackerException why) {
        return torrents -> CompletableFuture.failedFuture(why);
    }
}
