package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ExternalPortTest {

    private final ExternalPort port = new ExternalPort(() -> 6881);

    private int towards(String address) throws Exception {
        return port.towards(InetAddress.getByName(address));
    }

    @Test
    void isOursWhereNoGatewayLeadsAnotherToIt() throws Exception {
        assertThat(port.announced()).isEqualTo(6881);
        assertThat(towards("203.0.113.1")).isEqualTo(6881);
        assertThat(port.mapped(Inet4Address.class)).isEmpty();
    }

    @Test
    void isThatOfTheGatewayForItsFamilyAlone() throws Exception {
        port.map(Inet4Address.class, OptionalInt.of(7881));

        assertThat(port.own()).isEqualTo(6881);
        assertThat(port.announced()).isEqualTo(7881);
        assertThat(towards("203.0.113.1")).isEqualTo(7881);
        assertThat(towards("2001:db8::1")).isEqualTo(6881);

        port.map(Inet6Address.class, OptionalInt.of(8881));
        assertThat(towards("2001:db8::1")).isEqualTo(8881);
        assertThat(port.announced()).isEqualTo(7881);
    }

    @Test
    void isOursForNeighbours() throws Exception {
        port.map(Inet4Address.class, OptionalInt.of(7881));

        assertThat(towards("192.168.1.9")).isEqualTo(6881);
        assertThat(towards("127.0.0.1")).isEqualTo(6881);
    }

    @Test
    void isOursAgainWhenTheMappingIsLost() throws Exception {
        port.map(Inet4Address.class, OptionalInt.of(7881));
        port.map(Inet4Address.class, OptionalInt.empty());

        assertThat(towards("203.0.113.1")).isEqualTo(6881);
    }
}
