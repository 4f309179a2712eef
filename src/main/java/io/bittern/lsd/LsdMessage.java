package io.bittern.lsd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An announcement to the local network: somebody has these torrents and takes connections at this port (BEP 14).
 *
 * @param port where the sender listens, from 1 to 65535
 * @param torrents at least one
 * @param cookie by which senders know their own announcements again, empty if there is none
 */
record LsdMessage(int port, List<InfoHash> torrents, String cookie) {

    /** As many torrents as fit into a datagram of 1400 bytes, which no network cuts. */
    static final int MOST_TORRENTS = 24;

    /** Most torrents that are taken from a datagram, which may come from a client with larger ones. */
    private static final int MOST_HEARD = 100;

    private static final String FIRST_LINE = "BT-SEARCH * HTTP/1.1";
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{40}");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final int LONGEST_COOKIE = 100;

    /** The datagram for a group. */
    byte[] encode(InetSocketAddress group) {
        StringBuilder text = new StringBuilder(FIRST_LINE).append("\r\nHost: ").append(Addresses.text(group));
        text.append("\r\nPort: ").append(port);
        for (InfoHash torrent : torrents) {
            text.append("\r\nInfohash: ").append(torrent);
        }
        if (!cookie.isEmpty()) {
            text.append("\r\ncookie: ").append(cookie);
        }
        return text.append("\r\n\r\n\r\n").toString().getBytes(ISO_8859_1);
    }

    /** Reads a datagram; empty if it is none of these. What a header means is not guessed: a wrong one voids the datagram. */
    static Optional<LsdMessage> parse(byte[] datagram) {
        String[] lines = new String(datagram, ISO_8859_1).split("\r\n", -1);
        if (!lines[0].equals(FIRST_LINE)) {
            return Optional.empty();
        }
        int port = 0;
        String cookie = "";
        List<InfoHash> torrents = new ArrayList<>();
        for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 0) {
                return Optional.empty();
            }
            String value = lines[i].substring(colon + 1).strip();
            switch (lines[i].substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "port" -> port = PORT.matcher(value).matches() ? Integer.parseInt(value) : -1;
                case "cookie" -> cookie = value;
                case "infohash" -> {
                    if (!HEX.matcher(value).matches() || torrents.size() == MOST_HEARD) {
                        return Optional.empty();
                    }
                    torrents.add(InfoHash.fromHex(value));
                }
                default -> {
                    // a header of somebody else
                }
            }
        }
        boolean usable = port > 0 && port <= 0xffff && !torrents.isEmpty() && cookie.length() <= LONGEST_COOKIE;
        return usable ? Optional.of(new LsdMessage(port, List.copyOf(torrents), cookie)) : Optional.empty();
    }
}
