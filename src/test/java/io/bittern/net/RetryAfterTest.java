package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final String DATE = "Wed, 21 Oct 2026 07:28:00 GMT";

    @Test
    void readsSecondsWithOrWithoutADate() {
        assertThat(RetryAfter.of(Optional.of(" 120 "), Optional.empty())).contains(Duration.ofMinutes(2));
        assertThat(RetryAfter.of(Optional.of("0"), Optional.of(DATE))).contains(Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Wed, 21 Oct 2026 07:28:30 GMT | 30",
                "Wed, 21 Oct 2026 08:28:00 GMT | 3600",
                "Thu, 22 Oct 2026 07:28:00 GMT | 86400",
                "Wed, 21 Oct 2026 07:27:00 GMT | 0"
            })
    void countsADateFromThatOfTheAnswer(String date, long seconds) {
        assertThat(RetryAfter.of(Optional.of(date), Optional.of(DATE))).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-1", "1.5", "9999999999", "soon", "2026-10-21T07:28:00Z", "Wed, 99 Oct 2026 07:28:00 GMT"})
    void knowsNothingElse(String text) {
        assertThat(RetryAfter.of(Optional.of(text), Optional.of(DATE))).isEmpty();
        assertThat(RetryAfter.of(Optional.of(DATE), Optional.of(text))).isEmpty();
        assertThat(RetryAfter.of(Optional.of(DATE), Optional.empty())).isEmpty();
        assertThat(RetryAfter.of(Optional.empty(), Optional.of(DATE))).isEmpty();
    }
}
