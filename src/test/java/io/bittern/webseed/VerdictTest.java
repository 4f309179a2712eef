package io.bittern.webseed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {

    /** Bytes 100 to 149 of a file of 1000 that begins at 5000 in the payload. */
    private static final Part PART = new Part(5100, 50, 3, Optional.empty(), 100, 1000);

    @Test
    void takesTheRangeThatWasAskedFor() {
        assertThat(range("bytes 100-149/1000")).isEqualTo(new Verdict.Take(5100, 50, false));
        assertThat(range("bytes 100-149/*")).isEqualTo(new Verdict.Take(5100, 50, false));
    }

    @Test
    void takesLessThanWasAskedFor() {
        assertThat(range("bytes 100-119/1000")).isEqualTo(new Verdict.Take(5100, 20, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes 99-149/1000",
                "bytes 101-149/1000",
                "bytes 100-150/1000",
                "bytes 100-99/1000",
                "bytes 100-149",
                "lines 100-149/1000",
                "bytes 99999999999999999999-149/1000",
                ""
            })
    void refusesAnyOtherRange(String range) {
        assertThat(range(range)).isInstanceOf(Verdict.Useless.class);
    }

    @Test
    void knowsAnotherFileByItsLength() {
        assertThat(range("bytes 100-149/1001")).isInstanceOf(Verdict.Missing.class);
        assertThat(whole(PART, OptionalLong.of(999))).isInstanceOf(Verdict.Missing.class);
    }

    @Test
    void takesAWholeFileInsteadOfARangeIfItIsNotLarge() {
        assertThat(whole(PART, OptionalLong.of(1000))).isEqualTo(new Verdict.Take(5000, 1000, true));
        assertThat(whole(PART, OptionalLong.empty())).isEqualTo(new Verdict.Take(5000, 1000, true));
        Part ofLarge = new Part(5100, 50, 3, Optional.empty(), 100, Verdict.WHOLE + 1);
        assertThat(whole(ofLarge, OptionalLong.empty())).isInstanceOf(Verdict.Useless.class);
    }

    @Test
    void takesALargeFileThatWasAskedForWhole() {
        Part all = new Part(5000, Verdict.WHOLE + 1, 3, Optional.empty(), 0, Verdict.WHOLE + 1);
        assertThat(whole(all, OptionalLong.empty())).isEqualTo(new Verdict.Take(5000, Verdict.WHOLE + 1, false));
    }

    @ParameterizedTest
    @CsvSource({
        "404, Missing",
        "410, Missing",
        "416, Missing",
        "403, Useless",
        "204, Useless",
        "429, Later",
        "500, Later"
    })
    void judgesOtherStatus(int status, String kind) {
        assertThat(Verdict.of(PART, head(status, "", "")).getClass().getSimpleName())
                .isEqualTo(kind);
    }

    @Test
    void waitsAsLongAsTheServerSaysWithinReason() {
        assertThat(Verdict.of(PART, head(503, "", "7")))
                .isEqualTo(new Verdict.Later("HTTP status 503", Optional.of(Duration.ofSeconds(7))));
        assertThat(Verdict.of(PART, head(429, "", "999999999")))
                .isEqualTo(new Verdict.Later("HTTP status 429", Optional.of(Verdict.LONGEST_WAIT)));
        assertThat(Verdict.of(PART, head(503, "", "")))
                .isEqualTo(new Verdict.Later("HTTP status 503", Optional.empty()));
    }

    @Test
    void refusesPackedData() {
        var head = new WebSource.Answered(
                200, OptionalLong.empty(), Optional.empty(), Optional.of("gzip"), Optional.empty());
        assertThat(Verdict.of(PART, head)).isInstanceOf(Verdict.Useless.class);
    }

    private static Verdict range(String range) {
        return Verdict.of(PART, head(206, range, ""));
    }

    private static Verdict whole(Part part, OptionalLong length) {
        return Verdict.of(
                part, new WebSource.Answered(200, length, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static WebSource.Answered head(int status, String range, String retryAfter) {
        return new WebSource.Answered(
                status,
                OptionalLong.empty(),
                Optional.of(range).filter(text -> !text.isEmpty()),
                Optional.empty(),
                Optional.of(retryAfter)
                        .filter(text -> !text.isEmpty())
                        .map(Long::valueOf)
                        .map(Duration::ofSeconds));
    }
}
