package io.bittern.torrent;

import io.bittern.net.ExternalAddress;
import io.bittern.net.IpFilter;
import io.bittern.net.Pace;
import io.bittern.tracker.AnnounceResponse;
import io.bittern.tracker.AnnounceTo;
import io.bittern.tracker.SwarmSize;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** What torrents in tests are made of, as far as it is the same for all. */
public final class TestParts {

    public static final Duration REPORT = Duration.ofMillis(200);
    public static final Duration RETRY = Duration.ofMinutes(1);
    public static final Duration PARTING = Duration.ofSeconds(4);

    private TestParts() {}

    /** Settings for one torrent on the default dispatcher, whose trackers are told one of each tier. */
    public static TorrentParts.Settings settings(
            TorrentParts.Limits limits, Pace announces, LongSupplier nanoTime, Random random) {
        return new TorrentParts.Settings(
                limits,
                REPORT,
                RETRY,
                announces,
                PARTING,
                AnnounceTo.FIRST,
                new ExternalAddress(),
                DispatcherSelector.defaultDispatcher(),
                nanoTime,
                random,
                IpFilter.NONE);
    }

    /** Limits of a small swarm in which all peers are of the same priority. */
    public static TorrentParts.Limits limits(int connections, int halfOpen, int perAddress, Dials dials) {
        return new TorrentParts.Limits(100, connections, halfOpen, perAddress, dials, peer -> 0);
    }

    /** The answer of a tracker that knows these. */
    static AnnounceResponse response(List<InetSocketAddress> peers) {
        return new AnnounceResponse(Duration.ofMinutes(30), Duration.ofMinutes(1), SwarmSize.UNKNOWN, peers);
    }
}
