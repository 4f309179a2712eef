package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TorrentFetcherIT {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final HttpServer server = server();
    private final TorrentFetcher fetcher = new TorrentFetcher(Duration.ofSeconds(2), 100_000, System::nanoTime);

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @BeforeEach
    void start() {
        server.setExecutor(threads);
        server.createContext("/good", exchange -> answer(exchange, 200, new byte[1000]));
        server.createContext("/missing", exchange -> answer(exchange, 404, new byte[10]));
        server.createContext("/broken", exchange -> answer(exchange, 500, new byte[10]));
        server.createContext("/large", exchange -> answer(exchange, 200, new byte[100_001]));
        server.createContext("/there", exchange -> redirect(exchange, "/good"));
        server.createContext("/loop", exchange -> redirect(exchange, "/loop"));
        server.createContext("/file", exchange -> redirect(exchange, "file:///etc/passwd"));
        server.createContext("/hang", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(1);
                body.flush();
                end.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        answer(exchange, 302, new byte[1]);
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private CliException failure(URI url) {
        return catchThrowableOfType(CliException.class, () -> fetcher.fetch(url));
    }

    @Test
    void fetchesAFileAndFollowsRedirects() throws CliException, InterruptedException {
        assertThat(fetcher.fetch(url("/good"))).hasSize(1000);
        assertThat(fetcher.fetch(url("/there"))).hasSize(1000);
    }

    @Test
    void aMissingFileIsNotFound() {
        assertThat(failure(url("/missing?passkey=secret")).code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(failure(url("/missing?passkey=secret"))).hasMessageNotContaining("secret");
    }

    @Test
    void everythingElseIsTheNetwork() {
        assertThat(failure(url("/broken"))).hasMessageEndingWith("answers with HTTP 500");
        assertThat(failure(url("/large"))).hasMessageContaining("larger than a torrent file may be");
        assertThat(failure(url("/loop"))).hasMessageContaining("redirects more than 5 times");
        assertThat(failure(url("/file"))).hasMessageContaining("not http or https");
        assertThat(failure(URI.create("http://no-such-host.invalid/x"))).hasMessageContaining("no host of that name");
        assertThat(failure(url("/broken")).code()).isEqualTo(ExitCode.NETWORK);
        assertThat(failure(url("/loop")).code()).isEqualTo(ExitCode.NETWORK);
    }

    @Test
    void aServerThatIsDownIsTheNetwork() {
        server.stop(0);

        assertThat(failure(url("/good")).code()).isEqualTo(ExitCode.NETWORK);
    }

    @Test
    void givesUpOnAnAnswerThatDoesNotEnd() {
        assertThat(failure(url("/hang"))).hasMessageContaining("no whole answer within 2s");
    }
}
