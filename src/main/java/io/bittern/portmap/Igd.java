package io.bittern.portmap;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The service of a gateway that maps ports by UPnP (IGD 1 and 2): where it is, what it is asked and what it answers.
 *
 * @param type its type, one of {@link #TYPES}
 * @param control where requests go
 */
record Igd(String type, URI control) {

    /** Services that map ports, the best first. */
    static final List<String> TYPES = List.of(
            "urn:schemas-upnp-org:service:WANIPConnection:2",
            "urn:schemas-upnp-org:service:WANIPConnection:1",
            "urn:schemas-upnp-org:service:WANPPPConnection:1");

    /** The error of an answer that is none, or did not come. */
    static final int NO_ANSWER = -1;

    static final int INVALID_ACTION = 401;
    static final int CONFLICT = 718;
    static final int ONLY_PERMANENT = 725;

    /** An action with its arguments in order. */
    record Call(String action, List<Map.Entry<String, String>> arguments) {}

    /**
     * What the service answers.
     *
     * @param error 0, or the code of UPnP, or {@link #NO_ANSWER}
     * @param values the results by name
     */
    record Answer(int error, Map<String, String> values) {

        String value(String name) {
            return values.getOrDefault(name, "");
        }
    }

    /** Finds the service in a description that came from {@code location}; it has to be on the same host. */
    static Optional<Igd> find(byte[] description, URI location) {
        List<Xml.Element> elements = Xml.elements(description);
        URI base = elements.stream()
                .filter(element -> element.name().equals("URLBase"))
                .findFirst()
                .flatMap(element -> Ssdp.http(element.text()))
                .orElse(location);
        Map<Integer, String> controls = new HashMap<>();
        elements.stream()
                .filter(element -> element.name().equals("controlURL"))
                .forEach(element -> controls.putIfAbsent(element.parent(), element.text()));
        for (String type : TYPES) {
            for (Xml.Element element : elements) {
                if (element.name().equals("serviceType") && element.text().equals(type)) {
                    Optional<URI> control = resolve(base, controls.getOrDefault(element.parent(), ""))
                            .filter(found -> found.getHost().equals(location.getHost()));
                    if (control.isPresent()) {
                        return Optional.of(new Igd(type, control.get()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<URI> resolve(URI base, String path) {
        try {
            URI rooted = base.getPath().isEmpty() ? base.resolve("/") : base;
            return path.isEmpty()
                    ? Optional.empty()
                    : Ssdp.http(rooted.resolve(path).toString());
        } catch (IllegalArgumentException broken) {
            return Optional.empty();
        }
    }

    /** Whether it knows AddAnyPortMapping. */
    boolean isSecondVersion() {
        return type.endsWith(":2");
    }

    /** The value of the header SOAPAction. */
    String soapAction(Call call) {
        return "\"" + type + "#" + call.action() + "\"";
    }

    /** The body of a request; the arguments are ours and need no escapes. */
    byte[] body(Call call) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?>\r\n<s:Envelope"
                + " xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
                + " s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:");
        xml.append(call.action()).append(" xmlns:u=\"").append(type).append("\">");
        call.arguments()
                .forEach(argument -> xml.append('<')
                        .append(argument.getKey())
                        .append('>')
                        .append(argument.getValue())
                        .append("</")
                        .append(argument.getKey())
                        .append('>'));
        return xml.append("</u:")
                .append(call.action())
                .append("></s:Body></s:Envelope>\r\n")
                .toString()
                .getBytes(UTF_8);
    }

    /** Asks for the address outside; the result is NewExternalIPAddress. */
    static Call externalAddress() {
        return new Call("GetExternalIPAddress", List.of());
    }

    /**
     * Asks for a mapping of a port outside to one of ours.
     *
     * @param any whether another port will do, which is then in NewReservedPort
     * @param lease seconds, 0 for ever
     */
    static Call add(boolean any, Protocol protocol, int externalPort, String client, int internalPort, int lease) {
        List<Map.Entry<String, String>> arguments = new ArrayList<>(mapping(protocol, externalPort));
        arguments.add(Map.entry("NewInternalPort", String.valueOf(internalPort)));
        arguments.add(Map.entry("NewInternalClient", client));
        arguments.add(Map.entry("NewEnabled", "1"));
        arguments.add(Map.entry("NewPortMappingDescription", "Bittern"));
        arguments.add(Map.entry("NewLeaseDuration", String.valueOf(lease)));
        return new Call(any ? "AddAnyPortMapping" : "AddPortMapping", arguments);
    }

    /** Asks for the end of a mapping. */
    static Call delete(Protocol protocol, int externalPort) {
        return new Call("DeletePortMapping", mapping(protocol, externalPort));
    }

    private static List<Map.Entry<String, String>> mapping(Protocol protocol, int externalPort) {
        return List.of(
                Map.entry("NewRemoteHost", ""),
                Map.entry("NewExternalPort", String.valueOf(externalPort)),
                Map.entry("NewProtocol", protocol.name()));
    }

    /** Reads an answer; {@code status} is that of HTTP. */
    static Answer answer(int status, byte[] body) {
        Map<String, String> values = new HashMap<>();
        Xml.elements(body).forEach(element -> values.putIfAbsent(element.name(), element.text()));
        if (status == 200 && values.containsKey("Envelope")) {
            return new Answer(0, values);
        }
        String code = values.getOrDefault("errorCode", "");
        return new Answer(code.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(code) : NO_ANSWER, Map.of());
    }
}
