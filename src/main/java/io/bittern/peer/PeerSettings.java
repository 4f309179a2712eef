package io.bittern.peer;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How patient and how greedy a {@link PeerActor} is.
 *
 * @param connectTimeout for a dial
 * @param handshakeTimeout from the open link to {@link PeerActor.Start}
 * @param keepAliveAfter silence of ours that we break
 * @param silence of the peer that ends the connection
 * @param stall time without a block after which nothing stays exclusive to the peer
 * @param snub time without a block after which it counts as one that snubs us
 * @param maxRequests most requests on the wire to it
 * @param peerRequests most requests queued from it
 * @param maxBlock longest request taken from it, in bytes
 * @param nanoTime monotonic time
 */
public record PeerSettings(
        Duration connectTimeout,
        Duration handshakeTimeout,
        Duration keepAliveAfter,
        Duration silence,
        Duration stall,
        Duration snub,
        int maxRequests,
        int peerRequests,
        int maxBlock,
        LongSupplier nanoTime) {}
