package io.bittern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Forall;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataMessageTest {

    @Test
    void readsAndWritesTheExamplesOfBep9() throws WireException {
        assertThat(decode("d8:msg_typei0e5:piecei0ee")).contains(new MetadataMessage.Request(0));
        assertThat(decode("d8:msg_typei2e5:piecei1ee")).contains(new MetadataMessage.Reject(1));
        assertThat(text(new MetadataMessage.Request(7).encode())).isEqualTo("d8:msg_typei0e5:piecei7ee");
        assertThat(text(new MetadataMessage.Reject(7).encode())).isEqualTo("d8:msg_typei2e5:piecei7ee");
        assertThat(text(new MetadataMessage.Data(0, 3, new byte[] {'a', 'b', 'c'}).encode()))
                .isEqualTo("d8:msg_typei1e5:piecei0e10:total_sizei3eeabc");
    }

    @Test
    void ignoresTypesThatItDoesNotKnow() throws WireException {
        assertThat(decode("d8:msg_typei3e5:piecei0ee")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "le",
                "i1e",
                "de",
                "d8:msg_typei0ee",
                "d8:msg_typei-1e5:piecei0ee",
                "d8:msg_typei0e5:piecei-1ee",
                "d8:msg_typei0e5:piecei1920ee",
                "d8:msg_typei0e5:piecei4294967296ee",
                "d8:msg_typei1e5:piecei0eeabc",
                "d8:msg_typei1e5:piecei0e10:total_sizei4eeabc",
                "d8:msg_typei1e5:piecei0e10:total_sizei2eeabc",
                "d8:msg_typei1e5:piecei1e10:total_sizei3eeabc",
                "d8:msg_typei1e5:piecei0e10:total_sizei31457281eeabc"
            })
    void refusesWhatIsWrong(String payload) {
        assertThatThrownBy(() -> decode(payload)).isInstanceOf(WireException.class);
    }

    @Test
    void refusesDeepNestingWithoutOverflow() {
        assertThatThrownBy(() -> decode("l".repeat(60_000))).isInstanceOf(WireException.class);
    }

    @Test
    void dataOfAnySizeComeBackAsTheyWere() {
        Forall.seeds(200, random -> {
            int size = 1 + random.nextInt(5 * MetadataMessage.PIECE);
            int piece = random.nextInt((size - 1) / MetadataMessage.PIECE + 1);
            byte[] bytes = new byte[MetadataMessage.length(piece, size)];
            random.nextBytes(bytes);

            MetadataMessage read = MetadataMessage.decode(new MetadataMessage.Data(piece, size, bytes).encode())
                    .orElseThrow();

            assertThat(read).isInstanceOfSatisfying(MetadataMessage.Data.class, data -> {
                assertThat(data.piece()).isEqualTo(piece);
                assertThat(data.size()).isEqualTo(size);
                assertThat(data.bytes()).isEqualTo(bytes);
            });
        });
    }

    private static java.util.Optional<MetadataMessage> decode(String payload) throws WireException {
        return MetadataMessage.decode(payload.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
