package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.Limits;
import io.bittern.net.Percent;
import io.bittern.net.Resolver;
import io.bittern.net.UdpActor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TrackerServerIT {

    private static final ActorTestKit testKit = ActorTestKit.create();
    private static final Resolver RESOLVER = host ->
            CompletableFuture.completedFuture(List.of(LiteralAddress.of(host).orElseThrow()));
    private static final Announcers ANNOUNCERS = announcers();

    private TrackerServer four;
    private TrackerServer six;

    @BeforeEach
    void start() throws IOException {
        four = TrackerServer.start(Announces.at("127.0.0.1", 0), TrackerServer.Settings.USUAL, System::nanoTime);
        six = TrackerServer.start(Announces.at("::1", 0), TrackerServer.Settings.USUAL, System::nanoTime);
    }

    @AfterEach
    void stop() {
        four.close();
        six.close();
    }

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @ParameterizedTest
    @CsvSource({"http, 127.0.0.1", "udp, 127.0.0.1", "http, ::1", "udp, ::1"})
    void introducesPeersToEachOther(String scheme, String host) throws Exception {
        String url = url(scheme, host);
        assertThat(announce(url, AnnounceEvent.STARTED, 1001, 0).peers()).isEmpty();

        AnnounceResponse second = announce(url, AnnounceEvent.STARTED, 1002, 10);

        assertThat(second.peers()).containsExactly(Announces.at(host, 1001));
        assertThat(second.externalIp()).isEqualTo(scheme.equals("http") ? LiteralAddress.of(host) : Optional.empty());
        assertThat(second.swarm().seeders()).hasValue(1);
        assertThat(second.swarm().leechers()).hasValue(1);
        assertThat(second.interval()).isEqualTo(Duration.ofMinutes(30));
        announce(url, AnnounceEvent.STOPPED, 1001, 0);
        assertThat(announce(url, AnnounceEvent.REGULAR, 1002, 10).peers()).isEmpty();
    }

    @Test
    void servesTheSameSwarmByHttpAndUdp() throws Exception {
        announce(url("http", "127.0.0.1"), AnnounceEvent.STARTED, 1001, 0);

        assertThat(announce(url("udp", "127.0.0.1"), AnnounceEvent.STARTED, 1002, 1)
                        .peers())
                .containsExactly(Announces.at("127.0.0.1", 1001));
    }

    @Test
    void listsPeersWithTheirIdsToThoseWhoDoNotWantThemPacked() throws Exception {
        announce(url("http", "127.0.0.1"), AnnounceEvent.STARTED, 1001, 0);

        BDictionary answer = get("/announce?info_hash=" + Percent.encode(Announces.HASH.bytes()) + "&peer_id="
                + "b".repeat(20) + "&port=1002&left=5");

        BDictionary peer = answer.list("peers")
                .orElseThrow()
                .values()
                .get(0)
                .asDictionary()
                .orElseThrow();
        assertThat(peer.text("ip")).contains("127.0.0.1");
        assertThat(peer.integer("port")).contains(1001L);
        assertThat(peer.string("peer id").orElseThrow().bytes()).isEqualTo(Announces.PEER.bytes());
    }

    @Test
    void canBeScraped() throws Exception {
        announce(url("http", "127.0.0.1"), AnnounceEvent.COMPLETED, 1001, 0);

        byte[] body = body(raw("/scrape?info_hash=" + Percent.encode(Announces.HASH.bytes())));

        assertThat(HttpCodec.scrapeResponse(body).swarms()).containsEntry(Announces.HASH, SwarmSize.of(1, 0, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "/announce",
        "/announce?info_hash=short&peer_id=aaaaaaaaaaaaaaaaaaaa&port=1",
        "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=aaaaaaaaaaaaaaaaaaaa&port=99999",
        "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=aaaaaaaaaaaaaaaaaaaa",
        "/scrape"
    })
    void saysWhatIsWrongWithARequest(String path) throws Exception {
        assertThat(get(path).text("failure reason").orElseThrow()).isNotBlank();
    }

    @Test
    void servesNothingElse() throws Exception {
        assertThat(raw("/")).startsWith("HTTP/1.1 404");
        assertThat(raw("/announce/../../etc/passwd")).startsWith("HTTP/1.1 404");
    }

    @Test
    void goesOnWhileOthersSayNothing() throws Exception {
        Socket[] silent = new Socket[100];
        for (int i = 0; i < silent.length; i++) {
            silent[i] = new Socket(InetAddress.getLoopbackAddress(), four.port());
        }

        assertThat(announce(url("http", "127.0.0.1"), AnnounceEvent.STARTED, 1001, 0)
                        .swarm()
                        .seeders())
                .hasValue(1);

        for (Socket socket : silent) {
            socket.close();
        }
    }

    @Test
    void refusesUrlsThatCannotBeUsed() {
        for (String url : List.of(
                "wss://a.test/announce",
                "http://a.test/announce?info_hash=x",
                "nonsense",
                "http://\u0430.test/announce")) {
            assertThat(ANNOUNCERS
                            .forUrl(url)
                            .announce(Announces.of(AnnounceEvent.STARTED))
                            .toCompletableFuture())
                    .isCompletedExceptionally();
        }
    }

    private String url(String scheme, String host) {
        int port = host.equals("::1") ? six.port() : four.port();
        return scheme + "://" + TrackerUrl.bracketed(host) + ":" + port + "/announce";
    }

    private static AnnounceResponse announce(String url, AnnounceEvent event, int port, long left) throws Exception {
        return ANNOUNCERS
                .forUrl(url)
                .announce(Announces.of(event, port, left))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private BDictionary get(String path) throws Exception {
        return BencodeReader.read(body(raw(path)), Limits.STRICT).asDictionary().orElseThrow();
    }

    private static byte[] body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1);
    }

    private String raw(String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), four.port());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write(("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static Announcers announcers() {
        TestProbe<UdpActor.Event> events = testKit.createTestProbe();
        testKit.spawn(UdpActor.create(new InetSocketAddress(0), events.ref()));
        UdpActor.Bound bound = events.expectMessageClass(UdpActor.Bound.class);
        return new Announcers(
                Announcers.Settings.usual("test"),
                RESOLVER,
                testKit.spawn(UdpExchangeActor.create(bound.socket(), System::nanoTime, new SecureRandom())));
    }
}
