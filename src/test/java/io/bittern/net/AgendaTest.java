package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AgendaTest {

    private static final Long NOW = Long.MAX_VALUE - 2; // a monotonic clock may wrap

    private final Agenda<String> agenda = new Agenda<>();

    @Test
    void hasNothingAtFirst() {
        assertThat(agenda.next()).isEmpty();
        assertThat(agenda.poll(NOW)).isEmpty();
    }

    @Test
    void givesTheEarliestFirstAndEachOnce() {
        agenda.put("late", NOW + 5);
        agenda.put("early", NOW + 1);

        assertThat(agenda.next()).hasValue(NOW + 1);
        assertThat(agenda.poll(NOW)).isEmpty();
        assertThat(agenda.poll(NOW + 5)).contains("early");
        assertThat(agenda.poll(NOW + 5)).contains("late");
        assertThat(agenda.poll(NOW + 5)).isEmpty();
    }

    @Test
    void keepsTheOrderOfOneTime() {
        agenda.put("b", NOW);
        agenda.put("a", NOW);

        assertThat(agenda.poll(NOW)).contains("b");
        assertThat(agenda.poll(NOW)).contains("a");
    }

    @Test
    void aNewDateTakesThePlaceOfTheOld() {
        agenda.put("a", NOW);
        agenda.put("a", NOW + 9);

        assertThat(agenda.poll(NOW + 8)).isEmpty();
        assertThat(agenda.poll(NOW + 9)).contains("a");
        assertThat(agenda.contains("a")).isFalse();
    }

    @Test
    void whatIsCrossedOutIsNeverDue() {
        agenda.put("a", NOW);
        agenda.remove("a");
        agenda.remove("a");

        assertThat(agenda.poll(NOW)).isEmpty();
        assertThat(agenda.next()).isEmpty();
    }
}
