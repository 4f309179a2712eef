package io.bittern.tracker;

import io.bittern.net.Percent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parameters of a request to the embedded tracker; values are bytes. */
final class QueryString {

    private static final int DIGITS = 18;

    private final List<Parameter> parameters = new ArrayList<>();

    private record Parameter(String name, byte[] value) {}

    /** A raw query; parameters with broken escapes are left out. */
    QueryString(String rawQuery) {
        for (String part : rawQuery.split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                String name = part.substring(0, equals);
                Percent.decode(part.substring(equals + 1))
                        .ifPresent(value -> parameters.add(new Parameter(name, value)));
            }
        }
    }

    /** Every value of a parameter, in order. */
    List<byte[]> all(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value)
                .toList();
    }

    /** The first value of a parameter as text; empty when there is none. */
    String text(String name) {
        return all(name).stream()
                .findFirst()
                .map(value -> new String(value, StandardCharsets.ISO_8859_1))
                .orElse("");
    }

    /** The first value of a parameter, if it is a number that is not negative. */
    Optional<Long> number(String name) {
        String text = text(name);
        boolean digits =
                !text.isEmpty() && text.length() <= DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    /** The first value of a parameter, which must have so many bytes. */
    byte[] bytes(String name, int length) throws TrackerException {
        List<byte[]> values = all(name);
        if (values.isEmpty() || values.get(0).length != length) {
            throw new TrackerException(name + " is missing or not valid");
        }
        return values.get(0);
    }
}
