package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("interop")
class ScrapeIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    private final Area area = new Area();

    @Test
    void asksOpentrackerForTheSizeOfASwarm() {
        Needs.programs("opentracker");
        int port = Area.freePort();
        String http = "http://127.0.0.1:" + port + "/announce";
        String udp = "udp://127.0.0.1:" + port + "/announce";
        Payload payload = Payload.make(area, Payload.Kind.SINGLE, List.of(http, udp));
        OpenTracker tracker = OpenTracker.start(area, List.of(payload.infoHash()), port);
        BitternProgram.seed(area, payload.torrent(), payload.folder(), Area.freePort());
        area.await("the tracker knows a seeder", () -> tracker.seeders(payload.infoHash()) == 1);

        String text = scrape(0, payload.torrent().toString());
        assertThat(text)
                .contains(http + ": 1 seeders, 0 leechers, completed 0 times")
                .contains(udp + ": 1 seeders, 0 leechers, completed 0 times");

        BitternProgram.run(
                area,
                LIMIT,
                "download",
                payload.torrent().toString(),
                "-d",
                area.folder("downloads").toString(),
                "--state-dir",
                area.folder("state").toString());
        assertThat(scrape(0, payload.torrent().toString()))
                .as("the leecher has completed and left")
                .contains(http + ": 1 seeders, 0 leechers, completed 1 times");

        String unknown = "magnet:?xt=urn:btih:" + InfoHash.fromHex("0".repeat(40)) + "&tr=" + http;
        assertThat(scrape(6, unknown)).contains("the tracker does not know this torrent");
        String silent = "magnet:?xt=urn:btih:" + payload.infoHash() + "&tr=http://127.0.0.1:1/announce";
        assertThat(scrape(6, silent, "--json")).contains("\"message\":\"no connection to 127.0.0.1:1\"");
    }

    private String scrape(int code, String... arguments) {
        List<String> all = new ArrayList<>(List.of("info", "--scrape"));
        all.addAll(List.of(arguments));
        Program info = BitternProgram.start(area, all.toArray(String[]::new));
        assertThat(info.exit(LIMIT)).as(info.tail()).isEqualTo(code);
        return info.output();
    }
}
