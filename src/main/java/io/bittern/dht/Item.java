package io.bittern.dht;

import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;

/** A value that the DHT keeps for anybody (BEP 44). */
public sealed interface Item {

    /* The strict reader takes only canonical bencoding, so that writing a value that was read gives the very bytes that
     * came, which are what hashes and signatures are made of. */

    /** Bytes that a value may have in its bencoded form. */
    int LARGEST_VALUE = 1000;

    /** Bytes that a salt may have. */
    int LONGEST_SALT = 64;

    /** What is kept. */
    Bencode value();

    /** Where in the space it is kept. */
    NodeId target();

    /** The value as bytes. */
    default byte[] encodedValue() {
        return BencodeWriter.write(value());
    }

    /** A value that is kept under its own hash. */
    record Immutable(Bencode value) implements Item {

        @Override
        public NodeId target() {
            return NodeId.of(Sha1.of(encodedValue()));
        }
    }

    /**
     * A value that who has the private key can replace, kept under the hash of the public key and the salt.
     *
     * @param key Ed25519, 32 bytes
     * @param salt may be empty; tells items of one key from each other
     * @param seq the version: higher replaces lower
     * @param signature 64 bytes
     */
    record Mutable(BString key, BString salt, long seq, BString signature, Bencode value) implements Item {

        /** Signs a value. */
        public static Mutable sign(KeyPair keys, BString salt, long seq, Bencode value) {
            byte[] signed = signed(salt, seq, value);
            return new Mutable(
                    BString.of(Ed25519.publicKey(keys)), salt, seq, BString.of(Ed25519.sign(keys, signed)), value);
        }

        /** Where what belongs to a key and a salt is kept. */
        public static NodeId target(BString key, BString salt) {
            return NodeId.of(Sha1.of(key.bytes(), salt.bytes()));
        }

        @Override
        public NodeId target() {
            return target(key, salt);
        }

        /** Whether the signature is right; takes a good part of a millisecond. */
        public boolean isGenuine() {
            return Ed25519.verify(key.bytes(), signed(salt, seq, value), signature.bytes());
        }

        /** What a signature is made of. */
        static byte[] signed(BString salt, long seq, Bencode value) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            if (!salt.isEmpty()) {
                out.writeBytes(ascii("4:salt"));
                out.writeBytes(BencodeWriter.write(salt));
            }
            out.writeBytes(ascii("3:seqi" + seq + "e1:v"));
            out.writeBytes(BencodeWriter.write(value));
            return out.toByteArray();
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }
}
