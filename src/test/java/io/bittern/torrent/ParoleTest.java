package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ParoleTest {

    private final Parole parole = new Parole();

    @Test
    void holdsWhoHadAPartInAFailedPieceUntilThatPassed() {
        parole.failed(3, Set.of("one", "other"));

        parole.passed(4);
        assertThat(parole.holds("one")).isTrue();
        assertThat(parole.holds("other")).isTrue();
        assertThat(parole.holds("third")).isFalse();
        parole.passed(3);

        assertThat(parole.holds("one")).isFalse();
        assertThat(parole.holds("other")).isFalse();
    }

    @Test
    void holdsUntilEachFailedPieceHasPassed() {
        parole.failed(3, Set.of("one"));
        parole.failed(4, Set.of("one"));

        parole.passed(3);

        assertThat(parole.holds("one")).isTrue();
        parole.passed(4);
        assertThat(parole.holds("one")).isFalse();
    }

    @Test
    void aPieceThatFailsAgainCountsOnce() {
        parole.failed(3, Set.of("one"));
        parole.failed(3, Set.of("one", "other"));

        parole.passed(3);

        assertThat(parole.holds("one")).isFalse();
        assertThat(parole.holds("other")).isFalse();
    }

    @Test
    void keepsWhoIsNearManyFailuresThatNothingExplains() {
        for (int piece = 0; piece < Parole.MANY; piece++) {
            assertThat(parole.holds("one")).isFalse();
            parole.failed(piece, Set.of("one", "passer-by " + piece));
            parole.passed(piece);
        }

        assertThat(parole.holds("one")).isTrue();
        assertThat(parole.holds("passer-by 1")).isFalse();
    }

    @Test
    void holdsNothingAgainstWhoWasNearFailuresOfOthers() {
        for (int piece = 0; piece < 2 * Parole.MANY; piece++) {
            parole.failed(piece, Set.of("honest", "liar"));
            parole.explained(piece);
        }

        assertThat(parole.holds("honest")).isFalse();
    }
}
