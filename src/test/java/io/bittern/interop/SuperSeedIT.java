package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("interop")
class SuperSeedIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long LENGTH = 24L << 20;
    private static final int LEECHERS = 4;
    private static final Pattern UPLOADED = Pattern.compile("uploaded(?:\":)? ?(\\d+)");

    @RegisterExtension
    private final Area area = new Area();

    @Test
    void fillsASwarmOfLibtorrentWithLittleMoreThanACopy() {
        Needs.programs(new LibtorrentClient().needs());
        Payload payload = share();
        List<Path> folders = new ArrayList<>();
        List<Program> leechers = new ArrayList<>();
        for (int i = 0; i < LEECHERS; i++) {
            folders.add(area.folder("downloads-" + i));
            leechers.add(new LibtorrentClient().leecher(area, payload.torrent(), folders.get(i), Area.freePort()));
        }
        Program bittern = BitternProgram.seed(
                area, payload.torrent(), payload.folder(), Area.freePort(), "--super-seed", "--json");

        area.await("all have it", () -> leechers.stream().allMatch(LibtorrentClient::finished));
        area.await("all say what they gave", () -> {
            long passedOn = leechers.stream().mapToLong(SuperSeedIT::uploaded).sum();
            return uploaded(bittern) + passedOn >= LEECHERS * LENGTH;
        });
        bittern.terminate();
        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();

        assertThat(folders).allSatisfy(each -> assertThat(Payload.digests(each)).isEqualTo(payload.digests()));
        double copies = uploaded(bittern) / (double) LENGTH;
        System.out.println("copies uploaded by the super-seed to " + LEECHERS + " leechers: " + copies);
        assertThat(copies).isBetween(1.0, 1.5);
    }

    @Test
    void downloadsFromASuperSeedOfLibtorrent() {
        Needs.programs(new LibtorrentClient().needs());
        Payload payload = share();
        new LibtorrentClient().superSeed(area, payload.torrent(), payload.folder(), Area.freePort());
        List<Program> programs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Path downloads = area.folder("downloads-" + i);
            programs.add(
                    BitternProgram.download(area, payload.torrent(), downloads, Area.freePort(), "--seed-time", "60s"));
        }

        for (int i = 0; i < 2; i++) {
            Path downloads = area.folder("downloads-" + i);
            area.await("Bittern has it", () -> Payload.digests(downloads).equals(payload.digests()));
        }
        programs.forEach(Program::terminate);
    }

    private static long uploaded(Program program) {
        return UPLOADED.matcher(program.output())
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .max()
                .orElse(0);
    }

    private Payload share() {
        int port = Area.freePort();
        Payload payload = Payload.single(area, LENGTH, "256KiB", List.of("http://127.0.0.1:" + port + "/announce"));
        OpenTracker.start(area, List.of(payload.infoHash()), port);
        return payload;
    }
}
