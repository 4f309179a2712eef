package io.bittern.tracker;

import io.bittern.net.Addresses;
import io.bittern.net.Destinations;
import io.bittern.net.Destinations.Permitted;
import io.bittern.net.HttpDate;
import io.bittern.net.HttpTrouble;
import io.bittern.net.JdkHttp;
import io.bittern.net.Resolver;
import io.bittern.net.RetryAfter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * One GET with its redirects, each hop checked against {@link Destinations} before a byte is sent.
 *
 * <p>For http the connection goes to the very address that was checked, so that a name cannot change its mind in between;
 * for https the certificate vouches for the name. Cancelling the answer aborts whatever is under way.
 */
final class HttpGet {

    @FunctionalInterface
    private interface Step {
        void run() throws TrackerException;
    }

    private final HttpClients clients;
    private final Resolver resolver;
    private final String userAgent;
    private final CompletableFuture<HttpReply> answer = new CompletableFuture<>();
    private volatile Runnable hangUp = () -> {};

    HttpGet(HttpClients clients, Resolver resolver, String userAgent) {
        this.clients = clients;
        this.resolver = resolver;
        this.userAgent = userAgent;
    }

    /** Begins; the future is the caller's to cancel or to set a deadline on. */
    CompletableFuture<HttpReply> start(TrackerUrl url) {
        Stages.onEnd(answer, (done, failure) -> hangUp.run());
        hop(url, 0, false);
        return answer;
    }

    private void hop(TrackerUrl url, int hops, boolean fromGlobal) {
        resolver.resolve(url.host())
                .whenComplete((addresses, failure) -> guarded(url, () -> {
                    if (failure != null) {
                        throw TrackerException.of(failure, url);
                    }
                    Permitted permitted = Destinations.permitted(url, addresses, fromGlobal);
                    if (permitted.objection().isPresent()) {
                        throw new TrackerException(permitted.objection().get());
                    }
                    send(url, permitted.addresses(), hops);
                }));
    }

    private void send(TrackerUrl url, Deque<InetAddress> addresses, int hops) {
        if (answer.isDone()) {
            return;
        }
        InetAddress address = addresses.removeFirst();
        CompletableFuture<HttpReply> exchange = url.secure() ? secure(url) : plain(url, address);
        if (answer.isDone()) {
            hangUp.run();
        }
        Stages.onEnd(
                exchange,
                (reply, failure) -> guarded(url, () -> {
                    hangUp.run();
                    if (failure == null) {
                        answered(url, address, reply, hops);
                    } else if (!addresses.isEmpty() && HttpTrouble.notConnected(failure)) {
                        send(url, addresses, hops);
                    } else {
                        throw TrackerException.of(failure, url);
                    }
                }));
    }

    private CompletableFuture<HttpReply> plain(TrackerUrl url, InetAddress address) {
        PlainGet get = new PlainGet(url, new InetSocketAddress(address, url.port()), userAgent);
        hangUp = get::close;
        return clients.plain(get, HttpCodec.LARGEST);
    }

    private CompletableFuture<HttpReply> secure(TrackerUrl url) {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                clients.secure().sendAsync(request(url), BoundedBody.handler(HttpCodec.LARGEST));
        Runnable close = JdkHttp.hangUp(exchange);
        hangUp = () -> {
            // not after an answer: another announce may be on its way on the same connection
            if (!exchange.isDone() || exchange.isCompletedExceptionally()) {
                close.run();
            }
        };
        return exchange.thenApply(response -> {
            HttpHeaders head = response.headers();
            return new HttpReply(
                    response.statusCode(),
                    head.firstValue("Location").orElse(""),
                    RetryAfter.of(head.firstValue("Retry-After"), head.firstValue("Date")),
                    head.firstValue("Date").flatMap(HttpDate::parse),
                    response.body());
        });
    }

    private HttpRequest request(TrackerUrl url) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url.scheme() + "://"
                        + TrackerUrl.bracketed(url.host()) + ":" + url.port() + url.pathAndQuery()))
                .header("User-Agent", userAgent)
                .header("Accept-Encoding", "gzip");
        if (JdkHttp.mayNameHost()) {
            request.header("Host", url.authority()).header("Connection", "close");
        }
        return request.build();
    }

    private void answered(TrackerUrl url, InetAddress address, HttpReply reply, int hops) throws TrackerException {
        if (!reply.isRedirect()) {
            answer.complete(reply);
            return;
        }
        String location = reply.location().strip();
        if (location.isEmpty()) {
            throw new TrackerException("the tracker redirects to nowhere");
        }
        if (hops == Destinations.MOST_HOPS) {
            throw new TrackerException("the tracker redirects more than " + Destinations.MOST_HOPS + " times");
        }
        TrackerUrl next = url.redirectedTo(location);
        hop(next, hops + 1, Addresses.scope(address) == Addresses.Scope.GLOBAL);
    }

    private void guarded(TrackerUrl url, Step step) {
        try {
            step.run();
        } catch (TrackerException | RuntimeException e) {
            answer.completeExceptionally(TrackerException.of(e, url));
        }
    }
}
