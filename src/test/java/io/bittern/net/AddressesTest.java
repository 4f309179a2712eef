package io.bittern.net;

import static io.bittern.net.Addresses.Scope.GLOBAL;
import static io.bittern.net.Addresses.Scope.LOOPBACK;
import static io.bittern.net.Addresses.Scope.PRIVATE;
import static io.bittern.net.Addresses.Scope.UNUSABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    private static InetSocketAddress peer(String literal, int port) {
        return new InetSocketAddress(literal, port);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, UNUSABLE",
        "0.1.2.3, UNUSABLE",
        "224.0.0.1, UNUSABLE",
        "239.255.255.255, UNUSABLE",
        "240.0.0.1, UNUSABLE",
        "255.255.255.255, UNUSABLE",
        "127.0.0.1, LOOPBACK",
        "127.255.3.4, LOOPBACK",
        "10.1.2.3, PRIVATE",
        "172.15.0.1, GLOBAL",
        "172.16.0.1, PRIVATE",
        "172.31.255.255, PRIVATE",
        "172.32.0.1, GLOBAL",
        "192.168.7.7, PRIVATE",
        "192.169.7.7, GLOBAL",
        "169.254.1.1, PRIVATE",
        "100.63.0.1, GLOBAL",
        "100.64.0.1, PRIVATE",
        "100.127.255.1, PRIVATE",
        "100.128.0.1, GLOBAL",
        "1.0.0.1, GLOBAL",
        "223.255.255.254, GLOBAL",
        "::, UNUSABLE",
        "::1, LOOPBACK",
        "::1.2.3.4, UNUSABLE",
        "ff02::1, UNUSABLE",
        "100::1, UNUSABLE",
        "100:1::1, GLOBAL",
        "fe80::1, PRIVATE",
        "fec0::1, PRIVATE",
        "fc00::1, PRIVATE",
        "fdff::1, PRIVATE",
        "2a00:1450::1, GLOBAL",
    })
    void knowsHowFarAnAddressReaches(String address, Addresses.Scope scope) throws UnknownHostException {
        assertThat(Addresses.scope(InetAddress.getByName(address))).isEqualTo(scope);
    }

    @Test
    void seesIpv4InTheClothesOfIpv6() throws UnknownHostException {
        assertThat(List.of(mapped(127, 0, 0, 1), mapped(10, 0, 0, 1), mapped(0, 0, 0, 1), mapped(8, 8, 8, 8)))
                .map(Addresses::scope)
                .containsExactly(LOOPBACK, PRIVATE, UNUSABLE, GLOBAL);
    }

    /** Java turns these into IPv4 by itself, unless they come with a scope. */
    private static InetAddress mapped(int... address) throws UnknownHostException {
        byte[] bytes = new byte[16];
        bytes[10] = bytes[11] = (byte) 0xff;
        for (int i = 0; i < 4; i++) {
            bytes[12 + i] = (byte) address[i];
        }
        return java.net.Inet6Address.getByAddress(null, bytes, 1);
    }

    @Test
    void callsPortZeroAndNoAddressMartians() {
        assertThat(Addresses.isMartian(peer("1.2.3.4", 0))).isTrue();
        assertThat(Addresses.isMartian(InetSocketAddress.createUnresolved("a.test", 80)))
                .isTrue();
        assertThat(Addresses.isMartian(peer("0.0.0.0", 80))).isTrue();
        assertThat(Addresses.isMartian(peer("1.2.3.4", 80))).isFalse();
        assertThat(Addresses.isMartian(peer("127.0.0.1", 80))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "192.168.0.1", "fe80::1"})
    void callsThisMachineAndThisNetworkLocal(String address) throws UnknownHostException {
        assertThat(Addresses.isLocal(InetAddress.getByName(address))).isTrue();
        assertThat(Addresses.isLocal(InetAddress.getByName("8.8.8.8"))).isFalse();
    }

    @Test
    void packsAPeerAsTheStandardSays() {
        var peers = List.of(peer("1.2.3.4", 0x1ae1), peer("::1", 65535));

        assertThat(Addresses.encodeIpv4(peers)).containsExactly(1, 2, 3, 4, 0x1a, 0xe1);
        assertThat(Addresses.encodeIpv6(peers))
                .hasSize(18)
                .endsWith(0, 1, 0xff, 0xff)
                .startsWith(0, 0);
    }

    @Test
    void unpacksWhatItPacked() {
        Forall.seeds(200, random -> {
            List<InetSocketAddress> four = peers(random, 4);
            List<InetSocketAddress> six = peers(random, 16);

            assertThat(Addresses.decodeIpv4(Addresses.encodeIpv4(four))).isEqualTo(four);
            assertThat(Addresses.decodeIpv6(Addresses.encodeIpv6(six))).isEqualTo(six);
        });
    }

    private static List<InetSocketAddress> peers(RandomGenerator random, int size) throws UnknownHostException {
        List<InetSocketAddress> peers = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            byte[] address = new byte[size];
            random.nextBytes(address);
            peers.add(new InetSocketAddress(InetAddress.getByAddress(address), random.nextInt(1 << 16)));
        }
        return peers;
    }

    @Test
    void usesTheWholePeersOfAnOddLength() {
        assertThat(Addresses.decodeIpv4(new byte[] {1, 2, 3, 4, 0, 80, 5, 6, 7}))
                .containsExactly(peer("1.2.3.4", 80));
        assertThat(Addresses.decodeIpv6(new byte[17])).isEmpty();
        assertThat(Addresses.decodeIpv4(new byte[0])).isEmpty();
    }

    @Test
    void writesAnAddressWithoutAskingForItsName() {
        assertThat(Addresses.text(peer("127.0.0.1", 80))).isEqualTo("127.0.0.1:80");
        assertThat(Addresses.text(peer("::1", 80))).isEqualTo("[0:0:0:0:0:0:0:1]:80");
        assertThat(Addresses.text(InetSocketAddress.createUnresolved("a.test", 80)))
                .isEqualTo("a.test:80");
    }
}
