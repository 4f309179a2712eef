package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlocklistTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a name:192.0.2.16-192.0.2.31",
                "a name, with: all - kinds / of # things; 10.0.0.0-1:192.0.2.16-192.0.2.31",
                "192.000.002.016 - 192.000.002.031 , 000 , a name",
                "192.0.2.16-192.0.2.31,127,a name:10.0.0.0-10.1.1.1",
                "192.0.2.16 - 192.0.2.31 , 100",
                "192.0.2.16/28",
                "192.0.2.19/28 ; a remark",
                "192.0.2.16-192.0.2.31 # a remark",
            })
    void readsAnIpv4RangeInEveryForm(String line) throws IOException {
        Blocklist.Reading reading = read(line);

        assertThat(reading.lines()).isZero();
        assertThat(reading.filter().ranges()).isOne();
        assertThat(blocked(reading, "192.0.2.15")).isFalse();
        assertThat(blocked(reading, "192.0.2.16")).isTrue();
        assertThat(blocked(reading, "192.0.2.31")).isTrue();
        assertThat(blocked(reading, "192.0.2.32")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a name:2001:db8::10-2001:db8::1f",
                "cafe:2001:db8::10-2001:db8::1f",
                "2001:db8::10 - 2001:db8::1f , 000 , a name",
                "2001:db8::10/124",
                "2001:0DB8:0::0:10-2001:db8::1f",
            })
    void readsAnIpv6RangeInEveryForm(String line) throws IOException {
        Blocklist.Reading reading = read(line);

        assertThat(reading.lines()).isZero();
        assertThat(reading.filter().ranges()).isOne();
        assertThat(blocked(reading, "2001:db8::f")).isFalse();
        assertThat(blocked(reading, "2001:db8::10")).isTrue();
        assertThat(blocked(reading, "2001:db8::1f")).isTrue();
        assertThat(blocked(reading, "2001:db8::20")).isFalse();
    }

    @Test
    void readsSingleAddressesAndTheWholeOfEachFamily() throws IOException {
        assertThat(blocked(read("192.0.2.7"), "192.0.2.7")).isTrue();
        assertThat(blocked(read("192.0.2.7"), "192.0.2.8")).isFalse();
        assertThat(blocked(read("2001:db8::7"), "2001:db8::7")).isTrue();
        assertThat(blocked(read("0.0.0.0/0"), "203.0.113.9")).isTrue();
        assertThat(blocked(read("0.0.0.0/0"), "::1")).isFalse();
        assertThat(blocked(read("::/0"), "ffff::")).isTrue();
    }

    @Test
    void leavesOutWhatTheListAllows() throws IOException {
        Blocklist.Reading reading = read("192.0.2.0 - 192.0.2.255 , 128 , a friend\n198.51.100.0/24");

        assertThat(reading.lines()).isZero();
        assertThat(blocked(reading, "192.0.2.1")).isFalse();
        assertThat(blocked(reading, "198.51.100.1")).isTrue();
    }

    @Test
    void countsWhatItDoesNotUnderstandAndShowsTheFirstWithoutHarm() throws IOException {
        Blocklist.Reading reading = read("""
                # a remark
                // another
                ; a third

                192.0.2.1
                \u001b[31mnonsense \u00e9
                192.0.2.9-192.0.2.8
                192.0.2.256
                192.0.2.0/33
                192.0.2.0.1/24
                2001:db8::1-192.0.2.1
                .:1-.:2
                1.2.3.4:5
                name:
                """.replace("\n", "\r\n"));

        assertThat(reading.filter().ranges()).isOne();
        assertThat(reading.lines()).isEqualTo(9);
        assertThat(reading.first()).contains("line 6: ?[31mnonsense ?");
    }

    @Test
    void readsWhatIsCompressed() throws IOException {
        byte[] packed = gzip("a name:192.0.2.0-192.0.2.9\n2001:db8::/32\n10.0.0.0 - 10.0.0.9 , 0 , dat\n");

        Blocklist.Reading reading = Blocklist.read(new ByteArrayInputStream(packed));

        assertThat(reading.filter().ranges()).isEqualTo(3);
    }

    @Test
    void refusesWhatIsNoListAtAll() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> read("<html>\n<body>"))
                .withMessage("no line of it is a range of addresses, not even line 1: <html>");
        byte[] packed = gzip("192.0.2.0/24\n".repeat(1000));
        packed[packed.length / 2] ^= 0x55;
        assertThatIOException().isThrownBy(() -> Blocklist.read(new ByteArrayInputStream(packed)));
    }

    @Test
    void anEmptyListRulesNobodyOut() throws IOException {
        assertThat(read("# nothing\n").filter()).isSameAs(IpFilter.NONE);
        assertThat(read("").filter()).isSameAs(IpFilter.NONE);
    }

    @Test
    void takesALineOfAnyLengthAndHundredsOfThousandsOfRanges() throws IOException {
        StringBuilder text = new StringBuilder("x".repeat(1 << 20)).append('\n');
        int ranges = 300_000;
        for (int i = 0; i < ranges; i++) {
            String start = (i >> 16) + "." + (i >> 8 & 0xff) + "." + (i & 0xff) + ".";
            text.append("range ")
                    .append(i)
                    .append(':')
                    .append(start)
                    .append("0-")
                    .append(start)
                    .append("99\n");
        }

        Blocklist.Reading reading = read(text.toString());

        assertThat(reading.filter().ranges()).isEqualTo(ranges);
        assertThat(reading.lines()).isOne();
        assertThat(blocked(reading, "3.200.7.99")).isTrue();
        assertThat(blocked(reading, "3.200.7.100")).isFalse();
    }

    @Test
    void refusesMoreRangesThanAnyListHas() {
        byte[] line = "10.0.0.0/8\n".getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[line.length * (Blocklist.MOST_RANGES + 10_000)];
        for (int i = 0; i < all.length; i++) {
            all[i] = line[i % line.length];
        }

        assertThatIOException()
                .isThrownBy(() -> Blocklist.read(new ByteArrayInputStream(all)))
                .withMessageStartingWith("it is too large");
    }

    private static Blocklist.Reading read(String text) throws IOException {
        return Blocklist.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return packed.toByteArray();
    }

    private static boolean blocked(Blocklist.Reading reading, String address) {
        try {
            return reading.filter().blocks(InetAddress.getByName(address));
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
