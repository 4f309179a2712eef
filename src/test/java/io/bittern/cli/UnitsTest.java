package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnitsTest {

    @Test
    void writesSizesInIecUnits() {
        assertThat(Units.size(0)).isEqualTo("0 B");
        assertThat(Units.size(1023)).isEqualTo("1023 B");
        assertThat(Units.size(1024)).isEqualTo("1.0 KiB");
        assertThat(Units.size(3L << 29)).isEqualTo("1.5 GiB");
        assertThat(Units.size(500 << 20)).isEqualTo("500 MiB");
        assertThat(Units.size(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
        assertThat(Units.rate(12L << 20)).isEqualTo("12.0 MiB/s");
    }

    @Test
    void writesAPartInTheUnitOfTheWhole() {
        assertThat(Units.part(300 << 20, 3L << 30)).isEqualTo("0.3/3.0 GiB");
    }

    @Test
    void saysHundredPercentOnlyOfTheWhole() {
        assertThat(Units.percent(0, 10)).isEqualTo("0.0%");
        assertThat(Units.percent(423, 1000)).isEqualTo("42.3%");
        assertThat(Units.percent(Long.MAX_VALUE - 1, Long.MAX_VALUE)).isEqualTo("99.9%");
        assertThat(Units.percent(999_999, 1_000_000)).isEqualTo("99.9%");
        assertThat(Units.percent(7, 7)).isEqualTo("100.0%");
        assertThat(Units.percent(0, 0)).isEqualTo("100.0%");
    }

    @Test
    void writesTheTwoUnitsOfATimeThatMatter() {
        assertThat(Units.time(Duration.ofSeconds(59))).isEqualTo("59s");
        assertThat(Units.time(Duration.ofSeconds(151))).isEqualTo("2m31s");
        assertThat(Units.time(Duration.ofMinutes(245))).isEqualTo("4h05m");
        assertThat(Units.time(Duration.ofHours(76))).isEqualTo("3d04h");
        assertThat(Units.time(Duration.ofDays(1000))).isEqualTo("long");
    }
}
