package io.bittern.portmap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecsTest {

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Nested
    class OfNatPmp {

        @Test
        void asksAsTheRfcSays() {
            assertThat(NatPmp.addressRequest()).isEqualTo(hex("0000"));
            assertThat(NatPmp.mappingRequest(Protocol.TCP, 6881, 6882, 7200))
                    .isEqualTo(hex("00 02 0000 1ae1 1ae2 00001c20"));
            assertThat(NatPmp.mappingRequest(Protocol.UDP, 0xffff, 0, 0))
                    .isEqualTo(hex("00 01 0000 ffff 0000 00000000"));
        }

        @Test
        void readsWhatIsGranted() throws Exception {
            assertThat(NatPmp.parse(hex("00 80 0000 ffffffff cb007105")))
                    .contains(
                            new NatPmp.AddressReply(0, 0xffffffffL, Optional.of(InetAddress.getByName("203.0.113.5"))));
            assertThat(NatPmp.parse(hex("00 82 0000 00000001 1ae1 1ae2 00001c20")))
                    .contains(new NatPmp.MappingReply(0, 1, Protocol.TCP, 6881, 6882, 7200));
        }

        @Test
        void readsRefusalsAlsoWithoutTheRest() {
            assertThat(NatPmp.parse(hex("00 81 0002 00000001")))
                    .contains(new NatPmp.MappingReply(2, 1, Protocol.UDP, 0, 0, 0));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "00",
                    "00 80 0000 000000",
                    "00 80 0000 00000001 cb0071",
                    "00 82 0000 00000001 1ae1 1ae2 00001c",
                    "00 02 0000 00000001 1ae1 1ae2 00001c20",
                    "00 83 0000 00000001 1ae1 1ae2 00001c20",
                    "01 82 0000 00000001 1ae1 1ae2 00001c20",
                    "00 81 0001 00000001"
                })
        void passesOverWhatIsNone(String packet) {
            assertThat(NatPmp.parse(hex(packet))).isEmpty();
        }
    }

    @Nested
    class OfPcp {

        private static final String NONCE = "0102030405060708090a0b0c";
        private static final String GRANT = "02 81 00 00 00001c20 00000064 000000000000000000000000" + NONCE
                + "06 000000 1ae1 1ae2 00000000000000000000ffffcb007105";

        @Test
        void asksAsTheRfcSays() throws Exception {
            InetAddress four = InetAddress.getByName("192.168.1.7");
            InetAddress six = InetAddress.getByName("2001:db8::7");
            Pcp.Nonce nonce = new Pcp.Nonce(hex(NONCE));

            assertThat(Pcp.mapRequest(four, nonce, Protocol.TCP, 6881, 6882, 7200))
                    .isEqualTo(hex("02 01 0000 00001c20 00000000000000000000ffffc0a80107" + NONCE
                            + "06 000000 1ae1 1ae2 00000000000000000000ffff00000000"));
            assertThat(Pcp.mapRequest(six, nonce, Protocol.UDP, 6881, 6881, 0))
                    .isEqualTo(hex("02 01 0000 00000000 20010db8000000000000000000000007" + NONCE
                            + "11 000000 1ae1 1ae1 00000000000000000000000000000000"));
            assertThat(Pcp.announceRequest(four))
                    .isEqualTo(hex("02 00 0000 00000000 00000000000000000000ffffc0a80107"));
        }

        @Test
        void readsWhatIsGranted() throws Exception {
            assertThat(Pcp.parse(hex(GRANT)))
                    .contains(new Pcp.MapReply(
                            0,
                            100,
                            7200,
                            new Pcp.Nonce(hex(NONCE)),
                            Protocol.TCP,
                            6881,
                            6882,
                            InetAddress.getByName("203.0.113.5")));
            assertThat(Pcp.parse(hex("02 80 00 00 00000000 00000007 000000000000000000000000")))
                    .contains(new Pcp.Announce(0, 7));
        }

        @Test
        void noPartOfAReplyIsOne() {
            byte[] grant = hex(GRANT);
            for (int length = 0; length < grant.length; length++) {
                assertThat(Pcp.parse(Arrays.copyOf(grant, length))).isEmpty();
            }
        }

        @Test
        void passesOverWhatIsNone() {
            assertThat(Pcp.parse(new byte[1104])).isEmpty();
            assertThat(Pcp.parse(hex(GRANT.replaceFirst("02 81", "01 81")))).isEmpty();
            assertThat(Pcp.parse(hex(GRANT.replaceFirst("02 81", "02 01")))).isEmpty();
            assertThat(Pcp.parse(hex(GRANT.replaceFirst("02 81", "02 82")))).isEmpty();
            assertThat(Pcp.parse(hex(GRANT.replaceFirst("06 000000", "07 000000"))))
                    .isEmpty();
        }
    }

    @Nested
    class OfSsdp {

        @Test
        void searches() {
            InetSocketAddress group = new InetSocketAddress("239.255.255.250", 1900);

            assertThat(new String(Ssdp.search(group, Ssdp.TARGETS.get(1)), ISO_8859_1).split("\r\n", -1))
                    .containsExactly(
                            "M-SEARCH * HTTP/1.1",
                            "HOST: 239.255.255.250:1900",
                            "MAN: \"ssdp:discover\"",
                            "MX: 1",
                            "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1",
                            "",
                            "");
        }

        @Test
        void readsWhereTheDescriptionIs() {
            String answer = """
                    HTTP/1.1 200 OK
                    st:urn:schemas-upnp-org:device:InternetGatewayDevice:1
                    LOCATION:  http://192.168.1.1:5000/x?y

                    """;

            assertThat(Ssdp.location(answer.getBytes(ISO_8859_1))).contains(URI.create("http://192.168.1.1:5000/x?y"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "HTTP/1.1 404 no\r\nST: %s\r\nLocation: http://192.168.1.1/\r\n\r\n",
                    "NOTIFY * HTTP/1.1\r\nST: %s\r\nLocation: http://192.168.1.1/\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nST: urn:other\r\nLocation: http://192.168.1.1/\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nST: %s\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nST: %s\r\nLocation: /igd.xml\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nST: %s\r\nLocation: ftp://192.168.1.1/\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nST: %s\r\nLocation: http://192.168.1.1:99999/\r\n\r\n"
                })
        void passesOverWhatIsNone(String answer) {
            assertThat(Ssdp.location(answer.replace("%s", Ssdp.TARGETS.get(0)).getBytes(ISO_8859_1)))
                    .isEmpty();
        }
    }

    @Nested
    class OfUpnp {

        private static final URI LOCATION = URI.create("http://192.168.1.1:5000/a/igd.xml");

        private Optional<Igd> find(String services) {
            return Igd.find(("<root><device>" + services + "</device></root>").getBytes(UTF_8), LOCATION);
        }

        private String service(String type, String control) {
            return "<service><controlURL>" + control + "</controlURL><serviceType>urn:schemas-upnp-org:service:" + type
                    + "</serviceType></service>";
        }

        @Test
        void takesTheBestService() {
            Optional<Igd> found = find(service("Layer3Forwarding:1", "/1")
                    + service("WANPPPConnection:1", "/2")
                    + service("WANIPConnection:1", "/3"));

            assertThat(found)
                    .contains(new Igd(
                            "urn:schemas-upnp-org:service:WANIPConnection:1", URI.create("http://192.168.1.1:5000/3")));
        }

        @Test
        void resolvesRelativeAddresses() {
            assertThat(find(service("WANIPConnection:1", "ctl")).orElseThrow().control())
                    .hasToString("http://192.168.1.1:5000/a/ctl");
            assertThat(find("<URLBase>http://192.168.1.1:80</URLBase>" + service("WANIPConnection:1", "ctl"))
                            .orElseThrow()
                            .control())
                    .hasToString("http://192.168.1.1:80/ctl");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "http://192.168.1.2/ctl",
                    "//evil.example/ctl",
                    "https://192.168.1.1/ctl",
                    "a b",
                    "http:x"
                })
        void requestsGoNowhereElse(String control) {
            assertThat(find(service("WANIPConnection:1", control))).isEmpty();
        }

        @Test
        void aBaseElsewhereLeadsNowhere() {
            assertThat(find("<URLBase>http://10.0.0.1/</URLBase>" + service("WANIPConnection:1", "/ctl")))
                    .isEmpty();
        }

        @Test
        void noEntityIsExpandedAndNothingFetched() {
            String laughs = "<!DOCTYPE r [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><r>&b;</r>";
            String file = "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><r>&x;</r>";
            String outside = "<!DOCTYPE r SYSTEM \"http://127.0.0.1:1/x.dtd\"><r/>";
            String parameter = "<!DOCTYPE r [<!ENTITY % x SYSTEM \"http://127.0.0.1:1/x\"> %x;]><r/>";
            for (String document : new String[] {laughs, file, outside, parameter, "<r>&unknown;</r>"}) {
                assertThat(Xml.elements(document.getBytes(UTF_8))).isEmpty();
            }
        }

        @Test
        void brokenDocumentsAreReadWithoutAWordOnStandardError() {
            byte[] sound = "<a xmlns:s=\"x\"><s:b>1 &amp; 2</s:b><c/></a>".getBytes(UTF_8);
            PrintStream before = System.err;
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            System.setErr(new PrintStream(said, true, UTF_8));
            try {
                Xml.elements("<!DOCTYPE r [<!ENTITY a \"ha\">]><r>&a;</r>".getBytes(UTF_8));
                Forall.seeds(500, random -> {
                    byte[] broken = sound.clone();
                    broken[random.nextInt(broken.length)] = (byte) random.nextInt();
                    Xml.elements(Arrays.copyOf(broken, random.nextInt(broken.length + 1)));
                });
            } finally {
                System.setErr(before);
            }

            assertThat(said.toString(UTF_8)).isEmpty();
        }

        @Test
        void depthAndNumberOfElementsAreBounded() {
            assertThat(Xml.elements("<a>".repeat(100_000).getBytes(UTF_8))).isEmpty();
            assertThat(Xml.elements(("<a>" + "<b/>".repeat(10_000) + "</a>").getBytes(UTF_8)))
                    .isEmpty();
            assertThat(Xml.elements("<a><b>1 &amp; 2</b></a>".getBytes(UTF_8)))
                    .containsExactly(new Xml.Element(1, "b", "1 & 2"), new Xml.Element(0, "a", ""));
        }

        @Test
        void anythingIsAnAnswerOrAnError() {
            byte[] fault = ("<s:Envelope xmlns:s=\"x\"><s:Body><s:Fault><detail><UPnPError><errorCode>725</errorCode>"
                            + "</UPnPError></detail></s:Fault></s:Body></s:Envelope>")
                    .getBytes(UTF_8);

            assertThat(Igd.answer(500, fault).error()).isEqualTo(725);
            assertThat(Igd.answer(0, new byte[0]).error()).isEqualTo(-1);
            assertThat(Igd.answer(200, "<html/>".getBytes(UTF_8)).error()).isEqualTo(-1);
            Forall.seeds(2_000, random -> {
                byte[] broken = fault.clone();
                for (int i = 0; i < 4; i++) {
                    broken[random.nextInt(broken.length)] = (byte) random.nextInt();
                }
                byte[] part = Arrays.copyOf(broken, random.nextInt(broken.length + 1));
                assertThat(Igd.answer(500, part).error()).isNotZero();
                assertThat(Igd.find(part, LOCATION)).isEmpty();
                assertThat(Ssdp.location(part)).isEmpty();
            });
        }

        @Test
        void asksForAMapping() {
            Igd igd = new Igd(Igd.TYPES.get(1), LOCATION);
            Igd.Call call = Igd.add(false, Protocol.UDP, 6882, "192.168.1.7", 6881, 3600);

            assertThat(igd.soapAction(call))
                    .isEqualTo("\"urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping\"");
            assertThat(new String(igd.body(call), UTF_8))
                    .contains("<u:AddPortMapping xmlns:u=\"urn:schemas-upnp-org:service:WANIPConnection:1\">"
                            + "<NewRemoteHost></NewRemoteHost><NewExternalPort>6882</NewExternalPort>"
                            + "<NewProtocol>UDP</NewProtocol><NewInternalPort>6881</NewInternalPort>"
                            + "<NewInternalClient>192.168.1.7</NewInternalClient><NewEnabled>1</NewEnabled>"
                            + "<NewPortMappingDescription>Bittern</NewPortMappingDescription>"
                            + "<NewLeaseDuration>3600</NewLeaseDuration></u:AddPortMapping>");
        }
    }

    @Nested
    class OfRoutes {

        @Test
        void takesTheBestDefaultRoute() throws Exception {
            String table = """
                    Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
                    wlan0\t00000000\t0201A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
                    eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
                    eth1\t00000000\t0901A8C0\t0002\t0\t0\t1\t00000000\t0\t0\t0
                    eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
                    """;

            assertThat(Routes.ipv4(table, ByteOrder.LITTLE_ENDIAN))
                    .contains(new Routes.Hop("eth0", InetAddress.getByName("192.168.1.1"), 100));
            assertThat(Routes.ipv4(table, ByteOrder.BIG_ENDIAN).orElseThrow().gateway())
                    .isEqualTo(InetAddress.getByName("1.1.168.192"));
        }

        @Test
        void takesTheBestDefaultRouteOfIpv6() throws Exception {
            String none = "0".repeat(32);
            String table =
                    none + " 00 " + none + " 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003"
                            + "     eth0\n" + none + " 00 " + none + " 00 " + none
                            + " ffffffff 00000001 00000000 00200200       lo\n";

            assertThat(Routes.ipv6(table)).contains(new Routes.Hop("eth0", InetAddress.getByName("fe80::1"), 1024));
        }

        @Test
        void brokenTablesHaveNone() {
            for (String table : new String[] {"", "x\n", "x\na 00000000 zz 0003 0 0 0 00000000\n", "x\na b c\n"}) {
                assertThat(Routes.ipv4(table, ByteOrder.LITTLE_ENDIAN)).isEmpty();
                assertThat(Routes.ipv6(table)).isEmpty();
            }
        }
    }
}
