package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {

    @Test
    void readsSizesWithUnitsOfEitherKind() {
        SizeConverter sizes = new SizeConverter();

        assertThat(sizes.convert("0")).isZero();
        assertThat(sizes.convert("512")).isEqualTo(512);
        assertThat(sizes.convert("512b")).isEqualTo(512);
        assertThat(sizes.convert("16k")).isEqualTo(16 << 10);
        assertThat(sizes.convert("16KiB/s")).isEqualTo(16 << 10);
        assertThat(sizes.convert("16 kB")).isEqualTo(16_000);
        assertThat(sizes.convert("1.5MiB")).isEqualTo(3 << 19);
        assertThat(sizes.convert("2g")).isEqualTo(2L << 30);
    }

    @Test
    void refusesWhatIsNoSize() {
        SizeConverter sizes = new SizeConverter();

        for (String bad : new String[] {"", "x", "-1", "1.2.3", "5 parsec", "5x", "9999999t", "1e9", "KiB"}) {
            assertThatThrownBy(() -> sizes.convert(bad)).as(bad).isInstanceOf(TypeConversionException.class);
        }
    }

    @Test
    void readsTimes() {
        TimeConverter times = new TimeConverter();

        assertThat(times.convert("90")).isEqualTo(Duration.ofSeconds(90));
        assertThat(times.convert("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(times.convert("5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(times.convert("1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(times.convert("2 d")).isEqualTo(Duration.ofDays(2));
        for (String bad : new String[] {"", "m", "-5s", "5 weeks", "1m30"}) {
            assertThatThrownBy(() -> times.convert(bad)).as(bad).isInstanceOf(TypeConversionException.class);
        }
    }

    @Test
    void readsAddressesWithoutLookingThemUp() {
        AddressConverter addresses = new AddressConverter();

        assertThat(addresses.convert("host.test:6881").getHostString()).isEqualTo("host.test");
        assertThat(addresses.convert("host.test:6881").isUnresolved()).isTrue();
        assertThat(addresses.convert("[::1]:80").getHostString()).isEqualTo("::1");
        for (String bad : new String[] {"", "host", "host:0", "host:65536", "::1:80", "host:port", ":80"}) {
            assertThatThrownBy(() -> addresses.convert(bad)).as(bad).isInstanceOf(TypeConversionException.class);
        }
    }

    @Test
    void readsPieceLengthsAsSizesAndAsExponents() {
        PieceLengthConverter lengths = new PieceLengthConverter();

        assertThat(lengths.convert("18")).isEqualTo(256 << 10);
        assertThat(lengths.convert("262144")).isEqualTo(256 << 10);
        assertThat(lengths.convert("256KiB")).isEqualTo(256 << 10);
        assertThat(lengths.convert("16MiB")).isEqualTo(16 << 20);
        for (String bad : new String[] {"13", "31", "100000", "8KiB", "2GiB", "0"}) {
            assertThatThrownBy(() -> lengths.convert(bad)).as(bad).isInstanceOf(TypeConversionException.class);
        }
    }
}
