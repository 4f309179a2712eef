package io.bittern.dht;

import io.bittern.bencode.BString;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Tokens that prove that an asker is where his packets say (BEP 5): only he who got one can bring it back.
 *
 * <p>A token is good for one address and one target, for five minutes at least and ten at most.
 */
final class TokenBox {

    /** Bytes of a token: few, since an answer to a stranger must be short. */
    static final int LENGTH = 4;

    private static final long TERM_NANOS = 5 * 60_000_000_000L;
    private static final int SECRET = 20;

    private final RandomGenerator random;
    private byte[] secret;
    private byte[] before;
    private long since;

    /** The generator must not be predictable, since it makes the secrets. */
    TokenBox(RandomGenerator random, long now) {
        this.random = random;
        this.secret = newSecret();
        this.before = newSecret();
        this.since = now;
    }

    BString token(InetAddress asker, NodeId target, long now) {
        rotate(now);
        return token(secret, asker, target);
    }

    boolean accepts(BString token, InetAddress asker, NodeId target, long now) {
        rotate(now);
        return token.equals(token(secret, asker, target)) || token.equals(token(before, asker, target));
    }

    private static BString token(byte[] secret, InetAddress asker, NodeId target) {
        return BString.of(Arrays.copyOf(Sha1.of(secret, asker.getAddress(), target.bytes()), LENGTH));
    }

    private void rotate(long now) {
        long age = now - since;
        if (age >= TERM_NANOS) {
            boolean next = age < 2 * TERM_NANOS;
            before = next ? secret : newSecret();
            secret = newSecret();
            since = next ? since + TERM_NANOS : now;
        }
    }

    private byte[] newSecret() {
        byte[] bytes = new byte[SECRET];
        random.nextBytes(bytes);
        return bytes;
    }
}
