package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a crash costs. */
@Tag("interop")
class CrashIT {

    private static final long SIZE = 1L << 30;
    private static final int KILLS = 5;
    private static final Pattern UPLOADED = Pattern.compile("uploaded (\\d+)");

    @RegisterExtension
    private final Area area = new Area();

    @Test
    void killedFiveTimesItFinishesAndFetchesNextToNothingTwice() {
        Needs.programs("opentracker", "python3-libtorrent");
        Payload payload = Payload.single(area, SIZE, "256KiB", List.of());
        int seederPort = Area.freePort();
        Program seeder = new LibtorrentClient().seed(area, payload.torrent(), payload.folder(), seederPort);
        area.await("the seeder serves", () -> seeder.output().contains("uploaded 0"));
        Path downloads = area.folder("downloads");
        int port = Area.freePort();
        String[] peer = {"--peer", "127.0.0.1:" + seederPort, "--max-download", "24MiB"};
        Random random = new Random(1);

        for (int kill = 0; kill < KILLS; kill++) {
            long before = uploaded(seeder);
            Program bittern = BitternProgram.download(area, payload.torrent(), downloads, port, peer);
            area.await("it downloads again", () -> uploaded(seeder) > before + (8 << 20));
            LockSupport.parkNanos(
                    Duration.ofMillis(1_000 + random.nextInt(4_000)).toNanos());
            bittern.kill();
        }
        Program last = BitternProgram.download(area, payload.torrent(), downloads, port, peer);

        assertThat(last.exit(Duration.ofMinutes(2))).as(last.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
        area.await("the seeder's count is in", () -> uploaded(seeder) >= SIZE);
        LockSupport.parkNanos(Duration.ofMillis(1_500).toNanos());
        long twice = uploaded(seeder) - SIZE;
        System.out.printf("fetched twice after %d kills: %.1f MiB%n", KILLS, twice / (double) (1 << 20));
        assertThat(twice).isLessThan(KILLS * SIZE / 100);
    }

    /** The last count of payload that the seeder has printed. */
    private static long uploaded(Program seeder) {
        Matcher matcher = UPLOADED.matcher(seeder.output());
        long last = 0;
        while (matcher.find()) {
            last = Long.parseLong(matcher.group(1));
        }
        return last;
    }
}
