package io.bittern.interop;

import java.nio.file.Path;

/** A BitTorrent client of somebody else. */
interface OtherClient {

    /** The programs that it needs. */
    String[] needs();

    /** Starts to seed complete data; it announces itself. */
    Program seed(Area area, Path torrent, Path data, int port);

    /** Starts to download what a file or a link names. */
    Download leech(Area area, String torrent, Path data, int port);

    /** Starts to download. */
    default Download leech(Area area, Path torrent, Path data, int port) {
        return leech(area, torrent.toString(), data, port);
    }

    /** A download under way. */
    interface Download {
        boolean finished();
    }

    static OtherClient of(String name) {
        return of(name, Host.HERE);
    }

    static OtherClient of(String name, Host host) {
        return switch (name) {
            case "libtorrent" -> new LibtorrentClient(host);
            case "transmission" -> new TransmissionClient(host);
            case "aria2" -> new Aria2Client(host);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
