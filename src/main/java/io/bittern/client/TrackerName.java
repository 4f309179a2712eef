package io.bittern.client;

import io.bittern.metainfo.Text;
import java.net.URI;
import java.util.Arrays;
import java.util.stream.Collectors;

/** An announce URL as it may be shown and logged: many carry a key by which a tracker knows its user. */
final class TrackerName {

    private static final String MASK = "...";

    /** Keys are longer than the names that tracker programs give to their paths. */
    private static final int LONGEST_NAME = 12;

    private TrackerName() {}

    /** The URL without user name and query, and without path elements that could be keys. */
    static String of(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException malformed) {
            return MASK;
        }
        String host =
                uri.getRawAuthority() == null ? MASK : uri.getRawAuthority().replaceFirst(".*@", "");
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String shown = Arrays.stream(path.split("/", -1))
                .map(element -> element.length() > LONGEST_NAME ? MASK : element)
                .collect(Collectors.joining("/"));
        return Text.clean(uri.getScheme() + "://" + host + shown + (uri.getRawQuery() == null ? "" : "?" + MASK));
    }
}
