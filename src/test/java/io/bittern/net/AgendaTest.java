package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AgendaTest {

    private static final Long NOW = Long.MAX_VALUE - 2; // a monotonic clock may wrap

    private final Agenda<String> agenda = new Agenda<>(Duration.ZERO);

    @Test
    void hasNothingAtFirst() {
        assertThat(agenda.next()).isEmpty();
        assertThat(agenda.take(1, NOW)).isEmpty();
    }

    @Test
    void givesTheEarliestFirstAndEachOnce() {
        agenda.put("late", NOW + 5);
        agenda.put("early", NOW + 1);

        assertThat(agenda.next()).hasValue(NOW + 1);
        assertThat(agenda.take(1, NOW)).isEmpty();
        assertThat(agenda.take(1, NOW + 5)).containsExactly("early");
        assertThat(agenda.take(1, NOW + 5)).containsExactly("late");
        assertThat(agenda.take(1, NOW + 5)).isEmpty();
    }

    @Test
    void keepsTheOrderOfOneTime() {
        agenda.put("b", NOW);
        agenda.put("a", NOW);

        assertThat(agenda.take(1, NOW)).containsExactly("b");
        assertThat(agenda.take(1, NOW)).containsExactly("a");
    }

    @Test
    void aNewDateTakesThePlaceOfTheOld() {
        agenda.put("a", NOW);
        agenda.put("a", NOW + 9);

        assertThat(agenda.take(1, NOW + 8)).isEmpty();
        assertThat(agenda.take(1, NOW + 9)).containsExactly("a");
        assertThat(agenda.contains("a")).isFalse();
    }

    @Test
    void whatIsCrossedOutIsNeverDue() {
        agenda.put("a", NOW);
        agenda.remove("a");
        agenda.remove("a");

        assertThat(agenda.take(1, NOW)).isEmpty();
        assertThat(agenda.next()).isEmpty();
    }

    @Test
    void restsBetweenTwoTurns() {
        Agenda<String> slow = new Agenda<>(Duration.ofNanos(10));
        slow.put("a", NOW);
        slow.put("b", NOW);
        slow.put("c", NOW);

        assertThat(slow.take(2, NOW + 1)).containsExactly("a", "b");
        assertThat(slow.next()).hasValue(NOW + 11);
        assertThat(slow.take(2, NOW + 10)).isEmpty();
        assertThat(slow.take(2, NOW + 11)).containsExactly("c");
    }
}
