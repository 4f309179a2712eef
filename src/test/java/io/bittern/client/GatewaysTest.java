package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.portmap.PortMapEvent;
import io.bittern.portmap.Protocol;
import io.bittern.portmap.Route;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatewaysTest {

    private static final Route FOUR = route("192.168.1.7");
    private static final Route SIX = route("2001:db8::7");

    private final Gateways gateways = new Gateways();

    private static Route route(String local) {
        return new Route(Optional.empty(), new InetSocketAddress(local, 1).getAddress(), 24);
    }

    private static PortMapEvent.Mapped mapped(Protocol protocol, String outside, int port) {
        return new PortMapEvent.Mapped(
                protocol, new InetSocketAddress(outside, 1).getAddress(), port, System.nanoTime(), "PCP");
    }

    private Optional<String> text() {
        return gateways.news().map(PortMapping::text);
    }

    @Test
    void saysOnceWhereWeAreOpen() {
        gateways.add(FOUR);
        assertThat(text()).isEmpty();

        gateways.on(FOUR, mapped(Protocol.TCP, "203.0.113.5", 6881));
        gateways.on(FOUR, mapped(Protocol.UDP, "203.0.113.5", 6881));

        assertThat(gateways.port(FOUR)).hasValue(6881);
        assertThat(text()).contains("TCP and UDP are open from outside at 203.0.113.5:6881, by PCP");
        gateways.on(FOUR, mapped(Protocol.TCP, "203.0.113.5", 6881)); // renewed
        assertThat(text()).isEmpty();
    }

    @Test
    void saysAPortThatIsAnotherAndOneThatIsLost() {
        gateways.add(FOUR);
        gateways.on(FOUR, mapped(Protocol.TCP, "203.0.113.5", 7881));
        gateways.on(FOUR, mapped(Protocol.UDP, "203.0.113.5", 6881));
        assertThat(text())
                .contains("TCP is open from outside at 203.0.113.5:7881, by PCP;"
                        + " UDP is open from outside at 203.0.113.5:6881, by PCP");

        gateways.on(FOUR, new PortMapEvent.Lost(Protocol.TCP));

        assertThat(gateways.port(FOUR)).isEmpty();
        assertThat(text()).contains("UDP is open from outside at 203.0.113.5:6881, by PCP");
    }

    @Test
    void anAddressThatIsNotOfTheInternetIsSaidToBeNone() {
        gateways.add(FOUR);

        gateways.on(FOUR, mapped(Protocol.TCP, "100.64.0.9", 6881));

        assertThat(text())
                .contains(
                        "TCP is open from outside at 100.64.0.9:6881, by PCP, but this gateway is behind another one");
    }

    @Test
    void saysWhyThereIsNoneWhenAllHaveRefused() {
        gateways.add(FOUR);
        gateways.add(SIX);
        gateways.on(SIX, new PortMapEvent.Unavailable("it is asleep"));
        assertThat(text()).isEmpty();

        gateways.on(FOUR, new PortMapEvent.Unavailable("not allowed there"));
        assertThat(text()).contains("no port is open from outside: not allowed there; it is asleep");
        gateways.on(FOUR, new PortMapEvent.Unavailable("not allowed there"));
        assertThat(text()).isEmpty();
    }

    @Test
    void saysWhenThereIsNobodyToAsk() {
        assertThat(text()).contains("no port is open from outside: there is no gateway to ask");

        gateways.add(FOUR);
        gateways.on(FOUR, mapped(Protocol.TCP, "203.0.113.5", 6881));
        gateways.remove(FOUR);
        assertThat(text()).isEmpty();
    }

    @Test
    void whoFailsAtAskingHasSaidWhyOrNot() {
        gateways.add(FOUR);
        gateways.on(FOUR, mapped(Protocol.TCP, "203.0.113.5", 6881));

        gateways.ended(FOUR);

        assertThat(gateways.port(FOUR)).isEmpty();
        assertThat(text()).contains("no port is open from outside: asking has failed; the log says why");
        gateways.add(FOUR);
        gateways.on(FOUR, new PortMapEvent.Unavailable("no socket"));
        gateways.ended(FOUR);
        assertThat(text()).contains("no port is open from outside: no socket");
    }

    @Test
    void aGatewayThatIsNotAskedAnyMoreDoesNotCount() {
        gateways.add(FOUR);
        gateways.remove(FOUR);
        gateways.add(SIX);

        gateways.on(FOUR, mapped(Protocol.TCP, "203.0.113.5", 6881));

        assertThat(gateways.port(FOUR)).isEmpty();
        assertThat(text()).isEmpty();
    }
}
