package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class IpFilterTest {

    @Test
    void blocksFromTheFirstAddressToTheLast() {
        IpFilter filter = of("10.0.0.5", "10.0.1.2", "200.1.2.3", "200.1.2.3");

        assertThat(filter.blocks(address("10.0.0.4"))).isFalse();
        assertThat(filter.blocks(address("10.0.0.5"))).isTrue();
        assertThat(filter.blocks(address("10.0.0.255"))).isTrue();
        assertThat(filter.blocks(address("10.0.1.2"))).isTrue();
        assertThat(filter.blocks(address("10.0.1.3"))).isFalse();
        assertThat(filter.blocks(address("200.1.2.3"))).isTrue();
        assertThat(filter.blocks(address("200.1.2.4"))).isFalse();
        assertThat(filter.blocks(address("0.0.0.0"))).isFalse();
        assertThat(filter.blocks(address("2001:db8::5"))).isFalse();
    }

    @Test
    void blocksIpv6FromTheFirstAddressToTheLast() {
        IpFilter filter = of("2001:db8::5", "2001:db8:0:1::2", "fe80::1", "fe80::1");

        assertThat(filter.blocks(address("2001:db8::4"))).isFalse();
        assertThat(filter.blocks(address("2001:db8::5"))).isTrue();
        assertThat(filter.blocks(address("2001:db8::ffff:0:0:0"))).isTrue();
        assertThat(filter.blocks(address("2001:db8:0:1::2"))).isTrue();
        assertThat(filter.blocks(address("2001:db8:0:1::3"))).isFalse();
        assertThat(filter.blocks(address("fe80::1"))).isTrue();
        assertThat(filter.blocks(address("10.0.0.5"))).isFalse();
    }

    @Test
    void joinsRangesThatTouch() {
        IpFilter filter = of(
                "10.0.0.5", "10.0.0.9",
                "0.0.0.0", "10.0.0.4",
                "255.0.0.0", "255.255.255.255",
                "255.255.255.255", "255.255.255.255",
                "2001:db8::", "2001:db8:0:0:ffff:ffff:ffff:ffff",
                "2001:db8:0:1::", "2001:db8:0:1::9",
                "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "ffff::", "ffff::1");

        assertThat(filter.ranges()).isEqualTo(4);
        assertThat(filter.blocks(address("0.0.0.0"))).isTrue();
        assertThat(filter.blocks(address("255.255.255.255"))).isTrue();
        assertThat(filter.blocks(address("2001:db8:0:1::9"))).isTrue();
        assertThat(filter.blocks(address("ffff:ffff::"))).isTrue();
    }

    @Test
    void takesNoRangeThatEndsBeforeItBegins() {
        IpFilter.Builder builder = new IpFilter.Builder();

        assertThat(builder.add(bytes("10.0.0.2"), bytes("10.0.0.1"))).isFalse();
        assertThat(builder.add(bytes("10.0.0.2"), bytes("2001:db8::1"))).isFalse();
        assertThat(builder.build()).isSameAs(IpFilter.NONE);
        assertThat(IpFilter.NONE.blocks(address("10.0.0.2"))).isFalse();
        assertThat(IpFilter.NONE.blocks(address("::1"))).isFalse();
    }

    @Test
    void blocksWhatAnyOfItsRangesHolds() {
        Forall.seeds(300, random -> {
            int length = random.nextBoolean() ? 4 : 16;
            byte[][] ends = new byte[2 * (1 + random.nextInt(12))][];
            IpFilter.Builder builder = new IpFilter.Builder();
            for (int i = 0; i < ends.length; i += 2) {
                byte[] one = crowded(random, length);
                byte[] other = crowded(random, length);
                boolean ordered = Arrays.compareUnsigned(one, other) <= 0;
                ends[i] = ordered ? one : other;
                ends[i + 1] = ordered ? other : one;
                assertThat(builder.add(ends[i], ends[i + 1])).isTrue();
            }
            IpFilter filter = builder.build();
            for (int probe = 0; probe < 200; probe++) {
                byte[] bytes = crowded(random, length);
                assertThat(filter.blocks(InetAddress.getByAddress(bytes))).isEqualTo(holds(ends, bytes));
            }
        });
    }

    private static boolean holds(byte[][] ends, byte[] address) {
        for (int i = 0; i < ends.length; i += 2) {
            if (Arrays.compareUnsigned(ends[i], address) <= 0 && Arrays.compareUnsigned(address, ends[i + 1]) <= 0) {
                return true;
            }
        }
        return false;
    }

    /** An address near others and near the ends of what numbers can be. */
    private static byte[] crowded(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) -random.nextInt(2));
        bytes[0] = random.nextInt(4) == 0 ? 0x7f : bytes[0];
        bytes[length / 2] = (byte) (0x80 - random.nextInt(2));
        bytes[length - 1] = (byte) random.nextInt(256);
        return bytes;
    }

    private static IpFilter of(String... ends) {
        IpFilter.Builder builder = new IpFilter.Builder();
        for (int i = 0; i < ends.length; i += 2) {
            assertThat(builder.add(bytes(ends[i]), bytes(ends[i + 1]))).isTrue();
        }
        return builder.build();
    }

    private static byte[] bytes(String address) {
        return address(address).getAddress();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
