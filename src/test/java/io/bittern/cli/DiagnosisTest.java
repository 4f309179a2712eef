package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.cli.Diagnosis.Level;
import io.bittern.cli.Diagnosis.Verdict;
import io.bittern.client.PortMapping;
import io.bittern.tracker.SwarmSize;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DiagnosisTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final long GIB = 1L << 30;

    private Findings.Port port = new Findings.Port(6881, OptionalInt.of(6881), Optional.empty());
    private Findings.Router router = new Findings.Router(true, Optional.of(open("203.0.113.7")));
    private Findings.Dht dht = new Findings.Dht(true, 40, Optional.of("203.0.113.7"), false, 0);
    private Instant clock = NOW;
    private Findings.Folder state = folder(true, 10 * GIB, "ext4");
    private Findings.Folder data = folder(true, 10 * GIB, "ext4");
    private OptionalInt descriptors = OptionalInt.of(1000);
    private Optional<Findings.Torrent> torrent = Optional.empty();

    private static Findings.Folder folder(boolean writable, long free, String fileSystem) {
        return new Findings.Folder(Path.of("/data"), writable, OptionalLong.of(free), fileSystem);
    }

    private static PortMapping open(String outside) {
        var door = new PortMapping.Door("TCP", new InetSocketAddress(outside, 7881), "UPnP");
        return new PortMapping(List.of(door), 1, "");
    }

    private List<Verdict> verdicts() {
        return Diagnosis.of(new Findings(port, router, dht, clock, state, data, descriptors, 456, torrent));
    }

    private Verdict on(String topic) {
        return verdicts().stream()
                .filter(verdict -> verdict.topic().equals(topic))
                .reduce((one, other) -> {
                    throw new AssertionError("two verdicts on " + topic);
                })
                .orElseThrow();
    }

    private void assertSays(String topic, Level level, String... parts) {
        Verdict verdict = on(topic);
        assertThat(verdict.level()).isEqualTo(level);
        assertThat(verdict.text() + "; " + verdict.next()).contains(parts);
    }

    @Test
    void findsNothingWhereAllIsWell() {
        assertThat(verdicts()).extracting(Verdict::level).containsOnly(Level.OK);
        assertThat(verdicts())
                .extracting(Verdict::topic)
                .containsExactly("port", "router", "reach", "dht", "address", "clock", "state", "data", "files");
        assertSays("address", Level.OK, "203.0.113.7");
    }

    @Test
    void whateverIsNotWellHasANextStep() {
        port = new Findings.Port(6881, OptionalInt.empty(), Optional.of("no port"));
        dht = Findings.Dht.OFF;
        clock = Instant.EPOCH;
        state = folder(false, 0, "");
        data = folder(false, 0, "");
        descriptors = OptionalInt.of(5);
        torrent = Optional.of(new Findings.Torrent("it", true, 0, List.of(), 0, 0, Optional.empty()));

        assertThat(verdicts()).hasSize(7).noneMatch(verdict -> verdict.level() == Level.OK);
        assertThat(verdicts()).noneMatch(verdict -> verdict.next().isEmpty());
    }

    @Test
    void saysThatThePortIsTaken() {
        port = new Findings.Port(6881, OptionalInt.of(6885), Optional.empty());
        assertSays("port", Level.WARNING, "6881 is taken", "6885 could be had", "--port");

        port = new Findings.Port(0, OptionalInt.of(6885), Optional.empty());
        assertSays("port", Level.OK, "6885");
    }

    @Test
    void saysWhyNoClientStarts() {
        port = new Findings.Port(6881, OptionalInt.empty(), Optional.of("cannot listen"));

        assertSays("port", Level.PROBLEM, "cannot listen");
    }

    @Test
    void saysWhetherTheRouterLetsPeersIn() {
        assertSays("router", Level.OK, "TCP is open from outside at 203.0.113.7:7881, by UPnP");

        router = new Findings.Router(true, Optional.of(open("100.64.0.9")));
        assertSays("router", Level.WARNING, "behind another one", "let that one lead the port on");

        router = new Findings.Router(true, Optional.of(new PortMapping(List.of(), 1, "it refuses")));
        assertSays("router", Level.WARNING, "it refuses", "UPnP, NAT-PMP or PCP", "port 6881");

        router = new Findings.Router(true, Optional.of(new PortMapping(List.of(), 0, "there is no gateway to ask")));
        assertSays("router", Level.OK, "there is no gateway to ask");

        router = new Findings.Router(true, Optional.empty());
        assertSays("router", Level.WARNING, "none has answered yet", "--timeout");

        router = new Findings.Router(false, Optional.empty());
        assertSays("router", Level.OK, "not asked");
    }

    @Test
    void tellsADhtThatIsOffFromOneThatIsSilent() {
        dht = Findings.Dht.OFF;
        assertSays("dht", Level.WARNING, "is off", "--no-dht");

        dht = new Findings.Dht(true, 0, Optional.empty(), false, 0);
        assertSays("dht", Level.PROBLEM, "no node", "UDP");

        dht = new Findings.Dht(true, 1, Optional.empty(), false, 0);
        assertSays("dht", Level.WARNING, "only 1 node of the DHT answered");
        assertSays("address", Level.OK, "too few");
    }

    @Test
    void knowsAClockThatCannotBeRight() {
        clock = Instant.parse("1970-01-02T00:00:00Z");
        assertSays("clock", Level.PROBLEM, "1970-01-02T00:00", "set it");

        clock = NOW;
        torrent = Optional.of(
                sharing(Optional.of(new Findings.Content(1, 1, false, Optional.of(NOW.plusSeconds(100_000))))));
        assertSays("clock", Level.WARNING, "made later");
    }

    @Nested
    class OfTheReach {

        @Test
        void whoComesUnaskedShowsThatPacketsArrive() {
            dht = new Findings.Dht(true, 40, Optional.of("203.0.113.7"), false, 3);
            assertSays(
                    "reach", Level.OK, "3 nodes of the DHT came to port 6881 unasked", "TCP is for somebody outside");

            port = new Findings.Port(6881, OptionalInt.of(6882), Optional.empty());
            assertSays("reach", Level.OK, "nobody came to port 6882");
        }

        @Test
        void anAddressOfThisMachineNeedsNoRouter() {
            dht = new Findings.Dht(true, 40, Optional.of("203.0.113.7"), true, 0);

            assertSays("reach", Level.OK, "an address of this machine", "at most a firewall");
        }

        @Test
        void silenceProvesNothing() {
            assertSays("reach", Level.OK, "nobody came to port 6881 unasked", "proves nothing", "somebody outside");
        }
    }

    @Nested
    class OfTheClock {

        private void trackersAreAhead(Duration... ahead) {
            List<Scrape.Answer> answers = Stream.of(ahead)
                    .map(by -> new Scrape.Answer("http://a.test/", true, Optional.empty(), "", Optional.of(by)))
                    .toList();
            torrent = Optional.of(new Findings.Torrent("it", false, 1, answers, 3, 0, Optional.empty()));
        }

        @Test
        void isRightIfATrackerAgrees() {
            trackersAreAhead(Duration.ofMinutes(-5));
            assertSays("clock", Level.OK, "as a tracker does");

            trackersAreAhead(Duration.ofDays(400), Duration.ofSeconds(2));
            assertSays("clock", Level.OK, "as a tracker does");
        }

        @Test
        void isDoubtedIfNoTrackerAgrees() {
            trackersAreAhead(Duration.ofSeconds(301));
            assertSays("clock", Level.WARNING, "12:00 UTC, 5m01s behind that of the tracker; set it");

            trackersAreAhead(Duration.ofHours(-2), Duration.ofHours(-1));
            assertSays("clock", Level.WARNING, "1h00m ahead of those of all 2 trackers");

            trackersAreAhead(Duration.ofDays(31));
            assertSays("clock", Level.PROBLEM, "31d00h behind", "HTTPS");
        }
    }

    @Nested
    class OfTheDisk {

        private void content(long length, long largest, boolean present) {
            torrent =
                    Optional.of(sharing(Optional.of(new Findings.Content(length, largest, present, Optional.empty()))));
        }

        @Test
        void saysThatThereIsTooLittleRoom() {
            content(11 * GIB, GIB, false);
            assertSays("data", Level.PROBLEM, "10.0 GiB free", "the torrent 11.0 GiB", "make room");

            content(11 * GIB, GIB, true);
            assertSays("data", Level.WARNING, "some may be there");

            content(10 * GIB, GIB, false);
            assertSays("data", Level.OK, "can be written");
        }

        @Test
        void saysThatAFileIsTooLargeForTheFileSystem() {
            data = folder(true, 10 * GIB, "vfat");
            content(4 * GIB, 4 * GIB, false);
            assertSays("data", Level.PROBLEM, "FAT", "4.0 GiB");

            content(4 * GIB, 4 * GIB - 1, false);
            assertSays("data", Level.OK, "can be written");
        }

        @Test
        void saysThatAFolderCannotBeWrittenOrIsFull() {
            state = folder(false, GIB, "ext4");
            assertSays("state", Level.PROBLEM, "cannot be written", "--state-dir");

            state = folder(true, 5 << 20, "ext4");
            data = state;
            assertSays("state", Level.PROBLEM, "5.0 MiB free");
            assertSays("data", Level.WARNING, "5.0 MiB free");
        }
    }

    @Test
    void saysThatTooFewFilesMayBeOpen() {
        descriptors = OptionalInt.of(455);
        assertSays("files", Level.WARNING, "only 455", "ulimit -n 912");

        descriptors = OptionalInt.empty();
        assertSays("files", Level.OK, "does not say");
    }

    private static Scrape.Answer knows(int seeders, int leechers) {
        return new Scrape.Answer(
                "http://a.test/", true, Optional.of(SwarmSize.of(seeders, leechers, 0)), "", Optional.empty());
    }

    private static Scrape.Answer silent() {
        return new Scrape.Answer("http://b.test/", false, Optional.empty(), "no connection", Optional.empty());
    }

    private static Findings.Torrent sharing(Optional<Findings.Content> content) {
        return new Findings.Torrent("it", false, 1, List.of(knows(2, 1)), 3, 0, content);
    }

    @Nested
    class OfASwarm {

        private void swarm(boolean isPrivate, int dhtPeers, int webSeeds, Scrape.Answer... trackers) {
            torrent = Optional.of(new Findings.Torrent(
                    "it", isPrivate, trackers.length, List.of(trackers), dhtPeers, webSeeds, Optional.empty()));
        }

        @Test
        void addsUpWhatIsKnown() {
            swarm(false, 7, 0, knows(2, 1));

            assertSays("tracker", Level.OK, "http://a.test/: 2 seeders, 1 leechers");
            assertSays("peers", Level.OK, "2 seeders and 1 leecher", "the DHT of 7 peers");
        }

        @Test
        void aPrivateTorrentHasOnlyItsTrackers() {
            swarm(true, 0, 0, silent());

            assertSays("tracker", Level.WARNING, "no connection");
            assertSays("peers", Level.PROBLEM, "private", "none of its trackers answers");
        }

        @Test
        void nobodyCanBeAskedWithoutTrackersAndDht() {
            dht = Findings.Dht.OFF;
            swarm(false, 0, 0);
            assertSays("peers", Level.PROBLEM, "it names no tracker, and the DHT is off", "switch the DHT on");

            dht = new Findings.Dht(true, 0, Optional.empty(), false, 0);
            swarm(false, 0, 0, silent());
            assertSays("peers", Level.PROBLEM, "none of its trackers answers, and the DHT does not answer");
        }

        @Test
        void nobodySharesIt() {
            swarm(false, 0, 0, knows(0, 0), knows(0, 0));

            Verdict peers = verdicts().get(verdicts().size() - 1);
            assertThat(peers.level()).isEqualTo(Level.PROBLEM);
            assertThat(peers.text()).contains("knows nobody that shares it");
        }

        @Test
        void nobodyMayHaveAllOfIt() {
            swarm(false, 0, 0, knows(0, 5));

            assertSays("peers", Level.WARNING, "0 seeders and 5 leechers", "nobody may have all of it");
        }

        @Test
        void webSeedsHelpWherePeersAreMissing() {
            swarm(false, 0, 2, knows(0, 0));

            assertSays("peers", Level.WARNING, "2 web servers may have the data");
        }

        @Test
        void aTrackerThatDoesNotKnowTheTorrentAnswersAllTheSame() {
            swarm(
                    true,
                    0,
                    0,
                    new Scrape.Answer("http://a.test/", true, Optional.empty(), "not known", Optional.empty()));

            assertSays("tracker", Level.WARNING, "not known");
            assertSays("peers", Level.PROBLEM, "nobody that shares it");
        }
    }
}
