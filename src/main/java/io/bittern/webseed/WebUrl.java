package io.bittern.webseed;

import io.bittern.net.Percent;
import io.bittern.net.WebTarget;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address of a web seed or of something on it: http or https, with a host in ASCII and no user name. Characters that
 * have no place in a path or query are escaped.
 */
record WebUrl(URI uri) implements WebTarget {

    private static final int LONGEST = 16 << 10;
    private static final Pattern RANGES_OF_PIECE = Pattern.compile("info_hash=[^&]*&piece=\\d+&ranges=\\d+-\\d+");

    /** Takes a URL apart, from a torrent or a redirect. */
    static WebUrl parse(String text) throws WebSeedException {
        String url = text.strip();
        int colon = url.indexOf("://");
        if (colon < 0 || url.length() > LONGEST) {
            throw new WebSeedException("not a URL of a web server");
        }
        int path = pathStart(url, colon + 3);
        return of(url.substring(0, path) + Percent.legal(withoutFragment(url.substring(path))));
    }

    private static WebUrl of(String url) throws WebSeedException {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException malformed) {
            throw new WebSeedException("not a URL of a web server");
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new WebSeedException("web seeds over " + scheme + " are not supported; http and https are");
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 0xffff) {
            throw new WebSeedException("the URL of the web seed has no valid host or port");
        }
        if (uri.getRawUserInfo() != null) {
            throw new WebSeedException("the URL of a web seed with a user name in it is not supported");
        }
        return new WebUrl(uri);
    }

    /** The same with more at its end: legal characters only. */
    WebUrl plus(String escaped) {
        return new WebUrl(URI.create(uri + escaped));
    }

    /** Where a redirect leads to, which may be relative. */
    WebUrl redirectedTo(String location) throws WebSeedException {
        if (location.isEmpty()) {
            throw new WebSeedException("the web seed redirects to nowhere");
        }
        if (location.contains("://") && location.indexOf("://") < pathStart(location, 0)) {
            return parse(location);
        }
        try {
            return parse(uri.resolve(new URI(Percent.legal(withoutFragment(location))))
                    .toString());
        } catch (URISyntaxException malformed) {
            throw new WebSeedException("the web seed redirects to no URL");
        }
    }

    @Override
    public boolean secure() {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    boolean hasQuery() {
        return uri.getRawQuery() != null;
    }

    /** A query that does not ask for ranges of pieces (BEP 17) could give orders to a service of this network. */
    @Override
    public Optional<String> localObjection(InetAddress address) {
        return hasQuery() && !RANGES_OF_PIECE.matcher(uri.getRawQuery()).matches()
                ? Optional.of("on this network only paths without a query are asked for")
                : Optional.empty();
    }

    @Override
    public String host() {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String authority() {
        int usual = secure() ? 443 : 80;
        return uri.getHost() + (uri.getPort() < 0 || uri.getPort() == usual ? "" : ":" + uri.getPort());
    }

    /** The same at an address that was found for the host. */
    URI at(InetAddress address) {
        String literal = address.getHostAddress();
        String host = address instanceof Inet6Address ? "[" + literal.replaceFirst("%.*", "") + "]" : literal;
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return URI.create(uri.getScheme() + "://" + host + port + pathAndQuery());
    }

    private String pathAndQuery() {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return hasQuery() ? path + "?" + uri.getRawQuery() : path;
    }

    /** Names as they stand in a path, with slashes between them. */
    static String path(List<byte[]> names) {
        return String.join("/", names.stream().map(Percent::encode).toList());
    }

    /** Without path and query, which may hold a key: for messages. */
    @Override
    public String toString() {
        return uri.getScheme() + "://" + authority();
    }

    private static int pathStart(String url, int from) {
        int at = from;
        while (at < url.length() && "/?#".indexOf(url.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static String withoutFragment(String text) {
        int hash = text.indexOf('#');
        return hash < 0 ? text : text.substring(0, hash);
    }
}
