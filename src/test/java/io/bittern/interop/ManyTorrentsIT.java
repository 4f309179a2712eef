package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A publisher's case: very many small torrents in one process. */
@Tag("interop")
class ManyTorrentsIT {

    private static final int TORRENTS = 10_000;
    private static final int SAMPLE = 20;

    /** At a hundred announces a second, and some more. */
    private static final Duration ANNOUNCED = Duration.ofMinutes(3);

    @RegisterExtension
    private final Area area = new Area();

    @Test
    void seedsTenThousandTorrentsWithAThousandDescriptors() throws Exception {
        Needs.programs("opentracker");
        int trackerPort = Area.freePort();
        Path data = area.folder("data");
        Path torrents = area.folder("many");
        List<InfoHash> infoHashes = make(data, torrents, "http://127.0.0.1:" + trackerPort + "/announce");
        OpenTracker tracker = OpenTracker.start(area, infoHashes, trackerPort);

        int port = Area.freePort();
        Program seeder = area.start(
                "seeder",
                Map.of("HOME", area.folder("home").toString()),
                List.of(
                        "bash",
                        "-c",
                        "ulimit -n 1024; exec \"$@\"",
                        "bash",
                        BitternProgram.launcher(),
                        "seed",
                        torrents.toString(),
                        "-d",
                        data.toString(),
                        "-p",
                        Integer.toString(port),
                        "--state-dir",
                        area.folder("state").toString(),
                        "--json"));
        area.await(
                "all are loaded", Duration.ofMinutes(2), () -> seeder.output().contains("\"loaded\""));

        Random random = new Random(2);
        Path downloads = area.folder("downloads");
        for (int i = 0; i < SAMPLE; i++) {
            int one = random.nextInt(TORRENTS);
            area.await("the tracker knows number " + one, ANNOUNCED, () -> tracker.seeders(infoHashes.get(one)) == 1);
        }
        List<String> command = new ArrayList<>(List.of("download"));
        for (int i = 0; i < SAMPLE; i++) {
            command.add(torrents.resolve(name(random.nextInt(TORRENTS)) + ".torrent")
                    .toString());
        }
        command.addAll(List.of("-d", downloads.toString(), "-p", Integer.toString(Area.freePort())));
        command.addAll(List.of("--state-dir", area.folder("state-2").toString()));
        BitternProgram.run(area, Duration.ofMinutes(1), command.toArray(String[]::new));

        Map<String, String> fetched = Payload.digests(downloads);
        assertThat(fetched).isNotEmpty();
        assertThat(Payload.digests(data)).containsAllEntriesOf(fetched);
        seeder.terminate();
        assertThat(seeder.exit(Duration.ofSeconds(10))).as(seeder.tail()).isZero();
        assertThat(seeder.output()).doesNotContain("Too many open files");
    }

    private static List<InfoHash> make(Path data, Path torrents, String tracker) throws IOException {
        Random random = new Random(3);
        List<InfoHash> infoHashes = new ArrayList<>();
        byte[] content = new byte[20_000];
        for (int i = 0; i < TORRENTS; i++) {
            random.nextBytes(content);
            Files.write(data.resolve(name(i)), content);
            byte[] torrent = SmallTorrent.of(name(i), content, tracker);
            Files.write(torrents.resolve(name(i) + ".torrent"), torrent);
            try {
                infoHashes.add(Metainfo.parse(torrent).infoHash());
            } catch (MetainfoException wrong) {
                throw new AssertionError(wrong);
            }
        }
        return infoHashes;
    }

    private static String name(int number) {
        return "file-%05d.bin".formatted(number);
    }
}
