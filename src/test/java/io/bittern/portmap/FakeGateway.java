package io.bittern.portmap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A gateway written from RFC 6886, RFC 6887 and the papers of UPnP, and from nothing of ours; what it says can be bent.
 *
 * <p>It keeps mappings by protocol and port outside, such as {@code TCP 6881}.
 */
final class FakeGateway {

    enum Speaks {
        PCP,
        NAT_PMP,
        UPNP
    }

    /** What goes in at one port and comes out for one of ours. */
    record Entry(int internal, long lifetime) {}

    final Set<Speaks> speaks = EnumSet.allOf(Speaks.class);
    final Map<String, Entry> mappings = new TreeMap<>();
    final Set<Integer> taken = new HashSet<>();
    final List<String> asked = new ArrayList<>();
    byte[] external = {(byte) 203, 0, 113, 5};
    /** Answers everything with this code, 0 to grant. */
    int refusal;

    long epoch = 1000;
    long lifetime = 7200;
    int version = 1;
    boolean onlyPermanent;
    /** Where it says that its description is. */
    String location = "http://192.168.1.1:5000/igd.xml";

    /** Where it takes requests of UPnP. */
    String control = "/ctl/ip";

    String description = "";
    /** Changes what leaves by UDP. */
    Bend bend = packet -> packet;

    /** A lie. */
    @FunctionalInterface
    interface Bend {
        byte[] of(byte[] packet);
    }

    /** Forgets everything. */
    void restart() {
        mappings.clear();
        epoch = 0;
    }

    /** What comes back to a packet at port 5351 or to the search. */
    Optional<byte[]> reply(byte[] packet) {
        if (packet[0] == 'M') {
            return speaks.contains(Speaks.UPNP) ? search(new String(packet, ISO_8859_1)) : Optional.empty();
        }
        if (packet[0] == 2 && speaks.contains(Speaks.PCP)) {
            return Optional.of(bend.of(pcp(packet)));
        }
        if (packet[0] == 0 && speaks.contains(Speaks.NAT_PMP)) {
            return Optional.of(bend.of(natPmp(ByteBuffer.wrap(packet))));
        }
        return Optional.empty();
    }

    private Optional<byte[]> search(String text) {
        asked.add("M-SEARCH");
        Matcher target = Pattern.compile("ST: (urn:schemas-upnp-org:device:InternetGatewayDevice:1)\r\n")
                .matcher(text);
        return target.find()
                        && text.startsWith("M-SEARCH * HTTP/1.1\r\n")
                        && text.contains("MAN: \"ssdp:discover\"\r\n")
                ? Optional.of(("HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: " + target.group(1)
                                + "\r\nUSN: uuid:1::x\r\nEXT:\r\nLocation: " + location + "\r\n\r\n")
                        .getBytes(ISO_8859_1))
                : Optional.empty();
    }

    private byte[] natPmp(ByteBuffer in) {
        int operation = in.get(1);
        asked.add("NAT-PMP " + operation);
        ByteBuffer out =
                ByteBuffer.allocate(operation == 0 ? 12 : 16).put((byte) 0).put((byte) (128 + operation));
        out.putShort((short) refusal).putInt((int) epoch);
        if (operation == 0) {
            return out.put(external).array();
        }
        int internal = in.getShort(4) & 0xffff;
        int outside = map(operation == 1 ? "UDP " : "TCP ", internal, in.getShort(6) & 0xffff, in.getInt(8));
        return out.putShort((short) internal)
                .putShort((short) outside)
                .putInt(in.getInt(8) == 0 ? 0 : (int) lifetime)
                .array();
    }

    private byte[] pcp(byte[] request) {
        ByteBuffer in = ByteBuffer.wrap(request);
        int operation = in.get(1);
        asked.add("PCP " + operation);
        byte[] answer = request.clone();
        ByteBuffer out = ByteBuffer.wrap(answer);
        out.put(1, (byte) (0x80 | operation)).put(3, (byte) refusal);
        out.putInt(4, (int) (in.getInt(4) == 0 ? 0 : lifetime)).putInt(8, (int) epoch);
        Arrays.fill(answer, 12, 24, (byte) 0);
        if (operation == 1 && refusal == 0) {
            String protocol = in.get(36) == 6 ? "TCP " : "UDP ";
            int outside = map(protocol, in.getShort(40) & 0xffff, in.getShort(42) & 0xffff, in.getInt(4));
            out.putShort(42, (short) outside);
            boolean translated = request[8] == 0; // an address of IPv4 in one of IPv6
            if (translated) {
                Arrays.fill(answer, 44, 54, (byte) 0);
                Arrays.fill(answer, 54, 56, (byte) 0xff);
                out.position(56).put(external);
            } else {
                out.position(44).put(request, 8, 16);
            }
        }
        return answer;
    }

    /** Maps, or with a lifetime of 0 unmaps; the port outside is another if the one that is wanted is taken. */
    private int map(String protocol, int internal, int wanted, long asked) {
        if (refusal != 0) {
            return 0;
        }
        if (asked == 0) {
            mappings.entrySet()
                    .removeIf(entry -> entry.getKey().startsWith(protocol)
                            && entry.getValue().internal() == internal);
            return 0;
        }
        int outside = taken.contains(wanted) ? wanted + 1000 : wanted;
        mappings.put(protocol + outside, new Entry(internal, lifetime));
        return outside;
    }

    /** An answer by HTTP. */
    record Http(int status, byte[] body) {}

    /** What comes back to a GET (without action) or a POST. */
    Http http(String path, String soapAction, byte[] body) {
        if (soapAction.isEmpty()) {
            asked.add("GET " + path);
            return new Http(200, (description.isEmpty() ? description() : description).getBytes(UTF_8));
        }
        String type = "urn:schemas-upnp-org:service:WANIPConnection:" + version;
        Matcher action = Pattern.compile("\"" + type + "#(\\w+)\"").matcher(soapAction);
        if (!path.equals(control) || !action.matches()) {
            return new Http(404, new byte[0]);
        }
        asked.add(action.group(1));
        Map<String, String> arguments = new HashMap<>();
        Matcher argument = Pattern.compile("<(New\\w+)>([^<]*)</\\1>").matcher(new String(body, UTF_8));
        while (argument.find()) {
            arguments.put(argument.group(1), argument.group(2));
        }
        return refusal != 0 ? fault(refusal) : act(action.group(1), arguments);
    }

    private Http act(String action, Map<String, String> arguments) {
        if (action.equals("GetExternalIPAddress")) {
            return done(action, "<NewExternalIPAddress>" + address() + "</NewExternalIPAddress>");
        }
        int outside = Integer.parseInt(arguments.get("NewExternalPort"));
        String key = arguments.get("NewProtocol") + " " + outside;
        if (action.equals("DeletePortMapping")) {
            return mappings.remove(key) == null ? fault(714) : done(action, "");
        }
        long lease = Long.parseLong(arguments.get("NewLeaseDuration"));
        if (onlyPermanent && lease != 0) {
            return fault(725);
        }
        if (taken.contains(outside)) {
            if (!action.equals("AddAnyPortMapping")) {
                return fault(718);
            }
            outside += 1000;
        }
        mappings.put(
                arguments.get("NewProtocol") + " " + outside,
                new Entry(Integer.parseInt(arguments.get("NewInternalPort")), lease));
        return done(action, version == 2 ? "<NewReservedPort>" + outside + "</NewReservedPort>" : "");
    }

    private String address() {
        return IntStream.range(0, external.length)
                .mapToObj(i -> String.valueOf(external[i] & 0xff))
                .collect(Collectors.joining("."));
    }

    private static Http done(String action, String results) {
        return new Http(
                200,
                ("<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><u:"
                                + action + "Response xmlns:u=\"x\">" + results + "</u:" + action
                                + "Response></s:Body></s:Envelope>")
                        .getBytes(UTF_8));
    }

    private static Http fault(int code) {
        return new Http(
                500,
                ("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>"
                                + "<faultcode>s:Client</faultcode><detail><UPnPError><errorCode>" + code
                                + "</errorCode></UPnPError></detail></s:Fault></s:Body></s:Envelope>")
                        .getBytes(UTF_8));
    }

    private String description() {
        return "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><serviceList>"
                + "<service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>"
                + "<controlURL>/ctl/other</controlURL></service></serviceList><deviceList><device><deviceList><device>"
                + "<serviceList><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:" + version
                + "</serviceType><controlURL>" + control + "</controlURL></service></serviceList></device></deviceList>"
                + "</device></deviceList></device></root>";
    }
}
