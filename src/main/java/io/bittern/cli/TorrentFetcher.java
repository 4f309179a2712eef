package io.bittern.cli;

import io.bittern.net.Addresses;
import io.bittern.net.Destinations;
import io.bittern.net.JdkHttp;
import io.bittern.net.LimitedBody;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Gets a torrent file from a web server: so many bytes, so much time and so few redirects, and none that leads from the
 * Internet into the local network.
 */
final class TorrentFetcher {

    private final HttpClient client;
    private final Duration timeout;
    private final int maxBytes;
    private final LongSupplier nanoTime;

    TorrentFetcher(Duration timeout, int maxBytes, LongSupplier nanoTime) {
        this.timeout = timeout;
        this.maxBytes = maxBytes;
        this.nanoTime = nanoTime;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /** The body of what a URL leads to. */
    byte[] fetch(URI start) throws CliException, InterruptedException {
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        URI url = start;
        boolean local = isLocal(checked(url, url));
        for (int hops = 0; hops <= Destinations.MOST_HOPS; hops++) {
            HttpResponse<byte[]> response = get(url, deadline);
            Optional<String> location = redirect(response);
            if (location.isEmpty()) {
                return body(url, response);
            }
            url = checked(resolve(url, location.get()), url);
            boolean nowLocal = isLocal(url);
            if (nowLocal && !local) {
                throw network(start, "redirects into the local network; fetch the file by hand if you trust it");
            }
            local = nowLocal;
        }
        throw network(start, "redirects more than " + Destinations.MOST_HOPS + " times");
    }

    private HttpResponse<byte[]> get(URI url, long deadline) throws CliException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Accept", "*/*")
                .header("User-Agent", "bittern")
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, info -> new LimitedBody(maxBytes));
        try {
            return answer.get(Math.max(0, deadline - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw network(url, "gave no whole answer within " + Units.time(timeout) + "; try again later");
        } catch (ExecutionException failed) {
            throw network(url, reason(failed));
        } finally {
            answer.cancel(true);
        }
    }

    private String reason(ExecutionException failed) {
        Throwable cause = failed.getCause() == null ? failed : failed.getCause();
        if (cause instanceof LimitedBody.TooLong) {
            return "is larger than a torrent file may be, " + Units.size(maxBytes);
        }
        String said = cause.getMessage();
        boolean connecting = cause instanceof java.net.ConnectException;
        return "cannot be fetched: "
                + (said == null
                        ? (connecting ? "no connection" : cause.getClass().getSimpleName())
                        : said)
                + "; check the address and the network";
    }

    private static Optional<String> redirect(HttpResponse<?> response) {
        return JdkHttp.isRedirect(response.statusCode()) ? response.headers().firstValue("Location") : Optional.empty();
    }

    private static byte[] body(URI url, HttpResponse<byte[]> response) throws CliException {
        int status = response.statusCode();
        if (status == 404 || status == 410) {
            throw new CliException(
                    ExitCode.NOT_FOUND, shown(url) + " is not there (HTTP " + status + "); check the address");
        }
        if (status != 200) {
            throw network(url, "answers with HTTP " + status);
        }
        return response.body();
    }

    private static URI resolve(URI base, String location) throws CliException {
        try {
            return base.resolve(location);
        } catch (IllegalArgumentException malformed) {
            throw network(base, "redirects to something that is no URL");
        }
    }

    /** A URL of a scheme and with a host that we ask. */
    private static URI checked(URI url, URI from) throws CliException {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (!List.of("http", "https").contains(scheme) || url.getHost() == null) {
            throw network(from, "leads to a URL that is not http or https with a host");
        }
        return url;
    }

    private static boolean isLocal(URI url) throws CliException {
        try {
            for (InetAddress address : InetAddress.getAllByName(url.getHost())) {
                if (Addresses.scope(address) != Addresses.Scope.GLOBAL) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException unknown) {
            throw network(url, "cannot be fetched: there is no host of that name; check the address and the network");
        }
    }

    private static CliException network(URI url, String fault) {
        return new CliException(ExitCode.NETWORK, shown(url) + " " + fault);
    }

    /** The URL without what may be secret in it: user and query. */
    static String shown(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + (url.getRawPath() == null ? "" : url.getRawPath());
    }
}
