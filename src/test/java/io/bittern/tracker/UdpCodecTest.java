package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class UdpCodecTest {

    @Test
    void connectsAsBep15Says() {
        assertThat(UdpCodec.connect(0x01020304))
                .isEqualTo(HexFormat.of().parseHex("0000041727101980" + "00000000" + "01020304"));
    }

    @Test
    void announcesAsBep15Says() {
        byte[] request = UdpCodec.announce(0x1122334455667788L, 0x01020304, Announces.of(AnnounceEvent.STARTED), "");

        assertThat(HexFormat.of().formatHex(request))
                .isEqualTo("1122334455667788" + "00000001" + "01020304" + Announces.HASH + "61".repeat(20)
                        + "0000000000000002" + "00000000000003e8" + "0000000000000001" + "00000002" + "00000000"
                        + "0000beef" + "000000c8" + "1ae1");
    }

    @Test
    void addsThePathOfTheUrlInPartsOf255() {
        String path = "/" + "x".repeat(299);

        byte[] request = UdpCodec.announce(1, 2, Announces.of(AnnounceEvent.REGULAR), path);

        assertThat(request).hasSize(98 + 300 + 4);
        assertThat(request[98]).isEqualTo((byte) 2);
        assertThat(request[99]).isEqualTo((byte) 255);
        assertThat(request[98 + 2 + 255]).isEqualTo((byte) 2);
        assertThat(request[98 + 2 + 255 + 1]).isEqualTo((byte) 45);
    }

    @Test
    void neverMakesALargeDatagramOfALongPath() {
        assertThat(UdpCodec.announce(1, 2, Announces.of(AnnounceEvent.REGULAR), "/" + "x".repeat(4000)))
                .hasSizeLessThan(1200);
    }

    @Test
    void readsPeersOfTheTrackersFamily() {
        byte[] four = announced(ByteBuffer.allocate(20 + 12 + 3), 1800)
                .put(new byte[] {10, 0, 0, 1, 0, 80, 0, 0, 0, 0, 0, 80, 1, 2, 3})
                .array();
        byte[] six = announced(ByteBuffer.allocate(20 + 18), 1800)
                .put(19 + 16, (byte) 1)
                .put(37, (byte) 80)
                .array();

        assertThat(response(four, false).peers()).containsExactly(Announces.at("10.0.0.1", 80));
        assertThat(response(six, true).peers()).containsExactly(Announces.at("::1", 80));
    }

    @Test
    void readsCountsAndClampsTheInterval() {
        AnnounceResponse response =
                response(announced(ByteBuffer.allocate(20), 0x80000000).array(), false);

        assertThat(response.interval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(response.swarm().leechers()).isEqualTo(OptionalInt.of(7));
        assertThat(response.swarm().seeders()).isEqualTo(OptionalInt.of(9));
        assertThat(response(
                                announced(ByteBuffer.allocate(20), Integer.MAX_VALUE)
                                        .array(),
                                false)
                        .interval())
                .isEqualTo(Duration.ofDays(1));
    }

    @Test
    void readsErrorsAsCleanText() {
        byte[] text = "\u001b[1mno\n".getBytes(StandardCharsets.UTF_8);
        byte[] error = ByteBuffer.allocate(8 + text.length)
                .putInt(3)
                .putInt(1)
                .put(text)
                .array();

        assertThat(UdpCodec.answer(error, false)).contains(new UdpCodec.Refused("[1mno"));
    }

    @Test
    void scrapesSeveralSwarms() {
        assertThat(UdpCodec.scrape(1, 2, List.of(Announces.HASH, Announces.HASH)))
                .hasSize(16 + 40);
        byte[] answer = ByteBuffer.allocate(8 + 12 + 5)
                .putInt(2)
                .putInt(1)
                .putInt(4)
                .putInt(5)
                .putInt(6)
                .array();

        assertThat(UdpCodec.answer(answer, false)).contains(new UdpCodec.Scraped(List.of(SwarmSize.of(4, 6, 5))));
    }

    @Test
    void takesNothingThatIsTooShortOrUnknown() {
        byte[] whole = announced(ByteBuffer.allocate(20), 1800).array();
        for (int length = 0; length < 20; length++) {
            assertThat(UdpCodec.answer(Arrays.copyOf(whole, length), false)).isEmpty();
        }
        assertThat(UdpCodec.answer(ByteBuffer.allocate(16).putInt(4).array(), false))
                .isEmpty();
    }

    @Test
    void takesAnyDatagramWithoutHarm() {
        Forall.seeds(1000, random -> {
            byte[] datagram = new byte[random.nextInt(100)];
            random.nextBytes(datagram);
            if (datagram.length > 3) {
                ByteBuffer.wrap(datagram).putInt(random.nextInt(5));
            }
            UdpCodec.answer(datagram, random.nextBoolean());
        });
    }

    private static ByteBuffer announced(ByteBuffer buffer, int interval) {
        return buffer.putInt(1).putInt(0).putInt(interval).putInt(7).putInt(9);
    }

    private static AnnounceResponse response(byte[] datagram, boolean ipv6) {
        return ((UdpCodec.Announced) UdpCodec.answer(datagram, ipv6).orElseThrow()).response();
    }
}
