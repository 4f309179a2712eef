package io.bittern.webseed;

import io.bittern.net.Addresses;
import io.bittern.net.Destinations;
import io.bittern.net.Destinations.Permitted;
import io.bittern.net.HttpTrouble;
import io.bittern.net.JdkHttp;
import io.bittern.net.Resolver;
import io.bittern.net.RetryAfter;
import io.bittern.webseed.WebSource.Answered;
import io.bittern.webseed.WebSource.Ask;
import io.bittern.webseed.WebSource.Came;
import io.bittern.webseed.WebSource.Ended;
import io.bittern.webseed.WebSource.Event;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One GET of a range with its redirects, each hop checked against {@link Destinations} before a byte is sent.
 *
 * <p>For http the connection goes to the very address that was checked; for https the certificate vouches for the name.
 */
final class RangeGet implements WebSource.Get {

    private static final int IGNORED_BODY = 16 << 10;

    @FunctionalInterface
    private interface Step {
        void run() throws WebSeedException;
    }

    private final Supplier<HttpClient> client;
    private final Resolver resolver;
    private final String userAgent;
    private final Ask ask;
    private final Consumer<Event> to;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Runnable hangUp = () -> {};
    private volatile Flow.@Nullable Subscription body;

    RangeGet(Supplier<HttpClient> client, Resolver resolver, String userAgent, Ask ask, Consumer<Event> to) {
        this.client = client;
        this.resolver = resolver;
        this.userAgent = userAgent;
        this.ask = ask;
        this.to = to;
    }

    void start() {
        hop(ask.url(), 0, false);
    }

    @Override
    public void more() {
        Flow.Subscription subscription = body;
        if (subscription != null) {
            subscription.request(1);
        }
    }

    @Override
    public void cancel() {
        over.set(true);
        hangUp.run();
    }

    private void end(Optional<String> failure) {
        if (over.compareAndSet(false, true)) {
            to.accept(new Ended(failure));
        }
    }

    private void hop(WebUrl url, int hops, boolean fromGlobal) {
        onEnd(
                resolver.resolve(url.host()),
                (addresses, failure) -> guarded(() -> {
                    if (failure != null) {
                        throw new WebSeedException(HttpTrouble.reason(failure, url));
                    }
                    Permitted permitted = Destinations.permitted(url, addresses, fromGlobal);
                    if (permitted.objection().isPresent()) {
                        throw new WebSeedException(permitted.objection().get());
                    }
                    send(url, permitted.addresses(), hops);
                }));
    }

    private void send(WebUrl url, Deque<InetAddress> addresses, int hops) {
        if (over.get()) {
            return;
        }
        InetAddress address = addresses.removeFirst();
        CompletableFuture<HttpResponse<Body>> exchange =
                client.get().sendAsync(request(url, address), head -> new Body(head.statusCode(), head.headers()));
        hangUp = JdkHttp.hangUp(exchange);
        if (over.get()) {
            hangUp.run();
        }
        onEnd(
                exchange,
                (response, failure) -> guarded(() -> {
                    if (failure == null) {
                        answered(url, address, response, hops);
                        return;
                    }
                    hangUp.run();
                    if (addresses.isEmpty() || !HttpTrouble.notConnected(failure)) {
                        throw new WebSeedException(HttpTrouble.reason(failure, url));
                    }
                    send(url, addresses, hops);
                }));
    }

    private HttpRequest request(WebUrl url, InetAddress address) {
        boolean byAddress = !url.secure() && JdkHttp.mayNameHost();
        URI uri = byAddress ? url.at(address) : url.uri();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).header("User-Agent", userAgent).header("Accept-Encoding", "identity");
        if (byAddress) {
            request.header("Host", url.authority());
        }
        if (ask.ranged()) {
            request.header("Range", "bytes=" + ask.from() + "-" + (ask.from() + ask.length() - 1));
        }
        return request.build();
    }

    private void answered(WebUrl url, InetAddress address, HttpResponse<Body> response, int hops)
            throws WebSeedException {
        if (!JdkHttp.isRedirect(response.statusCode())) {
            return;
        }
        if (hops == Destinations.MOST_HOPS) {
            throw new WebSeedException("redirects more than " + Destinations.MOST_HOPS + " times");
        }
        WebUrl next = url.redirectedTo(
                response.headers().firstValue("Location").orElse("").strip());
        hop(next, hops + 1, Addresses.scope(address) == Addresses.Scope.GLOBAL);
    }

    /** The body as it comes; that of a redirect or an error is read only as far as it lets the connection be kept. */
    private final class Body implements HttpResponse.BodySubscriber<Body> {

        private final int status;
        private final HttpHeaders headers;
        private final boolean useful;
        private int ignored;
        private Flow.@Nullable Subscription subscription;

        private Body(int status, HttpHeaders headers) {
            this.status = status;
            this.headers = headers;
            this.useful = status == 200 || status == 206;
        }

        @Override
        public CompletionStage<Body> getBody() {
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (useful) {
                body = given;
            } else {
                given.request(1);
            }
            if (!JdkHttp.isRedirect(status) && !over.get()) {
                to.accept(new Answered(
                        status,
                        headers.firstValueAsLong("Content-Length"),
                        headers.firstValue("Content-Range"),
                        headers.firstValue("Content-Encoding"),
                        RetryAfter.of(headers.firstValue("Retry-After"), headers.firstValue("Date"))));
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            if (useful && !over.get()) {
                to.accept(new Came(buffers));
                return;
            }
            ignored += buffers.stream().mapToInt(ByteBuffer::remaining).sum();
            if (subscription != null && ignored < IGNORED_BODY) {
                subscription.request(1);
            } else if (subscription != null) {
                subscription.cancel();
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (useful) {
                end(Optional.of(HttpTrouble.reason(failure, ask.url())));
            }
        }

        @Override
        public void onComplete() {
            if (useful) {
                end(Optional.empty());
            }
        }
    }

    private void guarded(Step step) {
        try {
            step.run();
        } catch (WebSeedException wrong) {
            end(Optional.of(wrong.reason()));
        } catch (RuntimeException wrong) {
            end(Optional.of("the request failed: " + wrong.getMessage()));
        }
    }

    private static <T> void onEnd(
            CompletionStage<? extends T> stage, BiConsumer<? super T, ? super @Nullable Throwable> action) {
        var unused = stage.whenComplete(action);
    }
}
