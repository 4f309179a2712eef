package io.bittern.bencode;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BencodeProperties {

    private static final String ALPHABET = "ilde0123456789:-a";

    @Test
    void readsBackWhatItWrote() {
        Forall.seeds(2000, random -> {
            Bencode value = value(random, 5);

            assertThat(BencodeReader.read(BencodeWriter.write(value), Limits.STRICT))
                    .isEqualTo(value)
                    .hasSameHashCodeAs(value);
        });
    }

    @Test
    void findsNoPrefixOfAValueToBeAValue() {
        Forall.seeds(200, random -> {
            byte[] written = BencodeWriter.write(value(random, 5));

            for (int length = 0; length < written.length; length++) {
                assertThat(readOrNull(Arrays.copyOf(written, length))).isNull();
            }
        });
    }

    @Test
    void writesBackExactlyWhatItReadHoweverTheBytesWereDamaged() {
        Forall.seeds(20_000, random -> {
            byte[] bytes = damaged(BencodeWriter.write(value(random, 4)), random);

            Bencode value = readOrNull(bytes);

            if (value != null) {
                assertThat(BencodeWriter.write(value)).isEqualTo(bytes);
            }
        });
    }

    @Test
    void readsNoiseOfTheRightLettersOrRefusesIt() {
        Forall.seeds(50_000, random -> {
            byte[] noise = new byte[random.nextInt(24)];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            }

            Bencode value = readOrNull(noise);

            if (value != null) {
                assertThat(BencodeWriter.write(value)).isEqualTo(noise);
            }
        });
    }

    @Test
    void readsAShuffledDictionaryAsTheSortedOne() {
        Forall.seeds(500, random -> {
            BDictionary sorted = dictionary(random, 3);
            List<byte[]> entries = new ArrayList<>();
            sorted.entries()
                    .forEach(entry -> entries.add(
                            concat(BencodeWriter.write(entry.getKey()), BencodeWriter.write(entry.getValue()))));
            Collections.shuffle(entries, new Random(random.nextLong()));
            byte[] shuffled =
                    concat(new byte[] {'d'}, concat(concat(entries.toArray(new byte[0][])), new byte[] {'e'}));

            BDictionary read = (BDictionary) BencodeReader.read(shuffled, Limits.STRICT.lenient());

            assertThat(read).isEqualTo(sorted);
            assertThat(read.raw().bytes()).isEqualTo(shuffled);
        });
    }

    private static @Nullable Bencode readOrNull(byte[] bytes) {
        try {
            return BencodeReader.read(bytes, Limits.STRICT);
        } catch (BencodeException refused) {
            assertThat(refused.offset()).isBetween(0, bytes.length);
            assertThat(refused.getMessage()).matches("[ -~]+");
            return null;
        }
    }

    private static byte[] damaged(byte[] bytes, RandomGenerator random) {
        byte[] damaged = bytes.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(damaged.length);
            damaged[at] = random.nextBoolean()
                    ? (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()))
                    : (byte) random.nextInt();
        }
        return damaged;
    }

    private static Bencode value(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth > 0 ? 4 : 2)) {
            case 0 -> new BInteger(random.nextLong() >> random.nextInt(64));
            case 1 -> BString.of(bytes(random));
            case 2 -> {
                List<Bencode> values = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    values.add(value(random, depth - 1));
                }
                yield new BList(values);
            }
            default -> dictionary(random, depth);
        };
    }

    private static BDictionary dictionary(RandomGenerator random, int depth) {
        BDictionary.Builder builder = BDictionary.builder();
        for (int i = random.nextInt(5); i > 0; i--) {
            builder.put(BString.of(bytes(random)), value(random, depth - 1));
        }
        return builder.build();
    }

    private static byte[] bytes(RandomGenerator random) {
        byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(200) : random.nextInt(4)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
