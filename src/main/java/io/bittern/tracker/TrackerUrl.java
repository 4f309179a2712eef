package io.bittern.tracker;

import io.bittern.net.Addresses;
import io.bittern.net.Percent;
import io.bittern.net.WebTarget;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The URL of a tracker, taken apart with more patience than {@link java.net.URI} has and less trust.
 *
 * <p>A host is ASCII, so that no look-alike letters stand in it. Illegal characters of path and query are escaped.
 *
 * @param scheme http, https or udp
 * @param host name or literal address, without brackets
 * @param port as given, or that of the scheme
 * @param path beginning with a slash
 * @param query without the question mark, perhaps empty
 */
record TrackerUrl(String scheme, String host, int port, String path, String query) implements WebTarget {

    private static final int LONGEST = 4096;
    private static final Pattern TRACKERS_PATH = Pattern.compile("/(announce|scrape)([./].*)?");
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");
    private static final Set<String> OURS =
            Set.of("info_hash", "peer_id", "event", "port", "left", "key", "uploaded", "downloaded", "corrupt");

    /** Takes a URL of a torrent apart. */
    static TrackerUrl parse(String url) throws TrackerException {
        String text = url.strip();
        int colon = text.indexOf("://");
        if (colon < 0 || text.length() > LONGEST) {
            throw new TrackerException("not a tracker URL: " + text);
        }
        String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") && !scheme.equals("udp")) {
            throw new TrackerException("trackers over " + scheme + " are not supported; http, https and udp are");
        }
        String rest = before(text.substring(colon + 3), '#');
        int end = firstOf(rest, '/', '?');
        String query = rest.indexOf('?') < 0 ? "" : rest.substring(rest.indexOf('?') + 1);
        String path = before(rest.substring(end), '?');
        return of(scheme, rest.substring(0, end), path.isEmpty() ? "/" : Percent.legal(path), Percent.legal(query));
    }

    private static TrackerUrl of(String scheme, String authority, String path, String query) throws TrackerException {
        if (authority.indexOf('@') >= 0) {
            throw new TrackerException("a tracker URL with a user name in it is not supported");
        }
        int bracket = authority.lastIndexOf(']');
        int colon = authority.indexOf(':', bracket < 0 ? 0 : bracket);
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int port = port(scheme, colon < 0 ? "" : authority.substring(colon + 1));
        return new TrackerUrl(scheme, host(host), port, path, query);
    }

    private static String host(String host) throws TrackerException {
        boolean literal = host.startsWith("[") && host.endsWith("]");
        String bare = literal ? host.substring(1, host.length() - 1) : host;
        boolean legal = !bare.isEmpty() && bare.length() <= 255 && bare.chars().allMatch(c -> legalInHost(c, literal));
        if (!legal) {
            throw new TrackerException(
                    bare.chars().anyMatch(c -> c > 0x7f)
                            ? "host names with letters outside ASCII are not trusted: write it in its xn-- form"
                            : "the tracker URL has no valid host: " + host);
        }
        return bare.toLowerCase(Locale.ROOT);
    }

    private static boolean legalInHost(int c, boolean literal) {
        return Percent.alphanumeric(c) || c == '.' || (literal ? c == ':' : c == '-' || c == '_');
    }

    private static int port(String scheme, String port) throws TrackerException {
        if (port.isEmpty() && !scheme.equals("udp")) {
            return scheme.equals("http") ? 80 : 443;
        }
        boolean digits = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
        int number = digits ? Integer.parseInt(port) : 0;
        if (number < 1 || number > 0xffff) {
            throw new TrackerException("the tracker URL has no valid port: " + (port.isEmpty() ? "none" : port));
        }
        return number;
    }

    /** Whether parameters that only we may set are in the query already: bait for some other service. */
    boolean presetsOurParameters() {
        for (String parameter : query.split("&", -1)) {
            if (OURS.contains(before(parameter, '=').toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    /** On this machine, and on link-local addresses, only the paths of trackers are asked for; elsewhere any. */
    @Override
    public Optional<String> localObjection(InetAddress address) {
        boolean guarded = address.isLinkLocalAddress() || Addresses.scope(address) == Addresses.Scope.LOOPBACK;
        return guarded && !TRACKERS_PATH.matcher(path).matches()
                ? Optional.of("on this machine only the paths /announce and /scrape are asked for")
                : Optional.empty();
    }

    @Override
    public boolean secure() {
        return scheme.equals("https");
    }

    @Override
    public String authority() {
        boolean usual = port == (secure() ? 443 : 80) && !scheme.equals("udp");
        return bracketed(host) + (usual ? "" : ":" + port);
    }

    /** Path and query as they are asked for. */
    String pathAndQuery() {
        return query.isEmpty() ? path : path + "?" + query;
    }

    /** Where a redirect leads to, which may be relative; only http and https are followed. */
    TrackerUrl redirectedTo(String location) throws TrackerException {
        TrackerUrl target;
        if (ABSOLUTE.matcher(location).lookingAt()) {
            target = parse(location);
        } else if (location.startsWith("//")) {
            target = parse(scheme + ":" + location);
        } else {
            String folder = path.substring(0, path.lastIndexOf('/') + 1);
            target = parse(scheme + "://" + authority() + (location.startsWith("/") ? "" : folder) + location);
        }
        if (target.scheme.equals("udp")) {
            throw new TrackerException("the tracker redirects from " + scheme + " to udp");
        }
        return target;
    }

    /** The same with parameters added to the query. */
    TrackerUrl plus(String parameters) {
        return new TrackerUrl(scheme, host, port, path, query.isEmpty() ? parameters : query + "&" + parameters);
    }

    /** The same with another path. */
    TrackerUrl withPath(String other) {
        return new TrackerUrl(scheme, host, port, other, query);
    }

    /** The URL without path and query, which may hold a passkey: for messages. */
    @Override
    public String toString() {
        return scheme + "://" + authority();
    }

    static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    private static String before(String text, char end) {
        int at = text.indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }

    private static int firstOf(String text, char one, char other) {
        int first = text.indexOf(one);
        int second = text.indexOf(other);
        if (first < 0 || (second >= 0 && second < first)) {
            first = second;
        }
        return first < 0 ? text.length() : first;
    }
}
