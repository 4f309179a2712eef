package io.bittern.torrent;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.AnnounceRequest;
import java.util.function.IntSupplier;

/**
 * Who we are to trackers.
 *
 * @param self our peer id
 * @param port where peers can connect to us, 0 if they cannot; asked at each announce
 * @param key the number by which trackers know us again
 */
public record Identity(PeerId self, IntSupplier port, int key) {

    /**
     * What they are told of a torrent, in bytes of payload.
     *
     * @param wanted how many peers they may name
     */
    AnnounceRequest announce(
            InfoHash torrent, AnnounceEvent event, long uploaded, long downloaded, long left, int wanted) {
        return new AnnounceRequest(torrent, self, port.getAsInt(), uploaded, downloaded, left, event, wanted, key);
    }
}
