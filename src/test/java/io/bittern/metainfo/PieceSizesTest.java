package io.bittern.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PieceSizesTest {

    @Test
    void cutsPiecesIntoBlocksOfWhichTheLastMayBeShorter() {
        PieceSizes sizes = new PieceSizes(100_001, 50_000);

        assertThat(sizes.count()).isEqualTo(3);
        assertThat(sizes.offset(2)).isEqualTo(100_000);
        assertThat(sizes.lengthOf(1)).isEqualTo(50_000);
        assertThat(sizes.lengthOf(2)).isEqualTo(1);
        assertThat(sizes.blocks(0)).isEqualTo(4);
        assertThat(sizes.blockLength(0, 2)).isEqualTo(16_384);
        assertThat(sizes.blockLength(0, 3)).isEqualTo(848);
        assertThat(sizes.blocks(2)).isEqualTo(1);
        assertThat(sizes.blockLength(2, 0)).isEqualTo(1);
    }

    @Test
    void hasNoEmptyPieceAtTheEnd() {
        assertThat(new PieceSizes(32, 16).count()).isEqualTo(2);
        assertThat(new PieceSizes(32, 16).lengthOf(1)).isEqualTo(16);
        assertThat(new PieceSizes(1, 1 << 29).count()).isEqualTo(1);
    }

    @Test
    void findsItsWayBeyondThirtyTwoBits() {
        PieceSizes sizes = new PieceSizes((5L << 40) + 1, 16 << 20);

        assertThat(sizes.count()).isEqualTo(327_681);
        assertThat(sizes.offset(327_680)).isEqualTo(5L << 40);
        assertThat(sizes.lengthOf(327_680)).isEqualTo(1);
    }

    @Test
    void refusesWhatCannotBeCut() {
        assertThatThrownBy(() -> new PieceSizes(0, 16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PieceSizes(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PieceSizes(Long.MAX_VALUE, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
