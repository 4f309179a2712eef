package io.bittern.bencode;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads bencoded values (BEP 3) strictly: one way to write each integer and length, unique keys in order, nothing after the value.
 *
 * <p>The strings and dictionaries that are read keep the input array, which must not be changed afterwards. Nothing is
 * allocated by what a length claims, and the depth is bounded, so no input overflows stack or heap.
 */
public final class BencodeReader {

    private static final int LENGTH_DIGITS = 10;
    private static final BString[] NO_KEYS = {};
    private static final Bencode[] NO_VALUES = {};

    private final byte[] input;
    private final int from;
    private final int to;
    private final Limits limits;
    private int at;
    private int depth;
    private int tokens;

    private BencodeReader(byte[] input, int from, int to, Limits limits) {
        this.input = input;
        this.from = from;
        this.to = to;
        this.limits = limits;
        this.at = from;
    }

    /** A value that was read from the beginning of some bytes, and the index of the first byte behind it. */
    public record Prefix(Bencode value, int end) {}

    /** The one value that the whole input is. */
    public static Bencode read(byte[] input, Limits limits) throws BencodeException {
        return read(input, 0, input.length, limits);
    }

    /** The one value that the input is from {@code from} up to {@code to}; offsets in errors count from {@code from}. */
    public static Bencode read(byte[] input, int from, int to, Limits limits) throws BencodeException {
        BencodeReader reader = begin(input, from, to, limits);
        Bencode value = reader.value();
        if (reader.at < to) {
            throw reader.error("something behind the value");
        }
        return value;
    }

    /** The value that the input begins with between {@code from} and {@code to}; whatever comes behind it is left alone. */
    public static Prefix readPrefix(byte[] input, int from, int to, Limits limits) throws BencodeException {
        BencodeReader reader = begin(input, from, to, limits);
        Bencode value = reader.value();
        return new Prefix(value, reader.at);
    }

    private static BencodeReader begin(byte[] input, int from, int to, Limits limits) throws BencodeException {
        Objects.checkFromToIndex(from, to, input.length);
        if (to - from > limits.size()) {
            throw new BencodeException(to - from + " bytes where " + limits.size() + " are allowed", limits.size());
        }
        return new BencodeReader(input, from, to, limits);
    }

    private Bencode value() throws BencodeException {
        return switch (peek("a value")) {
            case 'i' -> integer();
            case 'l' -> list();
            case 'd' -> dictionary();
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> string();
            default -> throw unexpected("a value");
        };
    }

    private Bencode integer() throws BencodeException {
        token();
        int start = at++;
        boolean negative = peek("an integer") == '-';
        at += negative ? 1 : 0;
        int digits = at;
        long value = negated();
        if (at == digits) {
            throw unexpected("a digit");
        }
        expect('e', "the end of an integer");
        if (input[digits] == '0' && (negative || at - digits > 2)) {
            throw new BencodeException("an integer with a needless zero or sign", start - from);
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw new BencodeException("an integer beyond 64 bits", start - from);
        }
        return new BInteger(negative ? value : -value);
    }

    /** The digits as a negative number, since there is one more of these than of positive ones. */
    private long negated() throws BencodeException {
        long value = 0;
        while (isDigit(peek("a digit or the end of an integer"))) {
            int digit = input[at] - '0';
            if (value < (Long.MIN_VALUE + digit) / 10) {
                throw error("an integer beyond 64 bits");
            }
            value = value * 10 - digit;
            at++;
        }
        return value;
    }

    private BString string() throws BencodeException {
        token();
        int start = at;
        long length = length();
        if (length > to - at) {
            throw new BencodeException("the input ends within a string", start - from, true);
        }
        BString string = length == 0 ? BString.EMPTY : new BString(input, at, (int) length);
        at += (int) length;
        return string;
    }

    private long length() throws BencodeException {
        int start = at;
        long length = 0;
        while (isDigit(peek("the length of a string")) && at - start < LENGTH_DIGITS) {
            length = length * 10 + input[at++] - '0';
        }
        if (at == start) {
            throw unexpected("a string");
        }
        if (input[start] == '0' && at - start > 1) {
            throw new BencodeException("a length with a needless zero", start - from);
        }
        expect(':', "a colon");
        return length;
    }

    private Bencode list() throws BencodeException {
        enter();
        List<Bencode> values = new ArrayList<>(0);
        while (peek("a value or the end of a list") != 'e') {
            values.add(value());
        }
        leave();
        return values.isEmpty() ? BList.EMPTY : new BList(values);
    }

    private Bencode dictionary() throws BencodeException {
        int start = at;
        enter();
        List<Entry> entries = new ArrayList<>(0);
        while (peek("a key or the end of a dictionary") != 'e') {
            int position = at;
            BString key = string();
            if (limits.sortedKeys() && !entries.isEmpty()) {
                checkOrder(entries.get(entries.size() - 1).key, key, position);
            }
            entries.add(new Entry(key, value(), position));
        }
        leave();
        if (!limits.sortedKeys()) {
            sort(entries);
        }
        return dictionary(entries, new BString(input, start, at - start));
    }

    private static BDictionary dictionary(List<Entry> entries, BString raw) {
        BString[] keys = entries.isEmpty() ? NO_KEYS : new BString[entries.size()];
        Bencode[] values = entries.isEmpty() ? NO_VALUES : new Bencode[entries.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = entries.get(i).key;
            values[i] = entries.get(i).value;
        }
        return new BDictionary(keys, values, raw);
    }

    private record Entry(BString key, Bencode value, int position) {}

    private void sort(List<Entry> entries) throws BencodeException {
        entries.sort((one, other) -> one.key.compareTo(other.key));
        for (int i = 1; i < entries.size(); i++) {
            checkOrder(entries.get(i - 1).key, entries.get(i).key, entries.get(i).position);
        }
    }

    private void checkOrder(BString before, BString key, int position) throws BencodeException {
        int order = before.compareTo(key);
        if (order >= 0) {
            throw new BencodeException(
                    order == 0 ? "a key for the second time" : "a key out of order", position - from);
        }
    }

    private void enter() throws BencodeException {
        token();
        if (++depth > limits.depth()) {
            throw error("nesting deeper than " + limits.depth());
        }
        at++;
    }

    private void leave() throws BencodeException {
        token();
        depth--;
        at++;
    }

    private void token() throws BencodeException {
        if (++tokens > limits.tokens()) {
            throw error("more than " + limits.tokens() + " tokens");
        }
    }

    private byte peek(String wanted) throws BencodeException {
        if (at == to) {
            throw new BencodeException("the input ends where " + wanted + " is expected", at - from, true);
        }
        return input[at];
    }

    private void expect(char wanted, String name) throws BencodeException {
        if (peek(name) != wanted) {
            throw unexpected(name);
        }
        at++;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private BencodeException unexpected(String wanted) {
        return error("expected " + wanted + ", found " + describe(input[at]));
    }

    private static String describe(byte b) {
        return b > 0x20 && b < 0x7f ? "'" + (char) b + "'" : String.format("0x%02x", b);
    }

    private BencodeException error(String message) {
        return new BencodeException(message, at - from);
    }
}
