package io.bittern.choke;

import io.bittern.peer.PeerActor;
import io.bittern.peer.Standing;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;

/** Standings, made by saying only what matters. */
record Peers(int peer, boolean interested, boolean snubbed, double down, double up, long seconds) {

    private static final ActorRef<PeerActor.Command> NOBODY =
            TestInbox.<PeerActor.Command>create().getRef();

    /** An interested peer that has been there for long. */
    static Peers peer(int peer) {
        return new Peers(peer, true, false, 0, 0, 1000);
    }

    Peers down(double rate) {
        return new Peers(peer, interested, snubbed, rate, up, seconds);
    }

    Peers up(double rate) {
        return new Peers(peer, interested, snubbed, down, rate, seconds);
    }

    Peers connected(long forSeconds) {
        return new Peers(peer, interested, snubbed, down, up, forSeconds);
    }

    Peers uninterested() {
        return new Peers(peer, false, snubbed, down, up, seconds);
    }

    Peers snubbing() {
        return new Peers(peer, interested, true, down, up, seconds);
    }

    Standing standing(Set<Integer> unchoked) {
        return new Standing(peer, NOBODY, interested, unchoked.contains(peer), snubbed, down, up, seconds, false);
    }
}
