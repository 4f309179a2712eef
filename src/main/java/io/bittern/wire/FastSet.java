package io.bittern.wire;

import io.bittern.metainfo.InfoHash;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashSet;
import java.util.Set;

/** The pieces that a peer may have although it is choked, by the one algorithm that all use (BEP 6). */
public final class FastSet {

    /** How many pieces are in a set. */
    public static final int SIZE = 10;

    private static final int NETWORK = 3;

    private FastSet() {}

    /**
     * The set of the peer at an address, none for IPv6, of which BEP 6 says nothing.
     *
     * @param pieces how many the torrent has
     */
    public static Set<Integer> of(InetAddress peer, InfoHash torrent, int pieces) {
        Set<Integer> set = new LinkedHashSet<>();
        if (!(peer instanceof Inet4Address)) {
            return set;
        }
        MessageDigest sha1 = sha1();
        sha1.update(peer.getAddress(), 0, NETWORK);
        sha1.update((byte) 0);
        byte[] hash = sha1.digest(torrent.bytes());
        while (set.size() < Math.min(SIZE, pieces)) {
            ByteBuffer numbers = ByteBuffer.wrap(hash);
            while (numbers.hasRemaining() && set.size() < SIZE) {
                set.add(Integer.remainderUnsigned(numbers.getInt(), pieces));
            }
            hash = sha1.digest(hash);
        }
        return set;
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }
}
