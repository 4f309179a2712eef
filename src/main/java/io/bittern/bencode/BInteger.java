package io.bittern.bencode;

/** A bencoded integer; what does not fit into 64 bits with a sign is refused by the reader. */
public record BInteger(long value) implements Bencode {

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
