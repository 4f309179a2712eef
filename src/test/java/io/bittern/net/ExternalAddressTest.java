package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalAddressTest {

    private static final InetAddress US = literal("93.184.216.34");
    private static final InetAddress OTHER = literal("93.184.216.35");
    private static final InetAddress US6 = literal("2606:2800:220:1::1");

    private final ExternalAddress external = new ExternalAddress();

    @Test
    void believesThreeSourcesThatAgree() {
        external.says("a", US);
        external.says("b", US);
        assertThat(external.external(Inet4Address.class)).isEmpty();

        external.says("c", US);

        assertThat(external.external(Inet4Address.class)).contains(US);
        assertThat(external.external(Inet6Address.class)).isEmpty();
        assertThat(external.all()).containsExactly(US);
    }

    @Test
    void countsASourceOnce() {
        for (int i = 0; i < 10; i++) {
            external.says("a", US);
        }
        assertThat(external.external(Inet4Address.class)).isEmpty();
    }

    @Test
    void believesNobodyWhileHalfOfThemDisagree() {
        say(3, "honest", US);
        say(3, "liar", OTHER);
        assertThat(external.external(Inet4Address.class)).isEmpty();

        external.says("one more", US);

        assertThat(external.external(Inet4Address.class)).contains(US);
    }

    @Test
    void followsAChangeOfTheAddress() {
        say(10, "peer", US);

        say(10, "peer", OTHER);

        assertThat(external.external(Inet4Address.class)).contains(OTHER);
    }

    @Test
    void forgetsOldSources() {
        say(ExternalAddress.MOST, "old", US);
        say(ExternalAddress.MOST / 2, "new", OTHER);
        assertThat(external.external(Inet4Address.class)).isEmpty();

        external.says("another", OTHER);

        assertThat(external.external(Inet4Address.class)).contains(OTHER);
    }

    @Test
    void keepsTheFamiliesApart() {
        say(3, "four", US);
        say(3, "six", US6);

        assertThat(external.external(Inet6Address.class)).contains(US6);
        assertThat(external.all()).containsExactly(US, US6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "10.0.0.1", "192.168.1.1", "224.0.0.1", "::1", "fe80::1", "::"})
    void hearsOfNoAddressThatIsNotOfTheInternet(String address) {
        say(5, "a", literal(address));

        assertThat(external.all()).isEmpty();
    }

    private void say(int sources, String name, InetAddress address) {
        for (int source = 0; source < sources; source++) {
            external.says(name + source, address);
        }
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
