package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.Resolver;
import io.bittern.net.TestTls;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpsAnnouncerIT {

    private static final Announcers.Settings SETTINGS =
            new Announcers.Settings(Duration.ofSeconds(10), Duration.ofSeconds(1), 50, 20, "Bittern/test");
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nd8:intervali1800ee";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void announcesToATrackerThatIsTrusted() throws Exception {
        TestTls tls = new TestTls(folder, "localhost");
        try (AutoCloseable trust = tls.trusted();
                HostileServer server = server(tls)) {
            assertThat(trust).isNotNull();
            assertThat(announce(server))
                    .succeedsWithin(Duration.ofSeconds(20))
                    .extracting(AnnounceResponse::interval)
                    .isEqualTo(Duration.ofMinutes(30));
            assertThat(server.requests().get(0).path()).startsWith("/announce?info_hash=");
            assertThat(server.requests().get(0).lines()).contains("Host: localhost:" + server.port());
        }
    }

    @Test
    void doesNotTrustACertificateThatSignedItself() throws Exception {
        try (HostileServer server = server(new TestTls(folder, "localhost"))) {
            assertThat(refusal(server)).contains("unable to find valid certification path");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void doesNotTrustTheCertificateOfAnotherHost() throws Exception {
        TestTls tls = new TestTls(folder, "other.test");
        try (AutoCloseable trust = tls.trusted();
                HostileServer server = server(tls)) {
            assertThat(trust).isNotNull();
            assertThat(refusal(server)).contains("localhost");
            assertThat(server.requests()).isEmpty();
        }
    }

    private static HostileServer server(TestTls tls) throws Exception {
        return new HostileServer(
                tls.server().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                HostileServer.saying(ANSWER));
    }

    private static CompletableFuture<AnnounceResponse> announce(HostileServer server) throws TrackerException {
        Resolver resolver = host -> CompletableFuture.completedFuture(
                List.of(LiteralAddress.of("127.0.0.1").orElseThrow()));
        HttpAnnouncer announcer = new HttpAnnouncer(
                TrackerUrl.parse("https://localhost:" + server.port() + "/announce"),
                SETTINGS,
                resolver,
                new HttpClients(Duration.ofSeconds(5)),
                new HttpSlots(1, 1));
        return announcer.announce(Announces.of(AnnounceEvent.STARTED)).toCompletableFuture();
    }

    /** The one line for the user. */
    private static String refusal(HostileServer server) throws TrackerException {
        Throwable failed = announce(server)
                .handle((response, failure) -> failure)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        assertThat(failed).isInstanceOf(TrackerException.class);
        String line = ((TrackerException) failed).reason();
        assertThat(line)
                .startsWith("no trusted connection to localhost:" + server.port() + ": ")
                .doesNotContain("\n");
        return line;
    }
}
