package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.client.Failure;
import io.bittern.client.TorrentSnapshot.Amounts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinesTest {

    private final Row row = new Row(Samples.fake("a"));

    @ParameterizedTest
    @EnumSource(names = {"NO_SPACE", "WRONG_KIND", "NOT_FOUND", "IO"})
    void troubleWithTheDiskComesWithANextStep(Failure.Kind kind) {
        assertThat(Lines.failure(row, new Failure(kind, "it is so"))).startsWith("a: it is so; ");
    }

    @Test
    void aReasonThatNamesTheNextStepIsLeftAsItIs() {
        Failure failure = new Failure(Failure.Kind.IO, "it is so; do that");

        assertThat(Lines.failure(row, failure)).isEqualTo("a: it is so; do that");
    }

    @Test
    void whereNothingIsWantedTheWholeTorrentIsTheMeasure() {
        Amounts seeded = new Amounts(1000, 0, 0, 250, 0, 0, 0);

        assertThat(Share.of(seeded)).isEqualTo(new Share(250, 1000));
        assertThat(Lines.seeding(seeded)).isEqualTo("seeding 25.0% 250/1000 B");
        assertThat(Lines.seeding(new Amounts(1000, 0, 0, 1000, 0, 0, 0))).isEqualTo("seeding");
        assertThat(Share.of(new Amounts(1000, 400, 100, 250, 0, 0, 0))).isEqualTo(new Share(100, 400));
    }
}
