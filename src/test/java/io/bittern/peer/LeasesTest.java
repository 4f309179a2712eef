package io.bittern.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.piece.Lease;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LeasesTest {

    private final Leases leases = new Leases();

    @Test
    void findsABlockAmongManyLeasesOfOneBlock() {
        for (int piece = 0; piece < 2000; piece++) {
            leases.add(new Lease(piece, 0, 0, 1));
        }
        for (int piece = 0; piece < 2000; piece += 3) {
            leases.remove(Objects.requireNonNull(leases.find(piece, 0, HeldLease.FREE)));
        }

        for (int piece = 0; piece < 2000; piece++) {
            assertThat(leases.find(piece, 0, HeldLease.FREE) == null).isEqualTo(piece % 3 == 0);
        }
        assertThat(leases.open()).hasSize(1333);
    }

    @Test
    void tellsLeasesOfOnePieceApart() {
        leases.add(new Lease(5, 0, 0, 4));
        leases.add(new Lease(5, 0, 4, 4));
        leases.add(new Lease(5, 1, 0, 4));
        leases.add(new Lease(5 + 16, 0, 0, 4));

        assertThat(leases.of(5, 0))
                .extracting(HeldLease::lease)
                .containsExactlyInAnyOrder(new Lease(5, 0, 0, 4), new Lease(5, 0, 4, 4));
        assertThat(Objects.requireNonNull(leases.find(5, 6, HeldLease.FREE)).lease())
                .isEqualTo(new Lease(5, 0, 4, 4));
        assertThat(leases.find(5, 8, HeldLease.FREE)).isNull();
        assertThat(leases.find(5, 6, HeldLease.ASKED)).isNull();
    }

    @Test
    void countsBlocksByState() {
        leases.add(new Lease(0, 0, 2, 3));
        HeldLease held = Objects.requireNonNull(leases.nextToAsk());
        leases.mark(held, 2, HeldLease.ASKED);
        leases.mark(held, 3, HeldLease.ASKED);
        leases.mark(held, 2, HeldLease.STORING);
        assertThat(leases.free()).isEqualTo(1);
        assertThat(leases.asked()).isEqualTo(1);
        assertThat(held.nextFree()).isEqualTo(4);

        leases.mark(held, 4, HeldLease.REVOKED);
        assertThat(leases.nextToAsk()).isNull();
        assertThat(held.open()).isTrue();
        leases.mark(held, 3, HeldLease.STORING);
        assertThat(held.open()).isFalse();
    }
}
