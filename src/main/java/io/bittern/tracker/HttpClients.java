package io.bittern.tracker;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Threads that ask over plain sockets, and the JDK's client for https, made when it is first needed: it is slow to start. */
final class HttpClients {

    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Duration connectTimeout;
    private final ThreadPoolExecutor threads = threads();
    private @Nullable HttpClient secure;

    HttpClients(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /** Runs a GET without TLS in a thread of its own; no more of them than announces at once. */
    CompletableFuture<HttpReply> plain(PlainGet get, int limit) {
        CompletableFuture<HttpReply> reply = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                reply.complete(get.run(connectTimeout, limit));
            } catch (IOException | TrackerException | RuntimeException e) {
                reply.completeExceptionally(e);
            }
        });
        return reply;
    }

    /** The client for https, with the JDK's own trust. */
    synchronized HttpClient secure() {
        if (secure == null) {
            secure = builder().build();
        }
        return secure;
    }

    /** Whether this JVM lets us set the Host and Connection headers. */
    static boolean mayNameHost() {
        return NameHost.ALLOWED;
    }

    /** Asked once, when the first request is made: it loads the classes that read the properties. */
    private static final class NameHost {

        static final boolean ALLOWED = tried();

        private static boolean tried() {
            limitTheJdk(System.getProperties());
            try {
                HttpRequest.newBuilder().header("Host", "localhost");
                return true;
            } catch (IllegalArgumentException restricted) {
                return false;
            }
        }
    }

    private HttpClient.Builder builder() {
        limitTheJdk(System.getProperties());
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(connectTimeout)
                .executor(threads);
    }

    /**
     * Limits that the client knows as system properties only, read when its first class is loaded; what the user or the
     * launcher has set stays.
     */
    static void limitTheJdk(Properties properties) {
        properties.putIfAbsent("jdk.httpclient.allowRestrictedHeaders", "host,connection");
        properties.putIfAbsent("jdk.http.maxHeaderSize", String.valueOf(64 << 10));
    }

    private static ThreadPoolExecutor threads() {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, "bittern-http-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
