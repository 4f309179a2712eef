package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ByteBudgetTest {

    @Test
    void grantsWhatIsLeftAndNoMore() {
        var budget = new ByteBudget(100);

        assertThat(budget.takeUpTo(70)).isEqualTo(70);
        assertThat(budget.takeUpTo(70)).isEqualTo(30);
        assertThat(budget.takeUpTo(70)).isZero();
    }

    @Test
    void takesAllOrNothing() {
        var budget = new ByteBudget(100);

        assertThat(budget.take(101)).isFalse();
        assertThat(budget.take(100)).isTrue();
        assertThat(budget.take(1)).isFalse();
        assertThat(budget.taken()).isEqualTo(100);
    }

    @Test
    void refusesToGetBackMoreThanItGave() {
        var budget = new ByteBudget(100);
        budget.take(10);

        assertThatThrownBy(() -> budget.giveBack(11)).isInstanceOf(IllegalStateException.class);
        assertThat(budget.taken()).isEqualTo(10);
    }

    @Test
    void refusesNegativeAmounts() {
        var budget = new ByteBudget(100);
        budget.take(10);

        assertThatThrownBy(() -> budget.take(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> budget.takeUpTo(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> budget.giveBack(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(budget.taken()).isEqualTo(10);
    }

    @Test
    void survivesTheLargestAmounts() {
        var budget = new ByteBudget(Long.MAX_VALUE);

        assertThat(budget.takeUpTo(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(budget.take(Long.MAX_VALUE)).isFalse();
        assertThat(budget.takeUpTo(Long.MAX_VALUE)).isZero();
    }

    @Test
    @Timeout(30)
    void isZeroAfterChurnOfManyThreadsAndWasNeverExceeded() throws Exception {
        var budget = new ByteBudget(10_000);
        var threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> runs = new ArrayList<>();
            for (int seed = 0; seed < 8; seed++) {
                runs.add(threads.submit(churn(budget, new Random(seed))));
            }
            for (Future<Boolean> run : runs) {
                assertThat(run.get(20, TimeUnit.SECONDS))
                        .as("never beyond the capacity, never below 0")
                        .isTrue();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(budget.taken()).isZero();
    }

    private static Callable<Boolean> churn(ByteBudget budget, Random random) {
        return () -> {
            boolean sound = true;
            for (int round = 0; round < 50_000; round++) {
                long wanted = random.nextInt(5_000);
                long mine = random.nextBoolean() ? budget.takeUpTo(wanted) : budget.take(wanted) ? wanted : 0;
                long taken = budget.taken();
                sound &= mine <= taken && taken <= budget.capacity();
                long first = random.nextLong(mine + 1);
                budget.giveBack(first);
                budget.giveBack(mine - first);
            }
            return sound;
        };
    }
}
