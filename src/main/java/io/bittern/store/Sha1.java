package io.bittern.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest of BEP 3. */
final class Sha1 {

    /** Bytes of a digest. */
    static final int LENGTH = 20;

    private static final MessageDigest EMPTY = find();

    private Sha1() {}

    /** A new digest; a copy of one that nothing was put into, since Java's own way looks through all its providers. */
    static MessageDigest digest() {
        try {
            return (MessageDigest) EMPTY.clone();
        } catch (CloneNotSupportedException e) {
            return find();
        }
    }

    private static MessageDigest find() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
