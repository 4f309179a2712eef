package io.bittern.client;

import io.bittern.metainfo.FilePriorities;
import io.bittern.metainfo.Metainfo;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
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

    /** How much each file is wanted. */
    FilePriorities files();

    /**
     * Wants files as much as this says from now on. When files are wanted that were not when the torrent was added, peers are
     * left for a moment, while the disk is made ready for them. Data of files that are no longer wanted stay.
     */
    void files(FilePriorities priorities);

    /**
     * Opens a file to read it while it comes. What is read next is fetched next, from the fastest peers first; a read
     * blocks until its bytes are verified. Close it, or the torrent goes on hurrying.
     *
     * @param file its index
     * @return a channel that cannot write; {@link java.nio.channels.Channels#newInputStream} makes a stream of it
     * @throws IOException if the file is not wanted, and so would never come
     */
    SeekableByteChannel open(int file) throws IOException;

    /** Stops the torrent in an orderly way and removes it from its client; the data stay. */
    CompletionStage<Void> stop();
}
