package io.bittern.interop;

import io.bittern.metainfo.InfoHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real tracker, HTTP and UDP on one port. Debian's build serves only the torrents of a list. */
final class OpenTracker {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final int port;

    private OpenTracker(int port) {
        this.port = port;
    }

    static OpenTracker start(Area area, List<InfoHash> torrents, int port) {
        Path home = area.folder("tracker-" + port);
        StringBuilder list = new StringBuilder();
        torrents.forEach(torrent -> list.append(torrent).append('\n'));
        try {
            Files.writeString(home.resolve("torrents"), list);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        String number = Integer.toString(port);
        area.start(
                "opentracker",
                List.of(
                        "opentracker",
                        "-i",
                        "127.0.0.1",
                        "-p",
                        number,
                        "-P",
                        number,
                        "-d",
                        home.toString(),
                        "-w",
                        "torrents"));
        OpenTracker tracker = new OpenTracker(port);
        area.await("the tracker answers", () -> tracker.seeders(torrents.get(0)) >= 0);
        return tracker;
    }

    /** How many seeders a torrent has, -1 while the tracker does not answer. */
    int seeders(InfoHash torrent) {
        return count(torrent, "8:completei");
    }

    /** How many leechers a torrent has, -1 while the tracker does not answer. */
    int leechers(InfoHash torrent) {
        return count(torrent, "10:incompletei");
    }

    private int count(InfoHash torrent, String key) {
        StringBuilder query = new StringBuilder("http://127.0.0.1:" + port + "/scrape?info_hash=");
        for (byte b : torrent.bytes()) {
            query.append(String.format("%%%02x", b));
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(query.toString()))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            String answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1))
                    .body();
            int at = answer.indexOf(key);
            int from = at + key.length();
            return at < 0 ? 0 : Integer.parseInt(answer.substring(from, answer.indexOf('e', from)));
        } catch (IOException notYet) {
            return -1;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}
