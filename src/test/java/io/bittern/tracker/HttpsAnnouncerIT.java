package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.Resolver;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpsAnnouncerIT {

    private static final String PASSWORD = "changeit";
    private static final Announcers.Settings SETTINGS =
            new Announcers.Settings(Duration.ofSeconds(10), Duration.ofSeconds(1), 50, 20, "Bittern/test");

    @Test
    void doesNotTrustACertificateThatSignedItself(@TempDir Path folder) throws Exception {
        Resolver resolver = host -> CompletableFuture.completedFuture(
                List.of(LiteralAddress.of("127.0.0.1").orElseThrow()));
        ServerSocket listener =
                context(folder).getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (HostileServer server = new HostileServer(listener, HostileServer.saying("HTTP/1.0 200 OK\r\n\r\nde"))) {
            HttpAnnouncer announcer = new HttpAnnouncer(
                    TrackerUrl.parse("https://localhost:" + server.port() + "/announce"),
                    SETTINGS,
                    resolver,
                    new HttpClients(Duration.ofSeconds(5)),
                    new HttpSlots(1, 1));

            CompletableFuture<AnnounceResponse> answer =
                    announcer.announce(Announces.of(AnnounceEvent.STARTED)).toCompletableFuture();

            assertThat(answer)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(TrackerException.class)
                    .withMessageContaining("no trusted connection");
            assertThat(server.requests()).isEmpty();
        }
    }

    private static SSLContext context(Path folder) throws Exception {
        Path store = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
