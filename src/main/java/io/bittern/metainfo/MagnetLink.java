package io.bittern.metainfo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A magnet link (BEP 9, BEP 53): the info hash of a torrent and who may know more.
 *
 * @param name what the link calls the torrent, safe to be shown
 * @param tiers trackers, each in a tier of its own as links say no more
 * @param webSeeds web servers that have the payload
 * @param peers addresses of peers, not looked up
 * @param files the indexes of the files to fetch, empty for all
 */
public record MagnetLink(
        InfoHash infoHash,
        Optional<String> name,
        List<List<String>> tiers,
        List<String> webSeeds,
        List<Peer> peers,
        Optional<BitSet> files) {

    /** A peer as a link names it. */
    public record Peer(String host, int port) {}

    private static final String SCHEME = "magnet:?";
    private static final String HASH = "urn:btih:";
    private static final int LONGEST = 64 << 10;
    private static final int MOST_PEERS = 100;
    private static final int MOST_FILES = 1_000_000;
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /** Whether a text means to be a magnet link. */
    public static boolean isMagnet(String text) {
        return text.regionMatches(true, 0, "magnet:", 0, "magnet:".length());
    }

    /**
     * Reads a link. Trackers, web seeds and peers that cannot be used are left out.
     *
     * @throws MetainfoException if it names no torrent, several, or none that we know how to fetch
     */
    public static MagnetLink parse(String link) throws MetainfoException {
        if (link.length() > LONGEST || !link.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new MetainfoException("not a magnet link: it does not begin with magnet:? or is too long");
        }
        Parser parser = new Parser();
        for (String parameter : link.substring(SCHEME.length()).split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                parser.take(key(parameter.substring(0, equals)), decode(parameter.substring(equals + 1)));
            }
        }
        return parser.link();
    }

    /** Several of a kind may be numbered: {@code tr.1}. */
    private static String key(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        int end = lower.length();
        while (end > 0 && Character.isDigit(lower.charAt(end - 1))) {
            end--;
        }
        return end > 1 && end < lower.length() && lower.charAt(end - 1) == '.' ? lower.substring(0, end - 1) : lower;
    }

    private static String decode(String text) throws MetainfoException {
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int at = 0; at < in.length; at++) {
            byte next = in[at];
            if (next == '%') {
                int high = at + 2 < in.length ? Character.digit(in[at + 1], 16) : -1;
                int low = at + 2 < in.length ? Character.digit(in[at + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw new MetainfoException("not a magnet link: a % without two digits");
                }
                next = (byte) (high << 4 | low);
                at += 2;
            }
            out[length++] = next == '+' && in[at] == '+' ? (byte) ' ' : next;
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }

    /** What has been read of a link. */
    private static final class Parser {

        private Optional<InfoHash> infoHash = Optional.empty();
        private boolean otherKind;
        private Optional<String> name = Optional.empty();
        private final List<List<String>> trackers = new ArrayList<>();
        private final List<String> webSeeds = new ArrayList<>();
        private final List<Peer> peers = new ArrayList<>();
        private Optional<BitSet> files = Optional.empty();

        void take(String key, String value) throws MetainfoException {
            switch (key) {
                case "xt" -> topic(value);
                case "dn" -> name = Optional.of(Text.clean(value)).filter(text -> !text.isEmpty());
                case "tr" -> trackers.add(List.of(value));
                case "ws" -> webSeeds.add(value);
                case "x.pe" -> peer(value);
                case "so" -> files = Optional.of(files(value));
                default -> {} // others are for other programs
            }
        }

        MagnetLink link() throws MetainfoException {
            InfoHash hash = infoHash.orElseThrow(() -> new MetainfoException(
                    otherKind
                            ? "the magnet link names a torrent of a kind that this version cannot fetch (no urn:btih)"
                            : "the magnet link names no torrent (no xt=urn:btih:...)"));
            return new MagnetLink(
                    hash, name, Urls.usableTiers(trackers), Urls.usableWebSeeds(webSeeds), List.copyOf(peers), files);
        }

        private void topic(String value) throws MetainfoException {
            if (!value.regionMatches(true, 0, HASH, 0, HASH.length())) {
                otherKind = true;
                return;
            }
            InfoHash hash = hash(value.substring(HASH.length()));
            if (infoHash.isPresent() && !infoHash.get().equals(hash)) {
                throw new MetainfoException("the magnet link names two torrents");
            }
            infoHash = Optional.of(hash);
        }

        private void peer(String value) {
            int colon = value.lastIndexOf(':');
            String host = colon < 0 ? "" : value.substring(0, colon).replaceAll("^\\[|\\]$", "");
            String port = value.substring(colon + 1);
            boolean good = host.matches("[0-9A-Za-z.:_%-]{1,253}") && port.matches("[0-9]{1,5}");
            int number = good ? Integer.parseInt(port) : 0;
            if (number > 0 && number <= 0xffff && peers.size() < MOST_PEERS) {
                peers.add(new Peer(host, number));
            }
        }
    }

    private static InfoHash hash(String text) throws MetainfoException {
        if (text.matches("[0-9A-Fa-f]{40}")) {
            return InfoHash.fromHex(text);
        }
        if (!text.matches("[A-Za-z2-7]{32}")) {
            throw new MetainfoException("the magnet link has an info hash of neither 40 hex digits nor 32 of base32");
        }
        byte[] bytes = new byte[InfoHash.LENGTH];
        for (int digit = 0; digit < text.length(); digit++) {
            int value = BASE32.indexOf(Character.toUpperCase(text.charAt(digit)));
            for (int bit = 0; bit < 5; bit++) {
                int at = digit * 5 + bit;
                bytes[at / 8] |= (byte) ((value >> (4 - bit) & 1) << (7 - at % 8));
            }
        }
        return InfoHash.of(bytes);
    }

    private static BitSet files(String text) throws MetainfoException {
        BitSet files = new BitSet();
        for (String range : text.split(",", -1)) {
            if (!range.matches("[0-9]{1,7}(-[0-9]{1,7})?")) {
                throw new MetainfoException("the magnet link selects files by " + Text.clean(range, 20));
            }
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
            if (last < first || last >= MOST_FILES) {
                throw new MetainfoException("the magnet link selects files by " + Text.clean(range, 20));
            }
            files.set(first, last + 1);
        }
        return files;
    }
}
