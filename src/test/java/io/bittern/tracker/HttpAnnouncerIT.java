package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BString;
import io.bittern.bencode.BencodeWriter;
import io.bittern.metainfo.InfoHash;
import io.bittern.net.Percent;
import io.bittern.net.Resolver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpAnnouncerIT {

    private static final String BODY = "d8:intervali1800e5:peers6:\n\u0000\u0000\u0001\u0000Pe";
    private static final InfoHash HASH = Announces.HASH;
    private static final InfoHash STRANGE = InfoHash.fromHex("0".repeat(40));
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Announcers.Settings SETTINGS =
            new Announcers.Settings(DEADLINE, Duration.ofMillis(500), 50, 20, "Bittern/test");

    private final HttpClients clients = new HttpClients(Duration.ofSeconds(1));
    private final HttpSlots slots = new HttpSlots(50, 20);
    private final List<String> lookedUp = new ArrayList<>();
    private final Resolver resolver = host -> {
        lookedUp.add(host);
        return CompletableFuture.completedFuture(List.of(host.equals("::1") ? loopback6() : loopback()));
    };

    @Nested
    class Talking {

        @Test
        void announcesAndReadsTheAnswer() throws Exception {
            try (HostileServer server = new HostileServer(HostileServer.saying(answer(BODY)))) {
                AnnounceResponse response = announce(server.url() + "?passkey=x");

                assertThat(response.peers()).containsExactly(Announces.at("10.0.0.1", 80));
                assertThat(server.requests()).hasSize(1);
                assertThat(server.requests().get(0).path()).startsWith("/announce?passkey=x&info_hash=%00%FF%20%25abc");
                assertThat(server.requests().get(0).lines())
                        .contains(
                                "Host: 127.0.0.1:" + server.port(),
                                "User-Agent: Bittern/test",
                                "Accept-Encoding: gzip");
            }
        }

        @Test
        void connectsToTheAddressThatWasLookedUpAndNamesTheHost() throws Exception {
            try (HostileServer server = new HostileServer(HostileServer.saying(answer(BODY)))) {
                announce("http://some_tracker.test:" + server.port() + "/announce");

                assertThat(lookedUp).containsExactly("some_tracker.test");
                assertThat(server.requests().get(0).lines()).contains("Host: some_tracker.test:" + server.port());
            }
        }

        @Test
        void readsGzipChunksAndAnswersThatEndWithTheConnection() throws Exception {
            byte[] packed = gzip(BODY.getBytes(StandardCharsets.ISO_8859_1));
            try (HostileServer server = new HostileServer((request, out) -> {
                out.write((OK + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                for (byte b : packed) {
                    out.write(new byte[] {'1', '\r', '\n', b, '\r', '\n'});
                }
                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            })) {
                assertThat(announce(server.url()).peers()).hasSize(1);
            }
            try (HostileServer server = new HostileServer(HostileServer.saying("HTTP/1.0 200 OK\r\n\r\n" + BODY))) {
                assertThat(announce(server.url()).peers()).hasSize(1);
            }
        }

        @Test
        void speaksOverIpv6() throws Exception {
            try (TrackerServer server = TrackerServer.start(
                    new InetSocketAddress(loopback6(), 0), TrackerServer.Settings.USUAL, System::nanoTime)) {
                assertThat(announce("http://[::1]:" + server.port() + "/announce")
                                .swarm()
                                .leechers())
                        .hasValue(1);
            }
        }

        @Test
        void takesTheTrackersWordsForAFailureWithAnyStatus() throws Exception {
            String words = "d14:failure reason8:go away\u0007e";
            try (HostileServer server = new HostileServer(HostileServer.saying(
                    "HTTP/1.1 403 Forbidden\r\nContent-Length: " + words.length() + "\r\n\r\n" + words))) {
                assertThat(refusal(server.url())).isEqualTo("go away");
            }
        }

        @Test
        void followsARedirectToAnAnnouncePath() throws Exception {
            try (HostileServer target = new HostileServer(HostileServer.saying(answer(BODY)));
                    HostileServer server = redirecting("http://127.0.0.1:" + target.port() + "/announce?x=1")) {
                assertThat(announce(server.url()).peers()).hasSize(1);
                assertThat(target.requests().get(0).path()).isEqualTo("/announce?x=1");
            }
        }
    }

    @Nested
    class BadAnswers {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "garbage\r\n\r\n",
                    "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope",
                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>",
                    "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\nde",
                    "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nde",
                    "HTTP/1.1 200 OK\r\nContent-Length: junk\r\n\r\nde",
                    "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nd8:intervali1800e",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nde",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nde",
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nde",
                    "HTTP/1.1 301 Moved\r\n\r\n",
                    "HTTP/1.1 302 Found\r\nLocation: \r\n\r\n"
                })
        void areRefusedWithOneReadableLine(String answer) throws Exception {
            try (HostileServer server = new HostileServer(HostileServer.saying(answer))) {
                assertThat(refusal(server.url()))
                        .isNotBlank()
                        .doesNotContain("\n")
                        .doesNotContain("Exception");
            }
        }

        @Test
        void saySoWhenNobodyListens() throws Exception {
            int port;
            try (HostileServer server = new HostileServer(HostileServer.saying(""))) {
                port = server.port();
            }

            assertThat(refusal("http://127.0.0.1:" + port + "/announce"))
                    .isEqualTo("no connection to 127.0.0.1:" + port);
        }

        @Test
        void areAbandonedAtTheDeadlineWhenNothingComes() throws Exception {
            HostileServer[] self = new HostileServer[1];
            try (HostileServer server = new HostileServer((request, out) -> self[0].hang())) {
                self[0] = server;
                long begin = System.nanoTime();

                assertThat(refusal(server.url())).contains("in time");

                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(DEADLINE.plusSeconds(2));
                assertThat(server.sawTheClientHangUp()).isTrue();
            }
        }

        @Test
        void areAbandonedAtTheDeadlineWhenTheyDripHeadOrBody() throws Exception {
            for (String head : List.of(OK + "X-Slow: ", OK + "Content-Length: 9999\r\n\r\n")) {
                try (HostileServer server = new HostileServer((request, out) -> {
                    out.write(head.getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        out.write('x');
                        out.flush();
                        TimeUnit.MILLISECONDS.sleep(20); // the fault itself
                    }
                })) {
                    assertThat(refusal(server.url())).contains("in time");
                    assertThat(server.sawTheClientHangUp()).isTrue();
                }
            }
        }

        @Test
        void mayTakeLessTimeWhenATorrentStops() throws Exception {
            HostileServer[] self = new HostileServer[1];
            try (HostileServer server = new HostileServer((request, out) -> self[0].hang())) {
                self[0] = server;
                long begin = System.nanoTime();

                CompletableFuture<AnnounceResponse> stop = announcer(server.url())
                        .announce(Announces.of(AnnounceEvent.STOPPED))
                        .toCompletableFuture();

                assertThat(stop).failsWithin(Duration.ofMillis(1800));
                assertThat(System.nanoTime() - begin)
                        .isGreaterThan(Duration.ofMillis(400).toNanos());
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"chunks", "body", "head", "gzip"})
        void areAbortedAtOnceWhenTheyAreTooLarge(String part) throws Exception {
            byte[] bomb = gzip(new byte[64 << 20]);
            HostileServer.Script script = switch (part) {
                case "chunks" ->
                    (request, out) -> endless(
                            out, OK + "Transfer-Encoding: chunked\r\n\r\n", "10000\r\n" + "x".repeat(65536) + "\r\n");
                case "body" -> (request, out) -> endless(out, OK + "\r\n", "x".repeat(65536));
                case "head" -> (request, out) -> endless(out, OK, "X-Flood: " + "x".repeat(8000) + "\r\n");
                default ->
                    (request, out) -> {
                        out.write((OK + "Content-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                        out.write(bomb, 0, bomb.length / 2);
                        out.flush();
                        TimeUnit.SECONDS.sleep(10); // the rest of the bomb is late
                    };
            };
            try (HostileServer server = new HostileServer(script)) {
                long begin = System.nanoTime();

                assertThat(refusal(server.url())).doesNotContain("in time");

                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(DEADLINE);
                assertThat(server.sawTheClientHangUp()).isTrue();
            }
        }

        @Test
        void endWhenTheyAreCancelled() throws Exception {
            HostileServer[] self = new HostileServer[1];
            try (HostileServer server = new HostileServer((request, out) -> {
                out.write((OK + "Content-Length: 100\r\n\r\nd").getBytes(StandardCharsets.US_ASCII));
                out.flush();
                self[0].hang();
            })) {
                self[0] = server;
                CompletableFuture<AnnounceResponse> answer = announcer(server.url())
                        .announce(Announces.of(AnnounceEvent.STARTED))
                        .toCompletableFuture();
                while (server.requests().isEmpty()) {
                    Thread.onSpinWait();
                }

                answer.cancel(true);

                assertThat(server.sawTheClientHangUp()).isTrue();
                assertThat(slots.taken()).isZero();
            }
        }
    }

    @Nested
    class Redirects {

        @Test
        void endAfterFive() throws Exception {
            HostileServer[] self = new HostileServer[1];
            try (HostileServer server = new HostileServer(
                    (request, out) -> out.write(("HTTP/1.1 302 Found\r\nLocation: " + self[0].url() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII)))) {
                self[0] = server;

                assertThat(refusal(server.url())).contains("more than 5");
                assertThat(server.requests()).hasSize(6);
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"file:///etc/passwd", "file:/etc/passwd", "ftp://127.0.0.1/announce", "udp://127.0.0.1:1"})
        void leadToHttpOnly(String location) throws Exception {
            try (HostileServer server = redirecting(location)) {
                assertThat(refusal(server.url())).isNotBlank();
                assertThat(server.requests()).hasSize(1);
            }
        }

        @Test
        void leadToNoOtherServiceOfThisMachine() throws Exception {
            try (HostileServer service = new HostileServer(HostileServer.saying(answer(BODY)));
                    HostileServer server = redirecting("http://127.0.0.1:" + service.port() + "/admin?do=it")) {
                assertThat(refusal(server.url())).contains("/announce");
                assertThat(service.requests()).isEmpty();
            }
        }

        @Test
        void areNotWaitedForToEnd() throws Exception {
            try (HostileServer target = new HostileServer(HostileServer.saying(answer(BODY)));
                    HostileServer server = new HostileServer((request, out) -> endless(
                            out, "HTTP/1.1 302 Found\r\nLocation: " + target.url() + "\r\n\r\n", "x".repeat(65536)))) {
                assertThat(announce(server.url()).peers()).hasSize(1);
                assertThat(server.sawTheClientHangUp()).isTrue();
            }
        }
    }

    @Nested
    class Scraping {

        @Test
        void asksForTheSizeOfASwarm() throws Exception {
            try (HostileServer server = new HostileServer(HostileServer.saying(answer(files(HASH, STRANGE))))) {
                ScrapeResponse response = scrape(server.url() + "?k=1", HASH);

                assertThat(response.swarms()).containsExactly(Map.entry(HASH, SwarmSize.of(5, 7, 50)));
                assertThat(server.requests().get(0).path())
                        .isEqualTo("/scrape?k=1&info_hash=" + Percent.encode(HASH.bytes()));
            }
        }

        @Test
        void saysWhyThereIsNoSize() throws Exception {
            String refusing = "d14:failure reason6:go out10:retry in i9ee";
            for (String body : List.of(refusing, "i1e", "<html>", "", "d5:filesd20:")) {
                try (HostileServer server = new HostileServer(HostileServer.saying(answer(body)))) {
                    assertThatThrownBy(() -> scrape(server.url(), HASH))
                            .cause()
                            .isInstanceOf(TrackerException.class)
                            .message()
                            .isNotBlank()
                            .doesNotContain("\n");
                }
            }
            assertThatThrownBy(() -> scrape("http://127.0.0.1:1/any.php", HASH))
                    .cause()
                    .hasMessageContaining("its URL does not end in /announce");
        }

        @Test
        void givesUpAtTheDeadline() throws Exception {
            try (HostileServer server = new HostileServer((request, out) -> endless(out, OK, "X: y\r\n"))) {
                assertThatThrownBy(() -> scrape(server.url(), HASH)).cause().isInstanceOf(TrackerException.class);
            }
        }

        private ScrapeResponse scrape(String url, InfoHash... torrents) throws Exception {
            return announcer(url)
                    .scrape(List.of(torrents))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        }

        private String files(InfoHash... torrents) {
            BDictionary.Builder files = BDictionary.builder();
            BDictionary counts = BDictionary.builder()
                    .put("complete", 5)
                    .put("downloaded", 50)
                    .put("incomplete", 7)
                    .build();
            for (InfoHash torrent : torrents) {
                files.put(BString.of(torrent.bytes()), counts);
            }
            byte[] body = BencodeWriter.write(
                    BDictionary.builder().put("files", files.build()).build());
            return new String(body, StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void carriesOnWhenTheTrackerWantsToBeAsked() throws Exception {
        List<String> head = List.of(
                "HTTP/1.1 503 Busy",
                "Date: Wed, 21 Oct 2026 07:28:00 GMT",
                "Retry-After: Wed, 21 Oct 2026 08:28:00 GMT",
                "Content-Length: 0",
                "",
                "");
        try (HostileServer server = new HostileServer(HostileServer.saying(String.join("\r\n", head)))) {
            assertThatThrownBy(() -> announce(server.url()))
                    .cause()
                    .isInstanceOfSatisfying(TrackerException.class, busy -> {
                        assertThat(busy.reason()).isEqualTo("the tracker answered with HTTP status 503");
                        assertThat(busy.retryIn()).contains(Duration.ofHours(1));
                    });
        }
    }

    @Test
    void asksNoServiceOfThisMachineButATracker() throws Exception {
        try (HostileServer service = new HostileServer(HostileServer.saying(answer(BODY)))) {
            assertThat(refusal("http://innocent.test:" + service.port() + "/admin"))
                    .contains("/announce");
            assertThat(service.requests()).isEmpty();
        }
    }

    private void endless(java.io.OutputStream out, String head, String more) throws IOException {
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        byte[] bytes = more.getBytes(StandardCharsets.US_ASCII);
        while (true) {
            out.write(bytes);
        }
    }

    private static HostileServer redirecting(String location) throws IOException {
        return new HostileServer(
                HostileServer.saying("HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n"));
    }

    private HttpAnnouncer announcer(String url) throws TrackerException {
        return new HttpAnnouncer(TrackerUrl.parse(url), SETTINGS, resolver, clients, slots);
    }

    private AnnounceResponse announce(String url) throws Exception {
        return announcer(url)
                .announce(Announces.of(AnnounceEvent.STARTED))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private String refusal(String url) throws Exception {
        try {
            throw new AssertionError("answered: " + announce(url));
        } catch (ExecutionException failed) {
            assertThat(failed.getCause()).isInstanceOf(TrackerException.class);
            return String.valueOf(Objects.requireNonNull(failed.getCause()).getMessage());
        }
    }

    private static String answer(String body) {
        return OK + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    private static InetAddress loopback() {
        return LiteralAddress.of("127.0.0.1").orElseThrow();
    }

    private static InetAddress loopback6() {
        return LiteralAddress.of("::1").orElseThrow();
    }
}
