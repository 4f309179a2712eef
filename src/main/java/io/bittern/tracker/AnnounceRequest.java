package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a tracker is told of us (BEP 3, BEP 15).
 *
 * @param port where we listen for peers
 * @param left bytes that we still lack
 * @param numWant how many peers we would like; none when we stop, whatever is asked for
 * @param key by which a tracker knows us again when our address changes
 * @param trackerId what this tracker called us before
 * @param addresses where peers reach us beside the address that the tracker sees (BEP 7)
 */
public record AnnounceRequest(
        InfoHash infoHash,
        PeerId peerId,
        int port,
        long uploaded,
        long downloaded,
        long left,
        AnnounceEvent event,
        int numWant,
        int key,
        Optional<String> trackerId,
        List<InetAddress> addresses) {

    /** How many peers to ask for. */
    public static final int NUM_WANT = 200;

    public AnnounceRequest {
        if (port < 0 || port > 0xffff || uploaded < 0 || downloaded < 0 || left < 0 || numWant < 0) {
            throw new IllegalArgumentException("no announce: port " + port + ", left " + left + ", want " + numWant);
        }
        addresses = List.copyOf(addresses);
        numWant = event == AnnounceEvent.STOPPED ? 0 : numWant;
    }

    /** One without what only some trackers want to know. */
    public AnnounceRequest(
            InfoHash infoHash,
            PeerId peerId,
            int port,
            long uploaded,
            long downloaded,
            long left,
            AnnounceEvent event,
            int numWant,
            int key) {
        this(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, Optional.empty(), List.of());
    }

    /** The same with a tracker id. */
    public AnnounceRequest withTrackerId(String id) {
        return with(Optional.of(id), addresses);
    }

    /** The same with addresses of ours. */
    public AnnounceRequest withAddresses(List<InetAddress> ours) {
        return with(trackerId, ours);
    }

    private AnnounceRequest with(Optional<String> id, List<InetAddress> ours) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, id, ours);
    }
}
