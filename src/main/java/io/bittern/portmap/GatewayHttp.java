package io.bittern.portmap;

import io.bittern.net.JdkHttp;
import io.bittern.net.LimitedBody;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks a gateway by HTTP: one answer in time, of bounded size, from nowhere else. */
final class GatewayHttp {

    /** Bytes of an answer; descriptions have some 10 KiB. */
    static final int LARGEST = 256 << 10;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** An answer; the status is 0 if there was none. */
    record Reply(int status, byte[] body) {}

    private final ExecutorService threads = JdkHttp.threads("bittern-portmap");
    private @Nullable HttpClient client;

    /** Asks; the answer never is an exception. */
    CompletableFuture<Reply> ask(Outbox.Question question) {
        return CompletableFuture.supplyAsync(this::client, threads)
                .thenCompose(made -> send(made, question))
                .thenApply(response -> new Reply(response.statusCode(), response.body()))
                .exceptionally(failed -> new Reply(0, new byte[0]));
    }

    private static CompletableFuture<HttpResponse<byte[]>> send(HttpClient client, Outbox.Question question) {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request(question), head -> new LimitedBody(LARGEST));
        Runnable hangUp = JdkHttp.hangUp(exchange);
        // not after an answer: the next request may be on its way on the same connection
        return exchange.copy()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        hangUp.run();
                    }
                });
    }

    private static HttpRequest request(Outbox.Question question) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(question.to()).timeout(PATIENCE).header("User-Agent", "Bittern UPnP/1.1");
        return question.soapAction().isEmpty()
                ? request.build()
                : request.header("SOAPAction", question.soapAction())
                        .header("Content-Type", "text/xml; charset=\"utf-8\"")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(question.body()))
                        .build();
    }

    /** Made when it is first needed, since it is slow to make. */
    private synchronized HttpClient client() {
        if (client == null) {
            client = JdkHttp.client(PATIENCE, threads);
        }
        return client;
    }
}
