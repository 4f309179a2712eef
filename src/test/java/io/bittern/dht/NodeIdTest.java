package io.bittern.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Forall;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {

    @Test
    void measuresDistanceAsAnUnsignedNumber() {
        Forall.seeds(1000, random -> {
            NodeId from = NodeId.random(random);
            NodeId one = near(from, random);
            NodeId other = near(from, random);

            assertThat(Integer.signum(from.compareDistance(one, other)))
                    .isEqualTo(distance(from, one).compareTo(distance(from, other)));
            assertThat(from.sharedBits(one)).isEqualTo(160 - distance(from, one).bitLength());
            assertThat(Integer.signum(one.compareTo(other)))
                    .isEqualTo(number(one).compareTo(number(other)));
        });
    }

    private static NodeId near(NodeId from, RandomGenerator random) {
        return from.randomSharing(random.nextInt(161), random);
    }

    private static BigInteger distance(NodeId one, NodeId other) {
        return number(one).xor(number(other));
    }

    private static BigInteger number(NodeId id) {
        return new BigInteger(1, id.bytes());
    }

    @Test
    void makesIdsThatShareExactlySoManyBits() {
        Forall.seeds(500, random -> {
            NodeId id = NodeId.random(random);
            int bits = random.nextInt(161);

            assertThat(id.sharedBits(id.randomSharing(bits, random))).isEqualTo(bits);
        });
    }

    @Test
    void isItsTwentyBytes() {
        NodeId id = NodeId.fromHex("00112233445566778899aabbccddeeff01234567");

        assertThat(NodeId.of(id.bytes())).isEqualTo(id).hasSameHashCodeAs(id);
        assertThat(id).hasToString("00112233445566778899aabbccddeeff01234567");
        assertThat(id.sharedBits(id.opposite())).isZero();
        assertThatThrownBy(() -> NodeId.of(new byte[19])).isInstanceOf(IllegalArgumentException.class);
    }

    /** The vectors of BEP 42. */
    @ParameterizedTest
    @CsvSource({
        "124.31.75.21, 5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401",
        "21.75.31.124, 5a3ce9c14e7a08645677bbd1cfe7d8f956d53256",
        "65.23.51.170, a5d43220bc8f112a3d426c84764f8c2a1150e616",
        "84.124.73.14, 1b0321dd1bb1fe518101ceef99462b947a01ff41",
        "43.213.53.83, e56f6cbf5b7c4be0237986d5243b87aa6d51305a"
    })
    void knowsWhichIdsFitAnAddress(String host, String id) {
        NodeId published = NodeId.fromHex(id);
        byte[] wrong = published.bytes();
        wrong[2] ^= 8;
        byte[] free = published.bytes();
        free[2] ^= 7;
        free[10] ^= 1;

        assertThat(BoundIds.fits(published, Nodes.host(host))).isTrue();
        assertThat(BoundIds.fits(NodeId.of(free), Nodes.host(host))).isTrue();
        assertThat(BoundIds.fits(NodeId.of(wrong), Nodes.host(host))).isFalse();
        assertThat(BoundIds.fits(published, Nodes.host("8.8.8.8"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "2001:db8:1:2:3:4:5:6", "192.168.0.1", "::1"})
    void makesIdsThatFit(String host) {
        InetAddress address = Nodes.host(host);
        Forall.seeds(
                100,
                random -> assertThat(BoundIds.fits(BoundIds.random(address, random), address))
                        .isTrue());
    }

    @Test
    void bindsNoIdsToLocalAddresses() {
        assertThat(BoundIds.fits(Nodes.id("ff"), Nodes.host("127.0.0.1"))).isTrue();
        assertThat(BoundIds.fits(Nodes.id("ff"), Nodes.host("10.1.2.3"))).isTrue();
    }

    @Test
    void bindsIpv6ByItsUpperHalf() {
        NodeId id = BoundIds.random(Nodes.host("2001:db8:1:2::1"), new Random(1));

        assertThat(BoundIds.fits(id, Nodes.host("2001:db8:1:2:ffff::9"))).isTrue();
        assertThat(BoundIds.fits(id, Nodes.host("2001:db8:1:3::1"))).isFalse();
    }
}
