package io.bittern.net;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The JDK's HTTP client as all of Bittern uses it: HTTP/1.1, no proxies, no redirects by itself, bounded heads. */
public final class JdkHttp {

    private static final Duration IDLE = Duration.ofSeconds(10);

    private JdkHttp() {}

    /** A client with the JDK's own trust; it is slow to make. */
    public static HttpClient client(Duration connectTimeout, Executor threads) {
        limitTheJdk(System.getProperties());
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(connectTimeout)
                .executor(threads)
                .build();
    }

    /** Daemon threads for blocking work and for the client's callbacks, as many as there is work for at once. */
    public static ExecutorService threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Whether an answer of this status sends us elsewhere. */
    public static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /**
     * What closes the connection of an exchange, also of one that has failed: the client leaves a connection open, and
     * forgets it, when it cannot read the head of an answer.
     */
    public static Runnable hangUp(CompletableFuture<?> exchange) {
        CompletableFuture<?> endless = exchange.handle((response, failure) -> failure == null)
                .thenCompose(either -> new CompletableFuture<Void>());
        return () -> endless.cancel(true);
    }

    /** Whether this JVM lets us set the Host and Connection headers. */
    public static boolean mayNameHost() {
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

    /**
     * Limits that the client knows as system properties only, read when its first class is loaded; what the user or the
     * launcher has set stays. A connection that nobody uses is kept for 30 s.
     */
    private static void limitTheJdk(Properties properties) {
        properties.putIfAbsent("jdk.httpclient.allowRestrictedHeaders", "host,connection");
        properties.putIfAbsent("jdk.http.maxHeaderSize", String.valueOf(64 << 10));
        properties.putIfAbsent("jdk.httpclient.keepalive.timeout", "30");
    }
}
