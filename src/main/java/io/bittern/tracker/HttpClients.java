package io.bittern.tracker;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's HTTP clients, made when they are first needed: one without TLS, which starts faster, and one with it. */
final class HttpClients {

    private static final int THREADS = 3;
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Duration connectTimeout;
    private @Nullable ThreadPoolExecutor threads;
    private @Nullable HttpClient plain;
    private @Nullable HttpClient secure;

    HttpClients(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /** The client for http. */
    synchronized HttpClient plain() {
        if (plain == null) {
            plain = builder().sslContext(trustingNobody()).build();
        }
        return plain;
    }

    /** The client for https, with the JDK's own trust. */
    synchronized HttpClient secure() {
        if (secure == null) {
            secure = builder().build();
        }
        return secure;
    }

    /** Whether this JVM lets us set the Host header, so that a connection may go to an address and not to a name. */
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
        if (threads == null) {
            threads = threads();
        }
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

    /** A context for a client that never speaks TLS: the default one reads the whole trust store when it is made. */
    private static SSLContext trustingNobody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    private static ThreadPoolExecutor threads() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "bittern-http-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
