package io.bittern.lsd;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalDiscoveryTest {

    private static final InetSocketAddress NEIGHBOUR = new InetSocketAddress("192.168.7.9", 6771);

    private final LocalDiscovery discovery = new LocalDiscovery("mine");
    private long now = Long.MAX_VALUE - 1000; // a monotonic clock may wrap

    private static InfoHash torrent(int number) {
        return InfoHash.fromHex("%040x".formatted(number));
    }

    private static byte[] from(String cookie, int port, InfoHash... torrents) {
        return new LsdMessage(port, List.of(torrents), cookie).encode(LsdActor.GROUPS.get(0));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void hasNothingToSayWithoutTorrents() {
        assertThat(discovery.nextDue()).isEmpty();
        assertThat(discovery.announce(1, now)).isEmpty();
    }

    @Test
    void announcesATorrentAtOnceAndThenEveryFiveMinutes() {
        discovery.add(torrent(1), now);

        assertThat(discovery.nextDue()).hasValue(now);
        assertThat(discovery.announce(6881, now)).contains(new LsdMessage(6881, List.of(torrent(1)), "mine"));
        assertThat(discovery.nextDue()).hasValue(now + Duration.ofMinutes(5).toNanos());
        assertThat(discovery.announce(6881, now)).isEmpty();
        pass(Duration.ofMinutes(5));
        assertThat(discovery.announce(6881, now)).isPresent();
    }

    @Test
    void thousandsOfTorrentsAreSpreadOverManyDatagrams() {
        for (int i = 0; i < 1000; i++) {
            discovery.add(torrent(i), now);
        }

        List<InfoHash> said = new ArrayList<>();
        long begin = now;
        while (said.size() < 1000) {
            now = discovery.nextDue().orElseThrow();
            said.addAll(discovery.announce(1, now).orElseThrow().torrents());
        }

        Set<InfoHash> once = new HashSet<>(said);
        assertThat(once).hasSize(1000);
        assertThat(now - begin).isLessThan(LocalDiscovery.EVERY.toNanos());
    }

    @Test
    void fewTorrentsHaveADatagramEachForThoseWhoReadNoMore() {
        discovery.add(torrent(1), now);
        discovery.add(torrent(2), now);

        assertThat(discovery.announce(1, now).orElseThrow().torrents()).containsExactly(torrent(1));
        pass(LocalDiscovery.PAUSE);
        assertThat(discovery.announce(1, now).orElseThrow().torrents()).containsExactly(torrent(2));
    }

    @Test
    void whatIsRemovedIsNotAnnounced() {
        discovery.add(torrent(1), now);
        discovery.add(torrent(2), now);
        discovery.remove(torrent(1));

        assertThat(discovery.announce(1, now).orElseThrow().torrents()).containsExactly(torrent(2));
        assertThat(discovery.nextDue()).hasValue(now + Duration.ofMinutes(5).toNanos());
    }

    @Test
    void aNewTorrentDoesNotWaitForTheOthersRound() {
        discovery.add(torrent(1), now);
        discovery.announce(1, now);
        discovery.add(torrent(2), now);

        assertThat(discovery.nextDue()).hasValue(now + Duration.ofSeconds(1).toNanos());
    }

    @Test
    void findsWhoHasTheSameTorrent() {
        discovery.add(torrent(1), now);

        assertThat(discovery.hear(NEIGHBOUR, from("other", 51413, torrent(1), torrent(2)), now))
                .contains(
                        new LocalDiscovery.Neighbour(new InetSocketAddress("192.168.7.9", 51413), List.of(torrent(1))));
    }

    @Test
    void ignoresItself() {
        discovery.add(torrent(1), now);

        assertThat(discovery.hear(NEIGHBOUR, from("mine", 51413, torrent(1)), now))
                .isEmpty();
    }

    @Test
    void ignoresTorrentsOfOthers() {
        assertThat(discovery.hear(NEIGHBOUR, from("other", 51413, torrent(1)), now))
                .isEmpty();
    }

    @Test
    void ignoresAnAddressWhereNobodyCanBe() {
        discovery.add(torrent(1), now);

        assertThat(discovery.hear(new InetSocketAddress("0.0.0.1", 6771), from("other", 51413, torrent(1)), now))
                .isEmpty();
    }

    @Test
    void aFloodIsDroppedBeyondTenDatagramsASecond() {
        discovery.add(torrent(1), now);
        int found = 0;
        for (int i = 0; i < 100; i++) {
            found += discovery
                            .hear(NEIGHBOUR, from("other", 1 + i, torrent(1)), now)
                            .isPresent()
                    ? 1
                    : 0;
        }
        assertThat(found).isEqualTo(10);

        pass(Duration.ofSeconds(1));
        assertThat(discovery.hear(NEIGHBOUR, from("other", 1, torrent(1)), now)).isPresent();
    }
}
