package io.bittern.portmap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The search for a gateway by UPnP: questions to a multicast group, and where an answer says that the description is. */
final class Ssdp {

    /** What is searched for: gateways of both versions. */
    static final List<String> TARGETS = List.of(
            "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
            "urn:schemas-upnp-org:device:InternetGatewayDevice:1");

    private static final int LONGEST_LOCATION = 500;

    private Ssdp() {}

    /** The datagram that searches, for the group. */
    static byte[] search(InetSocketAddress group, String target) {
        return ("M-SEARCH * HTTP/1.1\r\nHOST: " + Addresses.text(group) + "\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: "
                        + target + "\r\n\r\n")
                .getBytes(ISO_8859_1);
    }

    /** Where a device of those that are searched for describes itself; empty if this is no answer of one. */
    static Optional<URI> location(byte[] datagram) {
        String[] lines = new String(datagram, ISO_8859_1).split("\r?\n", -1);
        if (!lines[0].matches("HTTP/1\\.[01] 200\\b.*")) {
            return Optional.empty();
        }
        return TARGETS.contains(field(lines, "st")) ? http(field(lines, "location")) : Optional.empty();
    }

    /** The text as an address of HTTP with a host. */
    static Optional<URI> http(String text) {
        try {
            URI uri = new URI(text);
            boolean usable = text.length() <= LONGEST_LOCATION
                    && "http".equalsIgnoreCase(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getPort() <= 0xffff;
            return usable ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException broken) {
            return Optional.empty();
        }
    }

    private static String field(String[] lines, String name) {
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0
                    && line.substring(0, colon).strip().toLowerCase(Locale.ROOT).equals(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }
}
