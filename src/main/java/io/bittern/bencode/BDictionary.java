package io.bittern.bencode;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A bencoded dictionary, sorted by the bytes of its keys; what is missing or of another kind is an empty answer. */
public final class BDictionary implements Bencode {

    /** The dictionary without entries. */
    public static final BDictionary EMPTY = new Builder().build();

    private final BString[] keys;
    private final Bencode[] values;
    private final @Nullable BString raw;

    /** Keys sorted and unique, each with the value of the same index; the arrays are not changed any more. */
    BDictionary(BString[] keys, Bencode[] values, @Nullable BString raw) {
        this.keys = keys;
        this.values = values;
        this.raw = raw;
    }

    /** Begins a new dictionary. */
    public static Builder builder() {
        return new Builder();
    }

    public int size() {
        return keys.length;
    }

    /** Every entry, sorted by key. */
    public List<Map.Entry<BString, Bencode>> entries() {
        List<Map.Entry<BString, Bencode>> entries = new ArrayList<>(keys.length);
        for (int i = 0; i < keys.length; i++) {
            entries.add(new SimpleImmutableEntry<>(keys[i], values[i]));
        }
        return entries;
    }

    /** The value of a key. */
    public Optional<Bencode> get(BString key) {
        int index = Arrays.binarySearch(keys, key);
        return index < 0 ? Optional.empty() : Optional.of(values[index]);
    }

    /** The value of a key. */
    public Optional<Bencode> get(String key) {
        return get(BString.of(key));
    }

    /** The value of a key, if it is an integer. */
    public Optional<Long> integer(String key) {
        return get(key).flatMap(Bencode::asInteger);
    }

    /** The value of a key, if it is a byte string. */
    public Optional<BString> string(String key) {
        return get(key).flatMap(Bencode::asString);
    }

    /** The value of a key as text, if it is a byte string; hostile until it is cleaned. */
    public Optional<String> text(String key) {
        return string(key).map(BString::utf8);
    }

    /** The value of a key, if it is a list. */
    public Optional<BList> list(String key) {
        return get(key).flatMap(Bencode::asList);
    }

    /** The value of a key, if it is a dictionary. */
    public Optional<BDictionary> dictionary(String key) {
        return get(key).flatMap(Bencode::asDictionary);
    }

    /** The exact bytes that this was read from, or its canonical form if it was built: what an info hash is made of. */
    public BString raw() {
        if (raw != null) {
            return raw;
        }
        byte[] written = BencodeWriter.write(this);
        return new BString(written, 0, written.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BDictionary that
                && Arrays.equals(keys, that.keys)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(keys) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return entries().toString();
    }

    /** A dictionary in the making; a later value of a key replaces an earlier one. */
    public static final class Builder {

        private final TreeMap<BString, Bencode> entries = new TreeMap<>();

        private Builder() {}

        public Builder put(BString key, Bencode value) {
            entries.put(key, value);
            return this;
        }

        public Builder put(String key, Bencode value) {
            return put(BString.of(key), value);
        }

        public Builder put(String key, long value) {
            return put(key, new BInteger(value));
        }

        /** Adds a text in UTF-8. */
        public Builder put(String key, String value) {
            return put(key, BString.of(value));
        }

        public Builder put(String key, byte[] value) {
            return put(key, BString.of(value));
        }

        public BDictionary build() {
            return new BDictionary(
                    entries.keySet().toArray(new BString[0]), entries.values().toArray(new Bencode[0]), null);
        }
    }
}
