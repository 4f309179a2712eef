package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import org.junit.jupiter.api.Test;

class ByteBudgetProperties {

    @Test
    void takenIsAlwaysWhatWasGrantedLessWhatCameBack() {
        Forall.seeds(500, random -> {
            var budget = new ByteBudget(random.nextLong(1, 1L << random.nextInt(1, 62)));
            long model = 0;
            for (int step = 0; step < 100; step++) {
                long wanted = random.nextLong(budget.capacity() * 2 < 0 ? Long.MAX_VALUE : budget.capacity() * 2);
                long free = budget.capacity() - model;
                switch (random.nextInt(3)) {
                    case 0 -> {
                        long granted = budget.takeUpTo(wanted);
                        assertThat(granted).isEqualTo(Math.min(wanted, free));
                        model += granted;
                    }
                    case 1 -> {
                        assertThat(budget.take(wanted)).isEqualTo(wanted <= free);
                        model += wanted <= free ? wanted : 0;
                    }
                    default -> {
                        long back = Math.min(wanted, model);
                        budget.giveBack(back);
                        model -= back;
                    }
                }
                assertThat(budget.taken()).isEqualTo(model).isBetween(0L, budget.capacity());
            }
        });
    }
}
