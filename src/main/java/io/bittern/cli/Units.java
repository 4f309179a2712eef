package io.bittern.cli;

import java.time.Duration;
import java.util.Locale;

/** Sizes, rates and times as people read them: IEC units, three digits or so. */
final class Units {

    private static final String[] NAMES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Units() {}

    /** Such as {@code 1.2 GiB}. */
    static String size(long bytes) {
        int unit = unit(bytes);
        return number(bytes, unit) + " " + NAMES[unit];
    }

    /** A part of a whole in the unit of the whole, such as {@code 0.3/2.9 GiB}. */
    static String part(long bytes, long of) {
        int unit = unit(of);
        return number(bytes, unit) + "/" + number(of, unit) + " " + NAMES[unit];
    }

    /** Such as {@code 11.4 MiB/s}. */
    static String rate(long bytesPerSecond) {
        return size(bytesPerSecond) + "/s";
    }

    /** A part of a whole, rounded down so that only the whole is 100.0%. */
    static String percent(long part, long whole) {
        long permille = whole <= 0 ? 1000 : (long) Math.floor(part * 1000.0 / whole);
        long shown = part < whole ? Math.min(permille, 999) : 1000;
        return shown / 10 + "." + shown % 10 + "%";
    }

    /** Such as {@code 2m31s}: the two units that matter. */
    static String time(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60);
        }
        if (seconds < 86_400) {
            return String.format(Locale.ROOT, "%dh%02dm", seconds / 3600, seconds / 60 % 60);
        }
        return seconds < 100 * 86_400L
                ? String.format(Locale.ROOT, "%dd%02dh", seconds / 86_400, seconds / 3600 % 24)
                : "long";
    }

    private static int unit(long bytes) {
        int unit = 0;
        for (long rest = bytes; rest >= 1024; rest >>= 10) {
            unit++;
        }
        return unit;
    }

    private static String number(long bytes, int unit) {
        if (unit == 0) {
            return String.valueOf(bytes);
        }
        double number = bytes / (double) (1L << (10 * unit));
        // By hand: the first use of the formatter loads locale data, which takes 10 ms at the end of a short command.
        long tenths = Math.round(number * 10);
        return number < 99.95 ? tenths / 10 + "." + tenths % 10 : String.valueOf(Math.round(number));
    }
}
