package io.bittern.tracker;

import io.bittern.net.Addresses;
import io.bittern.net.JdkHttp;
import io.bittern.net.Resolver;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One GET with its redirects, each hop checked against {@link Destinations} before a byte is sent.
 *
 * <p>For http the connection goes to the very address that was checked, so that a name cannot change its mind in between;
 * for https the certificate vouches for the name. Cancelling the answer aborts whatever is under way.
 */
final class HttpGet {

    private static final int MOST_HOPS = 5;
    private static final int MOST_ADDRESSES = 3;

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
                        throw Failures.translated(failure, url);
                    }
                    send(url, permitted(url, addresses, fromGlobal), hops);
                }));
    }

    /** The addresses to try; for https one only, since the client chooses by itself and all must be permitted. */
    private static Deque<InetAddress> permitted(TrackerUrl url, List<InetAddress> addresses, boolean fromGlobal)
            throws TrackerException {
        Deque<InetAddress> permitted = new ArrayDeque<>();
        Optional<String> objection = Optional.empty();
        for (InetAddress address : sorted(addresses)) {
            Optional<String> here = Destinations.objection(url, address, fromGlobal);
            objection = objection.isPresent() ? objection : here;
            if (here.isEmpty() && permitted.size() < (url.secure() ? 1 : MOST_ADDRESSES)) {
                permitted.add(address);
            }
        }
        if (permitted.isEmpty() || (url.secure() && objection.isPresent())) {
            throw new TrackerException(objection.orElse("the name " + url.host() + " has no address"));
        }
        return permitted;
    }

    private static List<InetAddress> sorted(List<InetAddress> addresses) {
        return addresses.stream()
                .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                .toList();
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
                    } else if (!addresses.isEmpty() && notConnected(failure)) {
                        send(url, addresses, hops);
                    } else {
                        throw Failures.translated(failure, url);
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
        CompletableFuture<?> lever = lever(exchange);
        hangUp = () -> lever.cancel(true);
        return exchange.thenApply(response -> new HttpReply(
                response.statusCode(), response.headers().firstValue("Location").orElse(""), response.body()));
    }

    /**
     * A future that never ends, whose cancelling closes the connection of an exchange, also one that has failed: the
     * client leaves a connection open, and forgets it, when it cannot read the head of an answer.
     */
    private static CompletableFuture<?> lever(CompletableFuture<?> exchange) {
        return exchange.handle((response, failure) -> failure == null)
                .thenCompose(either -> new CompletableFuture<Void>());
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
        if (hops == MOST_HOPS) {
            throw new TrackerException("the tracker redirects more than " + MOST_HOPS + " times");
        }
        TrackerUrl next = url.redirectedTo(location);
        hop(next, hops + 1, Addresses.scope(address) == Addresses.Scope.GLOBAL);
    }

    private static boolean notConnected(Throwable failure) {
        return Failures.has(failure, ConnectException.class)
                || Failures.has(failure, HttpConnectTimeoutException.class);
    }

    private void guarded(TrackerUrl url, Step step) {
        try {
            step.run();
        } catch (TrackerException | RuntimeException e) {
            answer.completeExceptionally(Failures.translated(e, url));
        }
    }
}
