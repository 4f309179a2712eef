package io.bittern.bencode;

import java.util.Collection;
import java.util.List;

/** A bencoded list. */
public record BList(List<Bencode> values) implements Bencode {

    /** The list without values. */
    public static final BList EMPTY = new BList(List.of());

    public BList {
        values = List.copyOf(values);
    }

    /** A list of these values. */
    public static BList of(Bencode... values) {
        return new BList(List.of(values));
    }

    /** A list of texts. */
    public static BList ofTexts(Collection<String> texts) {
        return new BList(texts.stream().<Bencode>map(BString::of).toList());
    }

    public int size() {
        return values.size();
    }

    /** The values that are byte strings, in order; all others are left out. */
    public List<BString> strings() {
        return values.stream().flatMap(value -> value.asString().stream()).toList();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
