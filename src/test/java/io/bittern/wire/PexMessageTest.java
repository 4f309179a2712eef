package io.bittern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Forall;
import io.bittern.wire.PexMessage.Contact;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PexMessageTest {

    private static final InetSocketAddress ONE = new InetSocketAddress("192.0.2.1", 6881);
    private static final InetSocketAddress TWO = new InetSocketAddress("2001:db8::2", 51413);

    @Test
    void saysBothFamiliesWithTheirFlags() throws WireException {
        PexMessage message = new PexMessage(
                List.of(new Contact(TWO, PexMessage.UPLOAD_ONLY), new Contact(ONE, PexMessage.REACHABLE)),
                List.of(TWO, ONE));

        PexMessage read = PexMessage.decode(message.encode());

        assertThat(read.added())
                .containsExactly(new Contact(ONE, PexMessage.REACHABLE), new Contact(TWO, PexMessage.UPLOAD_ONLY));
        assertThat(read.dropped()).containsExactly(ONE, TWO);
    }

    @Test
    void saysOnlyWhatThereIs() {
        assertThat(text(new PexMessage(List.of(new Contact(address("aaaa", 0x6262), 0x10)), List.of()).encode()))
                .isEqualTo("d5:added6:aaaabb7:added.f1:\u0010e");
        assertThat(text(new PexMessage(List.of(), List.of(address("aaaa", 0x6262))).encode()))
                .isEqualTo("d7:dropped6:aaaabbe");
    }

    @Test
    void takesAddressesWithoutFlags() throws WireException {
        assertThat(decode("d5:added6:aaaabbe").added()).containsExactly(new Contact(address("aaaa", 0x6262), 0));
        assertThat(decode("de")).isEqualTo(new PexMessage(List.of(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "le",
                "d5:added5:aaaabe",
                "d5:added6:aaaabb7:added.f2:xxe",
                "d7:added.f1:xe",
                "d6:added617:aaaaaaaaaaaaaaaaae",
                "d7:dropped7:aaaabbae",
                "d8:dropped61:ae",
                "d5:added9999999:aaaabbe"
            })
    void refusesWhatIsNotWhole(String payload) {
        assertThatThrownBy(() -> decode(payload)).isInstanceOf(WireException.class);
    }

    @Test
    void neverFailsOtherwise() {
        Forall.seeds(500, random -> {
            byte[] payload = new PexMessage(
                            Stream.generate(() -> new Contact(ONE, random.nextInt(256)))
                                    .limit(random.nextInt(60))
                                    .toList(),
                            List.of(TWO))
                    .encode();
            payload[random.nextInt(payload.length)] = (byte) random.nextInt(256);
            try {
                PexMessage.decode(payload);
            } catch (WireException refused) {
                assertThat(refused).hasMessageStartingWith("a peer exchange");
            }
        });
    }

    private static InetSocketAddress address(String fourBytes, int port) {
        byte[] bytes = fourBytes.getBytes(StandardCharsets.ISO_8859_1);
        return new InetSocketAddress(bytes[0] + "." + bytes[1] + "." + bytes[2] + "." + bytes[3], port);
    }

    private static PexMessage decode(String payload) throws WireException {
        return PexMessage.decode(payload.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(byte[] payload) {
        return new String(payload, StandardCharsets.ISO_8859_1);
    }
}
