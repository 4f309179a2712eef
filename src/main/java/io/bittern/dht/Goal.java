package io.bittern.dht;

import java.util.Optional;

/** What a search is for. */
interface Goal {

    /** Where in the space it is to be found. */
    NodeId target();

    /** What each node on the way is asked. */
    Ask.Near ask();

    /** What a node answered. */
    default void heard(Contact from, Answer answer) {}

    /** Whether there is nothing more to be found. */
    default boolean isReached() {
        return false;
    }

    /** What one of the nearest nodes is to store. */
    default Optional<Ask> store(Lookup.Found at) {
        return Optional.empty();
    }

    /** About how many share the torrent, if that was asked. */
    default Optional<DhtEvent.SwarmSize> swarm() {
        return Optional.empty();
    }
}
