package io.bittern.piece;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import io.bittern.metainfo.PieceSizes;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PiecePickerProperties {

    @Test
    void keepsItsInvariantsInAnySequenceAndFinishes() {
        Forall.seeds(300, random -> {
            SwarmModel swarm = new SwarmModel(sizes(random), random);
            swarm.rejectionsLeft = 5;
            for (int step = 0; step < 300; step++) {
                anything(swarm, random);
                swarm.check();
            }
            swarm.wantAll();
            assertFinishes(swarm);
        });
    }

    @Test
    void fetchesNothingTwiceOutsideEndgame() {
        Forall.seeds(300, random -> {
            SwarmModel swarm = new SwarmModel(sizes(random), random);
            swarm.join(true);
            for (int step = 0; step < 300; step++) {
                orderly(swarm, random);
                swarm.check();
            }
            assertFinishes(swarm);

            assertThat(swarm.duplicates).isZero();
        });
    }

    private static PieceSizes sizes(RandomGenerator random) {
        int pieceLength = (1 + random.nextInt(6)) * PieceSizes.BLOCK - random.nextInt(PieceSizes.BLOCK);
        return new PieceSizes(1 + random.nextLong(30L * pieceLength), pieceLength);
    }

    private static void anything(SwarmModel swarm, RandomGenerator random) {
        switch (random.nextInt(40)) {
            case 0 -> swarm.damage();
            case 1 -> swarm.recheck();
            case 2, 3 -> swarm.prioritise();
            case 4, 5, 6 -> swarm.giveBack(true);
            case 7, 8, 9, 10, 11 -> swarm.endgame();
            case 12, 13, 14, 15, 16 -> swarm.wantsShared();
            default -> orderly(swarm, random);
        }
    }

    private static void orderly(SwarmModel swarm, RandomGenerator random) {
        switch (random.nextInt(20)) {
            case 0 -> swarm.join(random.nextInt(4) == 0);
            case 1 -> swarm.leave();
            case 2, 3 -> swarm.have();
            case 4 -> swarm.giveBack(false);
            case 5, 6, 7 -> swarm.wants();
            case 8, 9, 10, 11 -> swarm.deliver();
            default -> swarm.bring();
        }
    }

    /** Every peer goes on, and there is one that has everything. */
    private static void assertFinishes(SwarmModel swarm) {
        swarm.join(true);
        swarm.deliverAll();
        for (int step = 0; !swarm.picker.complete(); step++) {
            assertThat(step).as("steps to the end").isLessThan(100_000);
            swarm.wants();
            swarm.bring();
            swarm.ask();
            swarm.deliver();
            swarm.check();
        }
        swarm.deliverAll();
        assertThat(swarm.stored).isEqualTo(swarm.picker.verified());
        assertThat(swarm.picker.heldBytes()).isZero();
    }
}
