package io.bittern.choke;

import io.bittern.peer.Standing;
import java.util.Set;

/** Standings, made by saying only what matters. */
record Peers(int peer, boolean interested, boolean snubbed, double down, double up, long sent, long seconds) {

    /** An interested peer that has been there for long. */
    static Peers peer(int peer) {
        return new Peers(peer, true, false, 0, 0, 0, 1000);
    }

    Peers down(double rate) {
        return new Peers(peer, interested, snubbed, rate, up, sent, seconds);
    }

    Peers up(double rate) {
        return new Peers(peer, interested, snubbed, down, rate, sent, seconds);
    }

    Peers sent(long bytes) {
        return new Peers(peer, interested, snubbed, down, up, bytes, seconds);
    }

    Peers connected(long forSeconds) {
        return new Peers(peer, interested, snubbed, down, up, sent, forSeconds);
    }

    Peers uninterested() {
        return new Peers(peer, false, snubbed, down, up, sent, seconds);
    }

    Peers snubbing() {
        return new Peers(peer, interested, true, down, up, sent, seconds);
    }

    Standing standing(Set<Integer> unchoked) {
        return new Standing(peer, interested, unchoked.contains(peer), snubbed, down, up, sent, seconds, false);
    }
}
