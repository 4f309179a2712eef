package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.client.TorrentSnapshot.Amounts;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeedGoalTest {

    private static Amounts uploaded(long bytes) {
        return new Amounts(1000, 1000, 1000, 1000, 1000, bytes, 0);
    }

    @Test
    void noGoalIsReachedAtOnceAndForeverNever() {
        assertThat(SeedGoal.NONE.reached(uploaded(0), Duration.ZERO)).isTrue();
        assertThat(SeedGoal.FOREVER.reached(uploaded(Long.MAX_VALUE), Duration.ofDays(1000)))
                .isFalse();
        assertThat(SeedGoal.FOREVER.forever()).isTrue();
    }

    @Test
    void theFirstOfTwoLimitsCounts() {
        SeedGoal goal = new SeedGoal(Optional.of(1.5), Optional.of(Duration.ofMinutes(10)));

        assertThat(goal.reached(uploaded(1499), Duration.ofSeconds(599))).isFalse();
        assertThat(goal.reached(uploaded(1500), Duration.ZERO)).isTrue();
        assertThat(goal.reached(uploaded(0), Duration.ofMinutes(10))).isTrue();
    }

    @Test
    void limitsAreNotNegative() {
        assertThatThrownBy(() -> new SeedGoal(Optional.of(-1.0), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SeedGoal(Optional.of(Double.NaN), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SeedGoal(Optional.empty(), Optional.of(Duration.ofSeconds(-1))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
