package io.bittern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Forall;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtendedHandshakeTest {

    private static final ExtendedHandshake NOTHING = new ExtendedHandshake(
            Map.of(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty());

    @Test
    void writesWhatBep10Shows() {
        ExtendedHandshake handshake = new ExtendedHandshake(
                Map.of(Extension.METADATA, 3),
                Optional.of("Bittern 1"),
                OptionalInt.of(500),
                OptionalInt.of(6881),
                Optional.of(InetAddress.getLoopbackAddress()),
                Optional.of(true),
                OptionalInt.of(31235));

        assertThat(new String(handshake.encode(), StandardCharsets.ISO_8859_1))
                .isEqualTo("d1:md11:ut_metadatai3ee13:metadata_sizei31235e1:pi6881e4:reqqi500e"
                        + "11:upload_onlyi1e1:v9:Bittern 16:yourip4:\177\0\0\1e");
    }

    @Test
    void readsKeysInAnyOrderAndPassesOverWhatIsUnknown() throws WireException {
        ExtendedHandshake read = decode("d4:reqqi250e1:md6:ut_zapi1e11:upload_onlyi7ee3:zzzli1eee");

        assertThat(read.requests()).hasValue(250);
        assertThat(read.extensions()).containsExactly(Map.entry(Extension.UPLOAD_ONLY, 7));
    }

    @Test
    void keepsTheZeroThatTurnsAnExtensionOff() throws WireException {
        assertThat(decode("d1:md11:ut_metadatai0eee").extensions()).containsEntry(Extension.METADATA, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "de",
                "d1:m4:manye",
                "d1:md11:ut_metadatai256eee",
                "d1:md11:ut_metadatai-1eee",
                "d1:md11:ut_metadata1:3ee",
                "d4:reqqi0ee",
                "d4:reqqi-5ee",
                "d4:reqqi9999999999ee",
                "d1:pi65536ee",
                "d6:yourip3:abce",
                "d13:metadata_sizei0ee",
                "d13:metadata_sizei-1ee"
            })
    void takesWhatMakesNoSenseAsLeftOut(String payload) throws WireException {
        assertThat(decode(payload)).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "i1e", "le", "d", "d1:m", "d1:mdee4", "dee", "d1:mde1:mdee"})
    void refusesWhatIsNotADictionary(String payload) {
        assertThatThrownBy(() -> decode(payload)).isInstanceOf(WireException.class);
    }

    @Test
    void refusesDeepNestingWithoutOverflow() {
        assertThatThrownBy(() -> decode("d1:m" + "l".repeat(60_000))).isInstanceOf(WireException.class);
    }

    @Test
    void whatIsEncodedIsDecoded() {
        Forall.seeds(500, random -> {
            ExtendedHandshake handshake = any(random);
            assertThat(ExtendedHandshake.decode(handshake.encode())).isEqualTo(handshake);
        });
    }

    @Test
    void anyChangeGivesAHandshakeOrAWireException() {
        Forall.seeds(5_000, random -> {
            byte[] bytes = any(random).encode();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(ExtendedHandshake.decode(bytes).extensions().values())
                        .allMatch(id -> id >= 0 && id < 256);
            } catch (WireException refused) {
                assertThat(refused).hasMessageContaining("extension handshake");
            }
        });
    }

    private static ExtendedHandshake any(RandomGenerator random) {
        Map<Extension, Integer> ids = new EnumMap<>(Extension.class);
        for (Extension extension : Extension.values()) {
            if (random.nextBoolean()) {
                ids.put(extension, random.nextInt(256));
            }
        }
        return new ExtendedHandshake(
                ids,
                random.nextBoolean() ? Optional.of("client " + random.nextInt()) : Optional.empty(),
                number(random, Integer.MAX_VALUE),
                number(random, 0xffff),
                random.nextBoolean() ? Optional.of(InetAddress.getLoopbackAddress()) : Optional.empty(),
                random.nextBoolean() ? Optional.of(random.nextBoolean()) : Optional.empty(),
                number(random, Integer.MAX_VALUE));
    }

    private static OptionalInt number(RandomGenerator random, int most) {
        return random.nextBoolean() ? OptionalInt.of(1 + random.nextInt(most)) : OptionalInt.empty();
    }

    private static ExtendedHandshake decode(String payload) throws WireException {
        return ExtendedHandshake.decode(payload.getBytes(StandardCharsets.ISO_8859_1));
    }
}
