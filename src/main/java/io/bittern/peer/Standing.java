package io.bittern.peer;

/**
 * How a peer stands with us, for the choking rules.
 *
 * @param peer its number
 * @param interested whether it wants pieces of us
 * @param unchoked whether we serve it now
 * @param snubbed whether it has given us nothing for a minute although it could
 * @param downloadRate bytes/s of payload from it
 * @param uploadRate bytes/s of payload to it
 * @param sent bytes of payload that it has had of us so far
 * @param connectedSeconds how long it has been connected
 * @param uploadOnly whether it can want nothing of anybody: it has every piece
 */
public record Standing(
        int peer,
        boolean interested,
        boolean unchoked,
        boolean snubbed,
        double downloadRate,
        double uploadRate,
        long sent,
        long connectedSeconds,
        boolean uploadOnly) {

    /** The same, served or not as its choker says. */
    public Standing unchoked(boolean now) {
        return new Standing(
                peer, interested, now, snubbed, downloadRate, uploadRate, sent, connectedSeconds, uploadOnly);
    }
}
