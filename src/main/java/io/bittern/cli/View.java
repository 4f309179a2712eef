package io.bittern.cli;

import io.bittern.client.Bittern;
import io.bittern.client.Failure;
import io.bittern.client.PortMapping;
import io.bittern.client.TorrentEvent;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import java.util.List;

/** How a session is shown; used by one thread. */
interface View extends AutoCloseable {

    /** All torrents have been added. */
    void loaded(List<Row> rows, int port);

    /** Something happened to a torrent. */
    void happened(Row row, TorrentEvent event);

    /** Everything wanted of a torrent is verified and on the disk. */
    void done(Row row);

    /** The metadata of a magnet link is being fetched. */
    default void learning(Bittern.Learning learning) {
        note(Lines.learning(learning));
    }

    /** The metadata of a magnet link is there. */
    default void learned(MagnetLink link, Metainfo torrent) {
        note(Lines.learned(torrent));
    }

    /** Whether gateways let peers in is known, or has changed; that none does is no news for most. */
    default void portMapping(PortMapping mapping) {
        if (mapping.isOpen()) {
            note(mapping.text());
        }
    }

    /** Something worth knowing that is no problem. */
    void note(String text);

    /** A problem that is not one torrent's. */
    void problem(ExitCode code, String text);

    /** A torrent cannot work. */
    void failed(Row row, Failure failure);

    /** Some time has passed. */
    void tick();

    /** Puts the screen in order. */
    @Override
    void close();
}
