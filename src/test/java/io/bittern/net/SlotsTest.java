package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SlotsTest {

    @Test
    void givesAsManyAsThereAre() {
        var slots = new Slots(2);

        assertThat(List.of(slots.take(), slots.take(), slots.take())).containsExactly(true, true, false);
        slots.giveBack();

        assertThat(slots.taken()).isEqualTo(1);
        assertThat(slots.take()).isTrue();
    }

    @Test
    void givesSomeOfThemOnly() {
        var slots = new Slots(3);

        assertThat(List.of(slots.takeOf(2), slots.takeOf(2), slots.takeOf(2))).containsExactly(true, true, false);
        assertThat(slots.take()).isTrue();
    }

    @Test
    void refusesToGetBackWhatItNeverGave() {
        var slots = new Slots(1);

        assertThatThrownBy(slots::giveBack).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Slots(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void areNoMoreThanTheFreeFilesLessTheReserve() {
        var settings = new NetSettings(200, 8, null, Duration.ofSeconds(5));

        assertThat(settings.slots(OptionalInt.of(1000))).isEqualTo(200);
        assertThat(settings.slots(OptionalInt.of(40))).isEqualTo(32);
        assertThat(settings.slots(OptionalInt.of(3))).isEqualTo(1);
        assertThat(settings.slots(OptionalInt.empty())).isEqualTo(200);
    }

    @Test
    void countFilesByTheLimitsOfTheProcess() {
        assertThat(OpenFiles.softLimit(List.of(
                        "Limit                     Soft Limit           Hard Limit           Units     ",
                        "Max open files            1024                 4096                 files     ")))
                .hasValue(1024);
        assertThat(OpenFiles.softLimit(List.of("Max open files            unlimited            unlimited    files")))
                .isEmpty();
        assertThat(OpenFiles.softLimit(List.of("<html>"))).isEmpty();
    }
}
