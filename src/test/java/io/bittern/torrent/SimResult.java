package io.bittern.torrent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What came of a {@link SimSwarm}.
 *
 * @param copies how much the seed had uploaded when the others had a full copy among them, in sizes of the torrent
 * @param usefulCopies the same when the uploaders among them had a full copy
 * @param young what all but the seed had given and got when the first of them had the whole torrent
 * @param digest of the log of events
 */
record SimResult(
        long seed,
        List<SimPeer> peers,
        double copies,
        double usefulCopies,
        List<Trade> young,
        long digest,
        long events) {

    /** Bytes that a peer had given and got. */
    record Trade(long given, long got) {}

    /** Of each pair of an uploader and a free rider with the same link, how much longer the free rider took. */
    double[] factors() {
        List<Double> factors = new ArrayList<>();
        for (SimPeer uploader : leechers()) {
            for (SimPeer rider : leechers()) {
                if (!uploader.rider()
                        && rider.rider()
                        && uploader.line().upload() == rider.line().upload()) {
                    factors.add((double) rider.finishedAt() / uploader.finishedAt());
                }
            }
        }
        return factors.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /** Of those pairs, the part in which the uploader was first. */
    double uploaderFirst() {
        return Arrays.stream(factors()).filter(factor -> factor > 1).count() / (double) factors().length;
    }

    double medianFactor() {
        return factors()[factors().length / 2];
    }

    /** Spearman's rank correlation of what peers had given and got while the swarm was young. */
    double correlation() {
        double[] given = ranks(young.stream().mapToDouble(Trade::given).toArray());
        double[] got = ranks(young.stream().mapToDouble(Trade::got).toArray());
        double mean = (given.length - 1) / 2.0;
        double both = 0;
        double ofGiven = 0;
        double ofGot = 0;
        for (int i = 0; i < given.length; i++) {
            both += (given[i] - mean) * (got[i] - mean);
            ofGiven += (given[i] - mean) * (given[i] - mean);
            ofGot += (got[i] - mean) * (got[i] - mean);
        }
        return both / Math.sqrt(ofGiven * ofGot);
    }

    private static double[] ranks(double[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i ->
                        Arrays.stream(values).filter(value -> value < values[i]).count()
                                + (Arrays.stream(values)
                                                        .filter(value -> value == values[i])
                                                        .count()
                                                - 1)
                                        / 2.0)
                .toArray();
    }

    boolean everybodyUnchoked() {
        return leechers().stream().allMatch(SimPeer::everUnchoked);
    }

    /** Blocks that were leased twice outside endgame. */
    int doubles() {
        return peers.stream().mapToInt(SimPeer::doubles).sum();
    }

    /** Of all blocks that came, the part that nobody needed. */
    double waste() {
        long came = leechers().stream().mapToLong(SimPeer::received).sum();
        return 1 - (double) leechers().size() * SimSwarm.SIZES.length() / came;
    }

    private List<SimPeer> leechers() {
        return peers.subList(1, peers.size());
    }

    @Override
    public String toString() {
        return young.isEmpty() ? spread() : all();
    }

    /** Of a swarm that ended before anybody had everything. */
    private String spread() {
        return String.format(Locale.ROOT, "seed %d: copies %.2f, %d events, %016x", seed, copies, events, digest);
    }

    private String all() {
        return String.format(
                Locale.ROOT,
                "seed %d: uploader first %.3f, median factor %.2f, correlation %.3f, copies %.2f (%.2f), wasted %.4f, doubles %d, %s, %d events, %016x",
                seed,
                uploaderFirst(),
                medianFactor(),
                correlation(),
                copies,
                usefulCopies,
                waste(),
                doubles(),
                everybodyUnchoked() ? "all unchoked" : "SOMEBODY NEVER UNCHOKED",
                events,
                digest);
    }
}
