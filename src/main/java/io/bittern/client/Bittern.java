package io.bittern.client;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import io.bittern.tracker.ScrapeResponse;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A running BitTorrent client, to which torrents are added until it is stopped. Safe for many threads. */
public interface Bittern extends AutoCloseable {

    /**
     * Adds a torrent and starts it; it checks the data that is there and then does what the request says.
     *
     * @param listener is told what happens from the first event on, one event at a time, by a thread of the client: it
     *     must not block
     * @throws ClientException if the torrent cannot be added, such as when it is there already
     */
    Torrent add(AddTorrent request, Consumer<? super TorrentEvent> listener) throws ClientException;

    /**
     * Fetches what a magnet link leaves out, from peers; what an earlier run has fetched is there at once.
     *
     * @param peers addresses to dial besides those that trackers name
     * @param listener is told how far it is, by a thread of the client: it must not block
     * @return the torrent, or a {@link ClientException}; it takes as long as nobody is found who knows
     * @throws ClientException if it cannot begin, such as when the torrent is being fetched or has been added already
     */
    CompletionStage<Learned> fetch(MagnetLink link, List<InetSocketAddress> peers, Consumer<? super Learning> listener)
            throws ClientException;

    /**
     * Asks a tracker how large the swarms of some torrents are, without joining them (BEP 48, BEP 15).
     *
     * @param tracker an announce URL
     * @return what the tracker knows, or a {@link ClientException} that says in one line why it did not answer
     */
    CompletionStage<ScrapeResponse> scrape(String tracker, Collection<InfoHash> torrents);

    /** How far the metadata of a magnet link is: pieces that are there, of so many once that is known, and peers. */
    record Learning(MagnetLink link, int have, int pieces, int peers) {}

    /** The torrent that a magnet link means, and peers that are known to be in its swarm. */
    record Learned(Metainfo metainfo, List<InetSocketAddress> peers) {}

    /** Holds all torrents together to these limits from now on. What one does not use another gets. */
    void limit(RateLimits limits);

    /** Holds each peer and each web seed to these limits from now on. */
    void limitEachPeer(RateLimits limits);

    /** The port on which peers can connect, which is not the one of the settings if that was taken. */
    int port();

    /**
     * Says whether gateways let peers in, as soon as that is known and whenever it changes; nothing if they are not to be
     * asked.
     *
     * @param listener told by a thread of the client: it must not block
     */
    void watchPort(Consumer<? super PortMapping> listener);

    /**
     * Stops in an orderly way: tells peers and trackers, writes what is in flight and the resume state. It takes at most
     * five seconds, and may be called again.
     */
    CompletionStage<Void> stop();

    /** Stops and waits until that is done. */
    @Override
    default void close() {
        stop().toCompletableFuture().join();
    }

    /** A way to start a client. */
    @FunctionalInterface
    interface Starter {

        /**
         * Starts a client.
         *
         * @throws ClientException if it cannot work, such as when the folder of its state cannot be written
         */
        Bittern start(Settings settings) throws ClientException;
    }
}
