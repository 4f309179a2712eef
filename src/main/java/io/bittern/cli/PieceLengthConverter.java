package io.bittern.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A piece length: a size, or as a number of up to 30 the power of two, 18 for 256 KiB. */
final class PieceLengthConverter implements ITypeConverter<Integer> {

    private static final int MAX_EXPONENT = 30;
    private static final int MIN = 16 << 10;

    @Override
    public Integer convert(String text) {
        long given = new SizeConverter().convert(text);
        long length = given <= MAX_EXPONENT && text.strip().matches("[0-9]+") ? 1L << given : given;
        if (length < MIN || length > 1 << MAX_EXPONENT || Long.bitCount(length) != 1) {
            throw new TypeConversionException(
                    "'" + text + "' is not a power of two from 16KiB on, nor the exponent of one from 14 to 30");
        }
        return (int) length;
    }
}
