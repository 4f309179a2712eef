package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Alone;
import io.bittern.client.AddTorrent;
import io.bittern.client.Bittern;
import io.bittern.client.BitternClient;
import io.bittern.client.RateLimits;
import io.bittern.client.Settings;
import io.bittern.client.Torrent;
import io.bittern.interop.LibtorrentCrowd.Moved;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.TorrentBuilder;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Limits as eight libtorrent peers see them, changed in flight: what they sent or received is counted, in windows from one count
 * to another.
 *
 * <p>More than the limit is wrong on any machine. Less can be the machine's fault when it is busy, so of the windows of
 * a phase the better half has to reach the limit, and a limit that the machine does not reach twofold without is not asked of it.
 */
@Tag("interop")
@Timeout(150)
class LimitsIT {

    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final List<String> PEERS = Collections.nCopies(8, "127.0.0.1");
    private static final long SIZE = 384 * MIB;
    private static final int PIECE = 256 << 10;
    private static final double FIVE_PERCENT = 0.05;

    /** What a limit lets gather while nobody uses it. */
    private static final double SAVED_SECONDS = 0.2;

    @RegisterExtension
    private final Area area = new Area();

    private final List<AutoCloseable> open = new ArrayList<>();

    private Path torrent;
    private Metainfo metainfo;

    /** The payload is all zeros: it takes no room on the disk. */
    @BeforeEach
    void make() throws Exception {
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        byte[] hash = sha1.digest(new byte[PIECE]);
        byte[] hashes = new byte[(int) (SIZE / PIECE) * hash.length];
        for (int at = 0; at < hashes.length; at += hash.length) {
            System.arraycopy(hash, 0, hashes, at, hash.length);
        }
        byte[] built = TorrentBuilder.ofFile("zeros", SIZE)
                .pieceLength(PIECE)
                .hashes(hashes)
                .build();
        torrent = Files.write(area.folder("torrents").resolve("zeros.torrent"), built);
        metainfo = Metainfo.parse(built);
        try (RandomAccessFile zeros =
                new RandomAccessFile(area.folder("source").resolve("zeros").toFile(), "rw")) {
            zeros.setLength(SIZE);
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void holdDownAndUpWhateverTheyAreChangedTo() throws Exception {
        Needs.programs("python3-libtorrent");
        Stage down = downloading();
        Stage up = seeding();

        List.of(down, up).forEach(stage -> stage.await("begins", 64 * KIB));
        List<List<Moved>> slow = phase(12, down, up);
        List.of(down, up).forEach(stage -> stage.limit(MIB));
        List<List<Moved>> quick = phase(12, down, up);

        slow.forEach(counts -> assertLimit(64 * KIB, 10, counts));
        quick.forEach(counts -> assertLimit(MIB, 10, counts));
        down.holdsFiftyMebibytes();
        down.limit(1);
        up.holdsFiftyMebibytes();
    }

    /** Lets some stages run for so many seconds, and gives what each has moved since a second after the beginning. */
    private List<List<Moved>> phase(int seconds, Stage... stages) {
        List<Double> starts = new ArrayList<>();
        for (Stage stage : stages) {
            starts.add(stage.seconds() + 1);
        }
        List<List<Moved>> counts = new ArrayList<>();
        for (Stage stage : stages) {
            double start = starts.get(counts.size());
            area.await("moves for a while", () -> stage.seconds() > start + seconds);
            counts.add(stage.crowd.moved().stream()
                    .filter(moved -> moved.seconds() >= start)
                    .toList());
        }
        return counts;
    }

    /** No window of so many seconds has more than the limit and 5 %, and half of them have no less. */
    private static void assertLimit(long limit, int seconds, List<Moved> counts) {
        List<Double> rates = rates(seconds, counts);
        assertThat(rates)
                .as("within %d bytes/s", limit)
                .isNotEmpty()
                .allMatch(rate -> rate <= limit * (1 + FIVE_PERCENT));
        assertThat(median(rates)).as("the better half of windows").isGreaterThan(limit * (1 - FIVE_PERCENT));
    }

    /** Bytes a second in each window from one count to the first that is so many seconds later, in order of size. */
    private static List<Double> rates(int seconds, List<Moved> counts) {
        List<Double> rates = new ArrayList<>();
        int to = 0;
        for (Moved from : counts) {
            while (to < counts.size() && counts.get(to).seconds() < from.seconds() + seconds) {
                to++;
            }
            if (to < counts.size()) {
                rates.add(rate(from, counts.get(to)));
            }
        }
        return rates.stream().sorted().toList();
    }

    private static double rate(Moved from, Moved to) {
        return (to.bytes() - from.bytes()) / (to.seconds() - from.seconds());
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private Stage downloading() throws Exception {
        LibtorrentCrowd seeders = LibtorrentCrowd.seed(area, torrent, area.folder("source"), PEERS);
        area.await("the seeders listen", () -> !seeders.addresses().isEmpty());
        AddTorrent request = AddTorrent.download(metainfo, area.folder("downloads"))
                .withPeers(seeders.addresses())
                .withLimits(new RateLimits(64 * KIB, 0));
        Torrent added = start("leecher", Map.of()).add(request, event -> {});
        return new Stage(seeders, limit -> added.limit(new RateLimits(limit, 0)));
    }

    private Stage seeding() throws Exception {
        Bittern client = start("seeder", Map.of("max-upload", 64 * KIB));
        Torrent added = client.add(AddTorrent.seed(metainfo, area.folder("source")), event -> {});
        added.downloaded().toCompletableFuture().get();
        LibtorrentCrowd leechers = LibtorrentCrowd.leech(area, torrent, area.folder("leechers"), PEERS, client.port());
        return new Stage(leechers, limit -> client.limit(new RateLimits(0, limit)));
    }

    private Bittern start(String name, Map<String, ?> more) throws Exception {
        Map<String, Object> flags = new HashMap<>(more);
        flags.put("port", 0);
        Map<String, String> home = Alone.environment(area.folder("home-" + name));
        Bittern client = BitternClient.start(Settings.load(home, Optional.empty(), flags));
        open.add(client);
        return client;
    }

    /** A direction with its crowd. */
    private final class Stage {

        private final LibtorrentCrowd crowd;
        private final LongConsumer limiter;

        private Stage(LibtorrentCrowd crowd, LongConsumer limiter) {
            this.crowd = crowd;
            this.limiter = limiter;
        }

        private void limit(long limit) {
            limiter.accept(limit);
        }

        /** The time of the last byte that is known. */
        private double seconds() {
            List<Moved> all = crowd.moved();
            return all.get(all.size() - 1).seconds();
        }

        private void await(String what, long bytes) {
            area.await(what, () -> crowd.bytes() >= bytes);
        }

        private void holdsFiftyMebibytes() {
            limit(0);
            int from = crowd.moved().size();
            await("moves without a limit", crowd.bytes() + 48 * MIB);
            List<Moved> free = crowd.moved();
            Moved first = free.get(from);
            Moved last = free.get(free.size() - 1);
            double without = rate(first, last);
            limit(50 * MIB);
            List<Moved> counts = phase(4, this).get(0);
            Moved begin = counts.get(0);
            Moved end = counts.get(counts.size() - 1);
            double most = 50 * MIB * (1 + FIVE_PERCENT + SAVED_SECONDS / (end.seconds() - begin.seconds()));
            double least = without > 100 * MIB ? 50 * MIB * (1 - FIVE_PERCENT) : Math.min(50 * MIB, without) / 2;
            assertThat(rate(begin, end)).isLessThan(most);
            assertThat(median(rates(1, counts)))
                    .as("%.0f bytes/s without a limit", without)
                    .isGreaterThan(least);
        }
    }
}
