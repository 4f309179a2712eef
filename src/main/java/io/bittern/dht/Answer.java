package io.bittern.dht;

import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a node answers to a query; what was not asked for is empty.
 *
 * @param nodes contacts near to the target, of both families
 * @param token what the asker must bring back to store something
 * @param values peers of the torrent
 * @param stored the item, or the version that is not newer than what the asker has
 */
record Answer(
        List<Contact> nodes,
        Optional<BString> token,
        List<InetSocketAddress> values,
        Optional<Scrape> scrape,
        Optional<Samples> samples,
        Optional<Stored> stored) {

    /** Nothing but the id. */
    static final Answer EMPTY =
            new Answer(List.of(), Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Everybody who shares a torrent, by kind (BEP 33). */
    record Scrape(BloomFilter seeds, BloomFilter peers) {}

    /**
     * Some of the torrents that a node knows (BEP 51).
     *
     * @param interval seconds until others are given
     * @param total how many there are
     */
    record Samples(List<NodeId> hashes, int interval, int total) {}

    /** An item without its salt as it came, nothing of it proven (BEP 44); a value alone is immutable. */
    record Stored(Optional<Bencode> value, Optional<BString> key, Optional<Long> seq, Optional<BString> signature) {}

    Answer withNodes(List<Contact> others) {
        return new Answer(others, token, values, scrape, samples, stored);
    }

    Answer withToken(BString other) {
        return new Answer(nodes, Optional.of(other), values, scrape, samples, stored);
    }

    Answer withValues(List<InetSocketAddress> others) {
        return new Answer(nodes, token, others, scrape, samples, stored);
    }

    Answer withScrape(Scrape other) {
        return new Answer(nodes, token, values, Optional.of(other), samples, stored);
    }

    Answer withSamples(Samples others) {
        return new Answer(nodes, token, values, scrape, Optional.of(others), stored);
    }

    Answer withStored(Stored other) {
        return new Answer(nodes, token, values, scrape, samples, Optional.of(other));
    }
}
