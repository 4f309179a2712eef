package io.bittern.bencode;

import java.util.Optional;

/** A bencoded value (BEP 3): an integer, a byte string, a list or a dictionary; immutable. */
public sealed interface Bencode permits BInteger, BString, BList, BDictionary {

    /** This, if it is an integer. */
    default Optional<Long> asInteger() {
        return this instanceof BInteger integer ? Optional.of(integer.value()) : Optional.empty();
    }

    /** This, if it is a byte string. */
    default Optional<BString> asString() {
        return this instanceof BString string ? Optional.of(string) : Optional.empty();
    }

    /** This, if it is a list. */
    default Optional<BList> asList() {
        return this instanceof BList list ? Optional.of(list) : Optional.empty();
    }

    /** This, if it is a dictionary. */
    default Optional<BDictionary> asDictionary() {
        return this instanceof BDictionary dictionary ? Optional.of(dictionary) : Optional.empty();
    }
}
