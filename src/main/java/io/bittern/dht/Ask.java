package io.bittern.dht;

import io.bittern.bencode.BString;
import java.util.Optional;
import java.util.Set;

/** What a query asks for. */
sealed interface Ask {

    /** A query that names a point of the space, and is answered with contacts near to it. */
    sealed interface Near extends Ask {
        NodeId target();

        /** The families of which contacts are wanted; none for that of the query itself (BEP 32). */
        Set<Family> want();
    }

    /** Are you there? (BEP 5) */
    enum Ping implements Ask {
        INSTANCE
    }

    /** Who is near to this? (BEP 5) */
    record FindNode(NodeId target, Set<Family> want) implements Near {}

    /**
     * Who shares this torrent? (BEP 5)
     *
     * @param noSeeds whether seeds are of no use (BEP 33)
     * @param scrape whether the sets of seeds and peers are wanted (BEP 33)
     */
    record GetPeers(NodeId target, Set<Family> want, boolean noSeeds, boolean scrape) implements Near {}

    /**
     * The asker shares this torrent (BEP 5).
     *
     * @param impliedPort whether the port is the one that the query came from
     */
    record AnnouncePeer(NodeId target, int port, boolean impliedPort, boolean seed, BString token) implements Ask {}

    /** Which torrents do you know? (BEP 51) */
    record SampleInfohashes(NodeId target, Set<Family> want) implements Near {}

    /** What is stored under this? (BEP 44) Nothing that is not newer than {@code seq} is wanted. */
    record Get(NodeId target, Set<Family> want, Optional<Long> seq) implements Near {}

    /** Store this (BEP 44), if what you have is of the version {@code cas}. */
    record Put(Item item, Optional<Long> cas, BString token) implements Ask {}
}
