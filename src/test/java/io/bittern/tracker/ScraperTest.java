package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScraperTest {

    private final List<List<InfoHash>> requests = new ArrayList<>();
    private final Scraper tracker = torrents -> {
        requests.add(torrents);
        Map<InfoHash, SwarmSize> known = new HashMap<>();
        torrents.forEach(torrent -> known.put(torrent, SwarmSize.of(1, 3, 2)));
        return CompletableFuture.completedFuture(new ScrapeResponse(known));
    };

    @Test
    void asksForManyTorrentsInPartsThatFitADatagram() {
        List<InfoHash> torrents = torrents(150);

        ScrapeResponse all = tracker.scrapeAll(torrents).toCompletableFuture().join();

        assertThat(requests).extracting(List::size).containsExactly(74, 74, 2);
        assertThat(requests.stream().flatMap(List::stream)).containsExactlyElementsOf(torrents);
        assertThat(all.swarms()).hasSize(150);
    }

    @Test
    void asksNobodyForNothing() {
        assertThat(tracker.scrapeAll(List.of()).toCompletableFuture().join()).isEqualTo(ScrapeResponse.EMPTY);
        assertThat(requests).isEmpty();
    }

    @Test
    void failsAsSoonAsOnePartFails() {
        Scraper refusing = torrents -> {
            requests.add(torrents);
            return CompletableFuture.failedFuture(new TrackerException("no"));
        };

        assertThat(refusing.scrapeAll(torrents(150)).toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(TrackerException.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void joinsWhatATrackerSaysOverBothFamiliesByTheLargerNumbers() {
        List<InfoHash> torrents = torrents(2);
        ScrapeResponse four = new ScrapeResponse(Map.of(torrents.get(0), SwarmSize.of(1, 7, 2)));
        ScrapeResponse six = new ScrapeResponse(
                Map.of(torrents.get(0), SwarmSize.of(4, 3, 2), torrents.get(1), SwarmSize.of(1, 1, 1)));

        assertThat(four.or(six).swarms())
                .containsEntry(torrents.get(0), SwarmSize.of(4, 7, 2))
                .containsEntry(torrents.get(1), SwarmSize.of(1, 1, 1));
    }

    private static List<InfoHash> torrents(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> InfoHash.fromHex(String.format("%040x", number)))
                .toList();
    }
}
