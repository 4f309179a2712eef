package io.bittern.client;

import io.bittern.metainfo.Metainfo;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/** A torrent of a running client. Safe for many threads. */
public interface Torrent {

    /** What the torrent says of itself. */
    Metainfo metainfo();

    /** The torrent's file, or its folder if it has several files. */
    Path path();

    /** How the torrent stands; at most a second old, and cheap. */
    TorrentSnapshot snapshot();

    /**
     * Ends when everything wanted is verified and on the disk; with a {@link ClientException} if the torrent is stopped
     * before. A failure does not end it, as the torrent tries again: that is an event.
     */
    CompletionStage<TorrentSnapshot> downloaded();

    /** Ends when everything wanted is there and the goal of seeding is reached; else like {@link #downloaded}. */
    CompletionStage<TorrentSnapshot> finished();

    /** Holds the torrent to these limits from now on, under those of the client. */
    void limit(RateLimits limits);

    /** Stops the torrent in an orderly way and removes it from its client; the data stay. */
    CompletionStage<Void> stop();
}
