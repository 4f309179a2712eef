package io.bittern.client;

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

    /** The port on which peers can connect, which is not the one of the settings if that was taken. */
    int port();

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
