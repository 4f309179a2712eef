package io.bittern.dht;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** What a node finds out. */
public sealed interface DhtEvent {

    /** What becomes of a search; the last of its events is {@link Finished}. */
    sealed interface OfSearch extends DhtEvent {
        long search();
    }

    /** Peers of a torrent, each named once by a search; they may be lies. */
    record PeersFound(long search, List<InetSocketAddress> peers) implements OfSearch {}

    /** An item whose hash or signature is right; of a mutable one there may be newer versions to come. */
    record ItemFound(long search, Item item) implements OfSearch {}

    /**
     * A search is over.
     *
     * @param answered nodes that answered
     * @param stored nodes that keep what was announced or put
     * @param hops steps from what we knew to the nearest node
     * @param swarm how many seeds and peers there are, if that was asked and anybody knows
     */
    record Finished(long search, int answered, int stored, int hops, Optional<SwarmSize> swarm) implements OfSearch {}

    /** About how many share a torrent (BEP 33). */
    record SwarmSize(double seeds, double peers) {}

    /** The first search for nodes is over. */
    record Bootstrapped(int nodes) implements DhtEvent {}

    /** Other nodes agree that this is our address (BEP 42). */
    record AddressLearned(InetAddress address) implements DhtEvent {}
}
