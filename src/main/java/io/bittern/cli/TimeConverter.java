package io.bittern.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as they are written: 90, 90s, 5m, 1h30m, 2d; a bare number is seconds. */
final class TimeConverter implements ITypeConverter<Duration> {

    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}|(?:[0-9]{1,9}(?:ms|s|m|h|d))+");
    private static final Pattern PART = Pattern.compile("([0-9]+)(ms|s|m|h|d)?");

    @Override
    public Duration convert(String text) {
        String time = text.strip().toLowerCase(Locale.ROOT).replace(" ", "");
        if (!WHOLE.matcher(time).matches()) {
            throw new TypeConversionException("'" + text + "' is not a time such as 90s, 5m or 1h30m");
        }
        Duration sum = Duration.ZERO;
        for (Matcher part = PART.matcher(time); part.find(); ) {
            sum = sum.plus(part(Long.parseLong(part.group(1)), part.group(2) == null ? "s" : part.group(2)));
        }
        return sum;
    }

    private static Duration part(long number, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofSeconds(number);
        };
    }
}
