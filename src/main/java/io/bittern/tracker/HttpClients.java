package io.bittern.tracker;

import io.bittern.net.JdkHttp;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Threads that ask over plain sockets, and the JDK's client for https, made when it is first needed: it is slow to start. */
final class HttpClients {

    private final Duration connectTimeout;
    private final ExecutorService threads = JdkHttp.threads("bittern-http");
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
            secure = JdkHttp.client(connectTimeout, threads);
        }
        return secure;
    }
}
