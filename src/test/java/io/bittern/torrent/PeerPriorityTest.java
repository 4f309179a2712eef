package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerPriorityTest {

    @ParameterizedTest
    @CsvSource({"123.213.32.10, 98.76.54.32, ec2d7224", "123.213.32.10, 123.213.32.234, 99568189"})
    void isThatOfTheExamplesOfBep40(String one, String other, String priority) {
        assertThat(PeerPriority.of(peer(one, 1), peer(other, 2))).isEqualTo(Long.parseLong(priority, 16));
        assertThat(PeerPriority.of(peer(other, 2), peer(one, 1))).isEqualTo(Long.parseLong(priority, 16));
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.255.255, 3.4.255.255, 01025555 03045555",
        "1.2.254.255, 1.2.255.254, 0102fe55 0102ff54",
        "1.2.3.254, 1.2.3.255, 010203fe 010203ff",
        "2001:db8:0:ffff::ffff, 2001:db9:0:ffff::fffe, "
                + "20010db8000055550000000000005555 20010db9000055550000000000005554",
        "2001:db8:0:ff00::ff, 2001:db8:0:fe00::fe, 20010db80000ff000000000000000055 20010db80000fe000000000000000054",
        "2001:db8:0:ffff::ff, 2001:db8:0:fffe::fe, 20010db80000ffff0000000000000055 20010db80000fffe0000000000000054"
    })
    void takesMoreOfTheAddressesTheNearerTheyAre(String one, String other, String hashed) {
        CRC32C crc = new CRC32C();
        List.of(hashed.split(" ")).stream()
                .sorted()
                .forEach(part -> crc.update(java.util.HexFormat.of().parseHex(part)));

        assertThat(PeerPriority.of(peer(one, 1), peer(other, 2))).isEqualTo(crc.getValue());
    }

    @Test
    void takesThePortsOfTheSameAddress() {
        CRC32C crc = new CRC32C();
        crc.update(new byte[] {0x12, 0x34, (byte) 0xf0, 0x01});

        assertThat(PeerPriority.of(peer("10.0.0.1", 0xf001), peer("10.0.0.1", 0x1234)))
                .isEqualTo(crc.getValue());
    }

    @Test
    void isNoneWhileWeDoNotKnowOurAddressOfTheFamily() {
        InetAddress us = peer("123.213.32.10", 1).getAddress();

        assertThat(PeerPriority.of(List.of(), 1, peer("98.76.54.32", 2))).isZero();
        assertThat(PeerPriority.of(List.of(us), 1, peer("2001:db8::1", 2))).isZero();
        assertThat(PeerPriority.of(List.of(us), 1, peer("98.76.54.32", 2))).isEqualTo(0xec2d7224L);
    }

    private static InetSocketAddress peer(String address, int port) {
        return new InetSocketAddress(address, port);
    }
}
