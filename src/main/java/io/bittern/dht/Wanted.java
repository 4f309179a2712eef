package io.bittern.dht;

import io.bittern.bencode.BString;
import io.bittern.metainfo.InfoHash;
import java.util.Optional;

/** What a node is to look for, and perhaps to leave there. Torrents are not private (BEP 27). */
public sealed interface Wanted {

    /** Peers of a torrent; with {@code scrape} also how many there are (BEP 33). */
    record Peers(InfoHash torrent, boolean scrape) implements Wanted {}

    /**
     * Peers of a torrent, to whose nearest nodes we announce ourselves.
     *
     * @param impliedPort whether the port that others see our packets come from counts, and not {@code port}
     * @param seed whether we have all of it, so that other seeds are of no use to us (BEP 33)
     */
    record Announce(InfoHash torrent, int port, boolean impliedPort, boolean seed) implements Wanted {}

    /** An item (BEP 44); {@code salt} is that of a mutable one. */
    record Get(NodeId target, BString salt) implements Wanted {}

    /** That the nearest nodes keep an item, in the place of the version {@code cas} if there is one (BEP 44). */
    record Put(Item item, Optional<Long> cas) implements Wanted {}
}
