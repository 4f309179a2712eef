package io.bittern.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LeaseTest {

    private final Lease lease = new Lease(5, 1, 10, 3);

    @Test
    void coversItsBlocksOnly() {
        assertThat(lease.endBlock()).isEqualTo(13);
        assertThat(lease.covers(5, 1, 10)).isTrue();
        assertThat(lease.covers(5, 1, 12)).isTrue();
        assertThat(lease.covers(5, 1, 9)).isFalse();
        assertThat(lease.covers(5, 1, 13)).isFalse();
    }

    @Test
    void isForOneAttemptAtOnePiece() {
        assertThat(lease.covers(5, 0, 10)).isFalse();
        assertThat(lease.covers(4, 1, 10)).isFalse();
    }

    @Test
    void hasAtLeastOneBlock() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Lease(0, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Lease(-1, 0, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Lease(0, -1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Lease(0, 0, -1, 1));
    }
}
