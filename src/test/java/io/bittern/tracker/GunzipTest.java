package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Forall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GunzipTest {

    @Test
    void unpacksWhateverTheCuts() {
        Forall.seeds(200, random -> {
            byte[] plain = new byte[random.nextInt(5000)];
            random.nextBytes(plain);
            byte[] packed = packed(plain);

            try (Gunzip gunzip = new Gunzip(5000)) {
                for (int at = 0; at < packed.length; ) {
                    int end = Math.min(packed.length, at + 1 + random.nextInt(packed.length));
                    gunzip.add(Arrays.copyOfRange(packed, at, end));
                    at = end;
                }
                assertThat(gunzip.finish()).isEqualTo(plain);
            }
        });
    }

    @Test
    void readsHeadersWithNameCommentAndExtraField() throws Exception {
        byte[] packed = packed("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(packed, 0, 3);
        out.write(2 | 4 | 8 | 16);
        out.write(packed, 4, 6);
        out.writeBytes(new byte[] {3, 0, 'a', 'b', 'c', 'n', 0, 'c', 'c', 0, 1, 2});
        out.write(packed, 10, packed.length - 10);

        try (Gunzip gunzip = new Gunzip(100)) {
            for (byte b : out.toByteArray()) {
                gunzip.add(new byte[] {b});
            }
            assertThat(gunzip.finish()).hasSize(5);
        }
    }

    @Test
    void stopsABombAsSoonAsItIsTooLarge() throws Exception {
        byte[] bomb = packed(new byte[10 << 20]);

        try (Gunzip gunzip = new Gunzip(2 << 20)) {
            assertThatThrownBy(() -> gunzip.add(Arrays.copyOf(bomb, bomb.length / 2)))
                    .isInstanceOf(TrackerException.class)
                    .hasMessageContaining("too large");
        }
    }

    @Test
    void refusesWhatIsCutShortAnywhere() throws Exception {
        byte[] packed = packed(new byte[100]);
        for (int length = 0; length < packed.length; length++) {
            try (Gunzip gunzip = new Gunzip(1000)) {
                gunzip.add(Arrays.copyOf(packed, length));
                assertThatThrownBy(gunzip::finish).isInstanceOf(TrackerException.class);
            }
        }
    }

    @Test
    void refusesWhatIsNotGzip() {
        try (Gunzip gunzip = new Gunzip(1000)) {
            assertThatThrownBy(() -> gunzip.add(new byte[20])).isInstanceOf(TrackerException.class);
        }
    }

    @Test
    void refusesAHeaderWithoutEnd() {
        byte[] start = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0};
        byte[] name = new byte[5000];
        Arrays.fill(name, (byte) 'n');

        try (Gunzip gunzip = new Gunzip(1000)) {
            assertThatThrownBy(() -> {
                        gunzip.add(start);
                        gunzip.add(name);
                    })
                    .isInstanceOf(TrackerException.class);
        }
    }

    @Test
    void givesAValueOrARefusalForAnyBytes() {
        Forall.seeds(500, random -> {
            byte[] packed = packed(new byte[random.nextInt(300)]);
            packed[random.nextInt(packed.length)] = (byte) random.nextInt();
            try (Gunzip gunzip = new Gunzip(1000)) {
                gunzip.add(packed);
                assertThat(gunzip.finish()).hasSizeLessThanOrEqualTo(1000);
            } catch (TrackerException refused) {
                assertThat(refused.reason()).isNotBlank();
            }
        });
    }

    private static byte[] packed(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }
}
