package io.bittern.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BitfieldTest {

    @Test
    void startsEmpty() {
        Bitfield field = new Bitfield(10);

        assertThat(field.isEmpty()).isTrue();
        assertThat(field.isFull()).isFalse();
        assertThat(field.count()).isZero();
        assertThat(field.nextSet(0)).isEqualTo(-1);
        assertThat(field.nextClear(0)).isZero();
    }

    @Test
    void ofNothingIsEmptyAndFull() {
        Bitfield field = new Bitfield(0);

        assertThat(field.isEmpty()).isTrue();
        assertThat(field.isFull()).isTrue();
        assertThat(field.toBytes()).isEmpty();
        assertThat(field.nextSet(0)).isEqualTo(-1);
        assertThat(field.nextClear(0)).isEqualTo(-1);
    }

    @Test
    void saysWhetherItChanged() {
        Bitfield field = new Bitfield(70);

        assertThat(field.set(69)).isTrue();
        assertThat(field.set(69)).isFalse();
        assertThat(field.clear(69)).isTrue();
        assertThat(field.clear(69)).isFalse();
    }

    @Test
    void writesTheMostSignificantBitFirst() {
        Bitfield field = of(12, 0, 9);

        assertThat(field.toBytes()).containsExactly(0x80, 0x40);
    }

    @Test
    void leavesSpareBitsZeroWhenFull() {
        Bitfield field = new Bitfield(67);
        field.setAll();

        assertThat(field.isFull()).isTrue();
        assertThat(field.toBytes()).containsExactly(-1, -1, -1, -1, -1, -1, -1, -1, 0xe0);
        assertThat(field.nextClear(0)).isEqualTo(-1);
        assertThat(Bitfield.fromBytes(field.toBytes(), 67)).isEqualTo(field);
    }

    @Test
    void readsWhatItWrote() {
        Bitfield field = of(100, 0, 7, 8, 63, 64, 99);

        Bitfield read = Bitfield.fromBytes(field.toBytes(), 100);

        assertThat(read).isEqualTo(field).hasSameHashCodeAs(field);
        assertThat(read.count()).isEqualTo(6);
    }

    @Test
    void refusesBytesOfAnotherLength() {
        assertThatIllegalArgumentException().isThrownBy(() -> Bitfield.fromBytes(new byte[1], 9));
        assertThatIllegalArgumentException().isThrownBy(() -> Bitfield.fromBytes(new byte[3], 9));
        assertThatIllegalArgumentException().isThrownBy(() -> Bitfield.fromBytes(new byte[1], 0));
    }

    @Test
    void refusesSpareBits() {
        byte[] bytes = {0, 0x40};

        assertThatIllegalArgumentException().isThrownBy(() -> Bitfield.fromBytes(bytes, 9));
    }

    @Test
    void refusesNumbersOutside() {
        Bitfield field = new Bitfield(9);

        assertThatThrownBy(() -> field.set(9)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> field.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> field.clear(64)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> field.nextSet(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> field.nextCommon(field, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> new Bitfield(-1));
    }

    @Test
    void refusesSetsOfAnotherSize() {
        Bitfield field = new Bitfield(9);
        Bitfield longer = new Bitfield(10);

        assertThatIllegalArgumentException().isThrownBy(() -> field.addAll(longer));
        assertThatIllegalArgumentException().isThrownBy(() -> field.removeAll(longer));
        assertThatIllegalArgumentException().isThrownBy(() -> field.retainAll(longer));
        assertThatIllegalArgumentException().isThrownBy(() -> field.countCommon(longer));
        assertThatIllegalArgumentException().isThrownBy(() -> field.nextCommon(longer, 0));
    }

    @Test
    void copiesAreIndependent() {
        Bitfield field = of(9, 1);

        Bitfield copy = field.copy();
        copy.set(2);

        assertThat(field).isEqualTo(of(9, 1)).isNotEqualTo(copy);
        assertThat(copy.count()).isEqualTo(2);
    }

    @Test
    void canBeTakenFromItself() {
        Bitfield field = of(9, 1, 8);

        field.removeAll(field);

        assertThat(field.isEmpty()).isTrue();
    }

    @Test
    void differsFromASetOfAnotherSize() {
        assertThat(new Bitfield(9)).isNotEqualTo(new Bitfield(10));
    }

    @Test
    void handsOutItsNumbersInOrder() {
        List<Integer> seen = new ArrayList<>();

        of(200, 199, 0, 64).forEach(seen::add);

        assertThat(seen).containsExactly(0, 64, 199);
    }

    @Test
    void namesItsCount() {
        assertThat(of(9, 1, 8)).hasToString("2 of 9");
    }

    static Bitfield of(int size, int... numbers) {
        Bitfield field = new Bitfield(size);
        for (int number : numbers) {
            field.set(number);
        }
        return field;
    }
}
