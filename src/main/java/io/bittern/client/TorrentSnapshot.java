package io.bittern.client;

import io.bittern.tracker.SwarmSize;
import java.time.Duration;
import java.util.Optional;

/**
 * How a torrent stands at one moment.
 *
 * @param swarm all peers of the torrent, as trackers say
 * @param checked bytes that the check at the start has read so far; means something only while checking
 * @param failure why the torrent does not work, while it has failed
 */
public record TorrentSnapshot(
        State state,
        Amounts amounts,
        Rates rates,
        Peers peers,
        SwarmSize swarm,
        long checked,
        Optional<Failure> failure) {

    /** What a torrent is doing. */
    public enum State {
        CHECKING,
        DOWNLOADING,
        SEEDING,
        FAILED,
        STOPPED
    }

    /**
     * Amounts of payload in bytes.
     *
     * @param total the whole torrent
     * @param wanted the wanted files
     * @param done what is verified of the wanted files
     * @param verified what is verified of the whole torrent
     * @param downloaded what peers have sent in the torrent's life
     * @param uploaded what peers were sent in the torrent's life
     * @param wasted what of {@code downloaded} was of no use
     */
    public record Amounts(
            long total, long wanted, long done, long verified, long downloaded, long uploaded, long wasted) {}

    /** Bytes of payload per second. */
    public record Rates(long down, long up) {}

    /** Peers that are connected, and how many of them have everything. */
    public record Peers(int connected, int seeds) {}

    /** A torrent that waits for the check of its data. */
    public static TorrentSnapshot initial(long total, long wanted) {
        Amounts amounts = new Amounts(total, wanted, 0, 0, 0, 0, 0);
        return new TorrentSnapshot(
                State.CHECKING, amounts, new Rates(0, 0), new Peers(0, 0), SwarmSize.UNKNOWN, 0, Optional.empty());
    }

    /** The same with other amounts. */
    TorrentSnapshot with(Amounts others) {
        return new TorrentSnapshot(state, others, rates, peers, swarm, checked, failure);
    }

    /** Whether everything wanted is verified. */
    public boolean complete() {
        return state != State.CHECKING && amounts.done == amounts.wanted;
    }

    /** Whether all of the torrent is verified, wanted or not. */
    public boolean seed() {
        return state != State.CHECKING && amounts.verified == amounts.total;
    }

    /** Time until everything wanted is there at the present rate; empty when nothing moves or nothing is missing. */
    public Optional<Duration> eta() {
        long missing = amounts.wanted - amounts.done;
        if (state != State.DOWNLOADING || missing <= 0 || rates.down <= 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofSeconds((missing - 1) / rates.down + 1));
    }
}
