package io.bittern.metainfo;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The addresses in a torrent that can be used: trackers by tier (BEP 12) and web seeds (BEP 19, BEP 17). */
final class Urls {

    /** Trackers that are taken from one torrent, and web seeds. */
    static final int MAX_URLS = 500;

    private static final int MAX_LENGTH = 4096;
    private static final Set<String> TRACKER = Set.of("http", "https", "udp");
    private static final Set<String> WEB = Set.of("http", "https");

    private Urls() {}

    /** The trackers of {@code announce-list}, or that of {@code announce} if the list has none that can be used. */
    static List<List<String>> tiers(BDictionary torrent) {
        List<List<String>> listed = torrent.list("announce-list").stream()
                .flatMap(list -> list.values().stream())
                .map(Urls::texts)
                .toList();
        List<List<String>> usable = usableTiers(listed);
        return usable.isEmpty()
                ? usableTiers(List.of(torrent.text("announce").stream().toList()))
                : usable;
    }

    /** The tiers without blank, unsupported and repeated trackers, and without the tiers that this leaves empty. */
    static List<List<String>> usableTiers(List<List<String>> tiers) {
        Set<String> seen = new HashSet<>();
        List<List<String>> usable = new ArrayList<>();
        for (List<String> tier : tiers) {
            List<String> urls = usable(tier, TRACKER, seen);
            if (!urls.isEmpty()) {
                usable.add(urls);
            }
        }
        return List.copyOf(usable);
    }

    /** The web seeds of {@code url-list} or {@code httpseeds}, which is one address or a list of them. */
    static List<String> webSeeds(BDictionary torrent, String key) {
        List<String> urls = torrent.get(key).map(Urls::texts).orElse(List.of());
        return usableWebSeeds(urls);
    }

    /** The web seeds among these that can be used, each once. */
    static List<String> usableWebSeeds(List<String> urls) {
        return usable(urls, WEB, new HashSet<>());
    }

    private static List<String> texts(Bencode value) {
        List<BString> strings = value.asList()
                .map(list -> list.strings())
                .orElseGet(() -> value.asString().stream().toList());
        return strings.stream().map(BString::utf8).toList();
    }

    private static List<String> usable(List<String> urls, Set<String> schemes, Set<String> seen) {
        return urls.stream()
                .flatMap(url -> usable(url, schemes).stream())
                .filter(url -> seen.size() < MAX_URLS && seen.add(url))
                .toList();
    }

    private static Optional<String> usable(String text, Set<String> schemes) {
        String url = text.strip();
        int colon = url.indexOf("://");
        return colon > 0
                        && url.length() > colon + 3
                        && url.length() <= MAX_LENGTH
                        && schemes.contains(url.substring(0, colon).toLowerCase(Locale.ROOT))
                        && url.codePoints().noneMatch(Urls::isOutOfPlace)
                ? Optional.of(url)
                : Optional.empty();
    }

    private static boolean isOutOfPlace(int character) {
        return Character.isWhitespace(character) || character == 0xfffd || Text.isHostile(character);
    }
}
