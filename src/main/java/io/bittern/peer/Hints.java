package io.bittern.peer;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a peer would like to be asked for, and what it gives us although it chokes us (BEP 6): a few pieces of each. */
final class Hints {

    private static final int MOST_ALLOWED = 64;
    private static final int MOST_SUGGESTED = 16;

    private final Set<Integer> allowed = new LinkedHashSet<>();
    private final Set<Integer> suggested = new LinkedHashSet<>();

    void allow(int piece) {
        if (allowed.size() < MOST_ALLOWED) {
            allowed.add(piece);
        }
    }

    /** The peer has refused a piece that it allowed. */
    void disallow(int piece) {
        allowed.remove(piece);
    }

    boolean allows(int piece) {
        return allowed.contains(piece);
    }

    boolean allowsAny() {
        return !allowed.isEmpty();
    }

    /** The newest suggestions count. */
    void suggest(int piece) {
        if (suggested.add(piece) && suggested.size() > MOST_SUGGESTED) {
            suggested.remove(suggested.iterator().next());
        }
    }

    /** The question to the torrent for so many blocks: of what is allowed, or of what was suggested since the last one. */
    PeerActor.Event wants(int peer, int blocks, boolean quick, boolean choked) {
        List<Integer> pieces = List.copyOf(choked ? allowed : suggested);
        suggested.clear();
        return pieces.isEmpty()
                ? new PeerActor.Wants(peer, blocks, quick)
                : new PeerActor.WantsOf(peer, blocks, quick, pieces, choked);
    }
}
