package io.bittern.dht;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/** The signatures of BEP 44 (RFC 8032), with keys as the 32 bytes that travel. */
public final class Ed25519 {

    /** Bytes of a public key, and of the seed that a private key is made of. */
    public static final int KEY_LENGTH = 32;

    /** Bytes of a signature. */
    static final int SIGNATURE_LENGTH = 64;

    private Ed25519() {}

    /** The keys that follow from a secret of 32 bytes. */
    public static KeyPair fromSeed(byte[] seed) {
        if (seed.length != KEY_LENGTH) {
            throw new IllegalArgumentException("a seed has 32 bytes, not " + seed.length);
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            // the one way to have the JDK find the public key of a given private one
            generator.initialize(NamedParameterSpec.ED25519, new Given(seed));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on has Ed25519", e);
        }
    }

    /** The public key as it travels. */
    public static byte[] publicKey(KeyPair keys) {
        EdECPoint point = ((EdECPublicKey) keys.getPublic()).getPoint();
        byte[] bytes = Arrays.copyOf(reversed(point.getY().toByteArray()), KEY_LENGTH);
        if (point.isXOdd()) {
            bytes[KEY_LENGTH - 1] |= (byte) 0x80;
        }
        return bytes;
    }

    static byte[] sign(KeyPair keys, byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("these keys cannot sign", e);
        }
    }

    /** Whether a signature is of this message and key; all that is malformed is false. */
    static boolean verify(byte[] key, byte[] message, byte[] signature) {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point(key))));
            check.update(message);
            return signature.length == SIGNATURE_LENGTH && check.verify(signature);
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            return false;
        }
    }

    private static EdECPoint point(byte[] key) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("a key has 32 bytes, not " + key.length);
        }
        byte[] y = reversed(key);
        boolean odd = y[0] < 0;
        y[0] &= 0x7f;
        return new EdECPoint(odd, new BigInteger(1, y));
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    /** Gives what it was given. */
    private static final class Given extends SecureRandom {

        private static final long serialVersionUID = 1L;

        private final byte[] bytes;

        Given(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        @Override
        public void nextBytes(byte[] wanted) {
            System.arraycopy(bytes, 0, wanted, 0, wanted.length);
        }
    }
}
