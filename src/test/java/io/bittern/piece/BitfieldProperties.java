package io.bittern.piece;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BitfieldProperties {

    @Test
    void isTheSetThatABitSetIs() {
        Forall.seeds(300, random -> {
            int size = 1 + random.nextInt(200);
            Bitfield field = new Bitfield(size);
            BitSet model = new BitSet();
            for (int step = 0; step < 100; step++) {
                change(field, model, random);
                assertSame(field, model);
            }
        });
    }

    @Test
    void readsEverySetThatItWrites() {
        Forall.seeds(300, random -> {
            Bitfield field = fieldOf(some(random.nextInt(200), random), random.nextInt(200) + 200);

            assertThat(Bitfield.fromBytes(field.toBytes(), field.size())).isEqualTo(field);
        });
    }

    @Test
    void readsAnyBytesOrRefusesThem() {
        Forall.seeds(1000, random -> {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            int size = random.nextInt(100);
            try {
                assertThat(Bitfield.fromBytes(bytes, size).toBytes()).isEqualTo(bytes);
            } catch (IllegalArgumentException refused) {
                boolean spare = bytes.length == (size + 7) / 8 && size % 8 != 0 && bytes[bytes.length - 1] != 0;
                assertThat(spare || bytes.length != (size + 7) / 8).isTrue();
            }
        });
    }

    private static void change(Bitfield field, BitSet model, RandomGenerator random) {
        int size = field.size();
        int index = random.nextInt(size);
        BitSet other = some(size, random);
        switch (random.nextInt(12)) {
            case 0 -> {
                field.setAll();
                model.set(0, size);
            }
            case 1 -> {
                field.removeAll(fieldOf(other, size));
                model.andNot(other);
            }
            case 2 -> {
                field.addAll(fieldOf(other, size));
                model.or(other);
            }
            case 3 -> {
                field.retainAll(fieldOf(other, size));
                model.and(other);
            }
            case 4, 5, 6, 7 -> {
                assertThat(field.clear(index)).isEqualTo(model.get(index));
                model.clear(index);
            }
            default -> {
                assertThat(field.set(index)).isEqualTo(!model.get(index));
                model.set(index);
            }
        }
        assertCommon(field, model, other, index);
    }

    private static void assertCommon(Bitfield field, BitSet model, BitSet other, int from) {
        BitSet common = (BitSet) model.clone();
        common.and(other);
        Bitfield others = fieldOf(other, field.size());
        assertThat(field.countCommon(others)).isEqualTo(common.cardinality());
        assertThat(field.nextCommon(others, from)).isEqualTo(common.nextSetBit(from));
        assertThat(field.nextCommon(others, field.size())).isEqualTo(-1);
    }

    private static void assertSame(Bitfield field, BitSet model) {
        int size = field.size();
        assertThat(field.count()).isEqualTo(model.cardinality());
        assertThat(field.isEmpty()).isEqualTo(model.isEmpty());
        assertThat(field.isFull()).isEqualTo(model.cardinality() == size);
        for (int i = 0; i < size; i++) {
            assertThat(field.get(i)).isEqualTo(model.get(i));
            assertThat(field.nextSet(i)).isEqualTo(model.nextSetBit(i));
            int clear = model.nextClearBit(i);
            assertThat(field.nextClear(i)).isEqualTo(clear < size ? clear : -1);
        }
        assertThat(field).isEqualTo(fieldOf(model, size)).hasSameHashCodeAs(fieldOf(model, size));
    }

    private static BitSet some(int size, RandomGenerator random) {
        BitSet set = new BitSet();
        random.ints(size / 2, 0, Math.max(1, size)).forEach(set::set);
        return set;
    }

    private static Bitfield fieldOf(BitSet set, int size) {
        Bitfield field = new Bitfield(size);
        set.stream().forEach(field::set);
        return field;
    }
}
