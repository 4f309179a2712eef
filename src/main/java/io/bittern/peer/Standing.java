package io.bittern.peer;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * How a peer stands with us, for the choking rules.
 *
 * @param peer its number
 * @param ref its actor
 * @param interested whether it wants pieces of us
 * @param unchoked whether we serve it now
 * @param snubbed whether it has given us nothing for a minute although it could
 * @param downloadRate bytes/s of payload from it
 * @param uploadRate bytes/s of payload to it
 * @param connectedSeconds how long it has been connected
 * @param seed whether it has every piece
 */
public record Standing(
        int peer,
        ActorRef<PeerActor.Command> ref,
        boolean interested,
        boolean unchoked,
        boolean snubbed,
        double downloadRate,
        double uploadRate,
        long connectedSeconds,
        boolean seed) {}
