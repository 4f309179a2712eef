package io.bittern.tracker;

import io.bittern.net.Addresses;
import io.bittern.net.Resolver;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
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

    /** The answer that was not a redirect. */
    record Answer(int status, byte[] body) {}

    @FunctionalInterface
    private interface Step {
        void run() throws TrackerException;
    }

    private final HttpClients clients;
    private final Resolver resolver;
    private final String userAgent;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private volatile CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);

    HttpGet(HttpClients clients, Resolver resolver, String userAgent) {
        this.clients = clients;
        this.resolver = resolver;
        this.userAgent = userAgent;
    }

    /** Whether an answer sends us elsewhere. */
    static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** Begins; the future is the caller's to cancel or to set a deadline on. */
    CompletableFuture<Answer> start(TrackerUrl url) {
        Stages.onEnd(answer, (done, failure) -> underWay.cancel(true));
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
            if (here.isEmpty() && permitted.size() < (pinned(url) ? MOST_ADDRESSES : 1)) {
                permitted.add(address);
            }
        }
        if (permitted.isEmpty() || (!pinned(url) && objection.isPresent())) {
            throw new TrackerException(objection.orElse("the name " + url.host() + " has no address"));
        }
        return permitted;
    }

    private static List<InetAddress> sorted(List<InetAddress> addresses) {
        return addresses.stream()
                .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                .toList();
    }

    private static boolean pinned(TrackerUrl url) {
        return !url.secure() && HttpClients.mayNameHost();
    }

    private void send(TrackerUrl url, Deque<InetAddress> addresses, int hops) {
        if (answer.isDone()) {
            return;
        }
        InetAddress address = addresses.removeFirst();
        HttpClient client = url.secure() ? clients.secure() : clients.plain();
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request(url, address), BoundedBody.handler(HttpCodec.LARGEST));
        underWay = lever(exchange);
        if (answer.isDone()) {
            underWay.cancel(true);
        }
        Stages.onEnd(
                exchange,
                (response, failure) -> guarded(url, () -> {
                    underWay.cancel(true);
                    if (failure == null) {
                        answered(url, address, response, hops);
                    } else if (!addresses.isEmpty() && notConnected(failure)) {
                        send(url, addresses, hops);
                    } else {
                        throw Failures.translated(failure, url);
                    }
                }));
    }

    /**
     * A future that never ends, whose cancelling closes the connection of an exchange, also one that has failed: the
     * client leaves a connection open, and forgets it, when it cannot read the head of an answer.
     */
    private static CompletableFuture<?> lever(CompletableFuture<?> exchange) {
        return exchange.handle((response, failure) -> failure == null)
                .thenCompose(either -> new CompletableFuture<Void>());
    }

    private HttpRequest request(TrackerUrl url, InetAddress address) {
        String host = pinned(url) ? literal(address) : url.host();
        URI uri = URI.create(url.scheme() + "://" + TrackerUrl.bracketed(host) + ":" + url.port() + url.pathAndQuery());
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).header("User-Agent", userAgent).header("Accept-Encoding", "gzip");
        if (HttpClients.mayNameHost()) {
            request.header("Host", url.authority()).header("Connection", "close");
        }
        return request.build();
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private void answered(TrackerUrl url, InetAddress address, HttpResponse<byte[]> response, int hops)
            throws TrackerException {
        if (!isRedirect(response.statusCode())) {
            answer.complete(new Answer(response.statusCode(), response.body()));
            return;
        }
        String location = response.headers().firstValue("Location").orElse("").strip();
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
