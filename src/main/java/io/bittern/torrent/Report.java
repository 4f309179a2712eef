package io.bittern.torrent;

import io.bittern.store.PieceStoreActor.Counters;
import io.bittern.store.PieceStoreActor.Trouble;
import io.bittern.tracker.SwarmSize;
import java.util.Optional;

/**
 * How a torrent stands.
 *
 * @param phase what it is doing
 * @param wanted bytes of all pieces that are wanted
 * @param done bytes of wanted pieces that are verified
 * @param verified bytes of all pieces that are verified
 * @param held bytes of blocks that are there, of pieces that are not complete
 * @param checked bytes checked so far, while checking
 * @param total bytes of payload that came and went, over all runs
 * @param downRate bytes/s from peers
 * @param upRate bytes/s to peers
 * @param peers connections with a finished handshake
 * @param seeds those of them that have everything
 * @param swarm all peers of the torrent, as trackers say
 * @param failure why the torrent has failed
 */
public record Report(
        Phase phase,
        long wanted,
        long done,
        long verified,
        long held,
        long checked,
        Counters total,
        double downRate,
        double upRate,
        int peers,
        int seeds,
        SwarmSize swarm,
        Optional<Failure> failure) {

    /** What a torrent is doing. */
    public enum Phase {
        CHECKING,
        DOWNLOADING,
        SEEDING,
        FAILED,
        STOPPED
    }

    /** Why a torrent has failed. */
    public record Failure(Trouble trouble, String reason) {}
}
