package io.bittern.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes and rates as they are written: 512, 64k, 64KiB, 1.5MiB, 16kB, each with or without "/s". */
final class SizeConverter implements ITypeConverter<Long> {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,6})?) ?([a-z]{0,3})(?:/s)?");
    private static final Map<String, Integer> POWERS = Map.of("", 0, "k", 1, "m", 2, "g", 3, "t", 4);

    @Override
    public Long convert(String text) {
        Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new TypeConversionException("'" + text + "' is not a size such as 512KiB or 2MiB");
        }
        return bytes(text, size.group(1), size.group(2));
    }

    /** "k", "Ki" and "KiB" are 1024 bytes as in the settings file, "kB" is 1000. */
    private static long bytes(String text, String number, String unit) {
        boolean decimal = unit.length() == 2 && unit.endsWith("b");
        String prefix = unit.equals("b") ? "" : unit.replaceFirst("i?b?$", "");
        Integer power = POWERS.get(prefix);
        if (power == null) {
            throw new TypeConversionException("'" + text + "' has an unknown unit; B, KiB, MiB, GiB and TiB are known");
        }
        BigDecimal bytes = new BigDecimal(number)
                .multiply(BigDecimal.valueOf(decimal ? 1000 : 1024).pow(power));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new TypeConversionException("'" + text + "' is too much");
        }
        return bytes.longValue();
    }
}
