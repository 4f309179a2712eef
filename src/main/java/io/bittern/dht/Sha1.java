package io.bittern.dht;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest of all the DHT's protocols. */
final class Sha1 {

    private Sha1() {}

    /** The digest of some parts, one behind the other. */
    static byte[] of(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
