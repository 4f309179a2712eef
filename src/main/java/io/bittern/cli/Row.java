package io.bittern.cli;

import io.bittern.client.Torrent;
import io.bittern.client.TorrentSnapshot;
import io.bittern.metainfo.Text;
import java.nio.file.Path;

/**
 * A torrent of a session and what has become of it, for the thread of the session alone.
 */
final class Row {

    private final Torrent torrent;
    private final String name;
    private boolean downloaded;
    private boolean finished;

    Row(Torrent torrent) {
        this(torrent, torrent.metainfo().name());
    }

    /** A torrent that goes by another name than its own. */
    Row(Torrent torrent, String name) {
        this.torrent = torrent;
        this.name = Text.clean(name);
    }

    /** The torrent's name, fit to be shown. */
    String name() {
        return name;
    }

    String infoHash() {
        return torrent.metainfo().infoHash().toString();
    }

    Path path() {
        return torrent.path();
    }

    TorrentSnapshot snapshot() {
        return torrent.snapshot();
    }

    /** Whether everything wanted has been verified and written. */
    boolean downloaded() {
        return downloaded;
    }

    /** Whether the goal of seeding has been reached, too. */
    boolean finished() {
        return finished;
    }

    void setDownloaded() {
        downloaded = true;
    }

    void setFinished() {
        finished = true;
    }
}
