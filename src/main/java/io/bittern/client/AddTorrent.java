package io.bittern.client;

import io.bittern.metainfo.Metainfo;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What to do with a torrent.
 *
 * @param folder the folder that holds, or will hold, the torrent's file or its own folder
 * @param wantedFiles indexes of the files to fetch, empty for all; a set with no index fetches nothing and still seeds
 *     what is there
 * @param peers addresses to dial besides those that trackers name
 * @param seedGoal how long to seed what is complete
 * @param way how its pieces move
 * @param limits the torrent's own, empty for what the settings say
 */
public record AddTorrent(
        Metainfo metainfo,
        Path folder,
        Optional<BitSet> wantedFiles,
        List<InetSocketAddress> peers,
        SeedGoal seedGoal,
        Way way,
        Optional<RateLimits> limits) {

    /**
     * How the pieces of a torrent move.
     *
     * @param sequential whether to fetch in the order of the files rather than what is rarest
     * @param superSeeding whether peers are shown what is there piece by piece, until others have all of it, too (BEP 16)
     */
    public record Way(boolean sequential, boolean superSeeding) {

        /** What is rarest first, and whoever asks is told of all that is there. */
        public static final Way USUAL = new Way(false, false);
    }

    public AddTorrent {
        wantedFiles = wantedFiles.map(AddTorrent::copy);
        peers = List.copyOf(peers);
    }

    /** To fetch all files and stop when they are complete. */
    public static AddTorrent download(Metainfo metainfo, Path folder) {
        return new AddTorrent(
                metainfo, folder, Optional.empty(), List.of(), SeedGoal.NONE, Way.USUAL, Optional.empty());
    }

    /** To seed what is there, for ever, and to fetch nothing. */
    public static AddTorrent seed(Metainfo metainfo, Path folder) {
        return new AddTorrent(
                metainfo, folder, Optional.of(new BitSet()), List.of(), SeedGoal.FOREVER, Way.USUAL, Optional.empty());
    }

    /** The same, but for these files only. */
    public AddTorrent withWantedFiles(BitSet files) {
        return new AddTorrent(metainfo, folder, Optional.of(files), peers, seedGoal, way, limits);
    }

    /** The same, with these addresses to dial. */
    public AddTorrent withPeers(List<InetSocketAddress> addresses) {
        return new AddTorrent(metainfo, folder, wantedFiles, addresses, seedGoal, way, limits);
    }

    /** The same, with another goal. */
    public AddTorrent withSeedGoal(SeedGoal goal) {
        return new AddTorrent(metainfo, folder, wantedFiles, peers, goal, way, limits);
    }

    /** The same, but in the order of the files, for who wants to use them before all of it is there. */
    public AddTorrent inOrder() {
        return new AddTorrent(metainfo, folder, wantedFiles, peers, seedGoal, new Way(true, way.superSeeding), limits);
    }

    /**
     * The same, but so that this seed uploads as little as can be until others have everything, too (BEP 16): for the first
     * seed of a torrent, and a burden for a swarm that has others.
     */
    public AddTorrent superSeeding() {
        return new AddTorrent(metainfo, folder, wantedFiles, peers, seedGoal, new Way(way.sequential, true), limits);
    }

    /** The same, with limits of its own, under those of the client. */
    public AddTorrent withLimits(RateLimits own) {
        return new AddTorrent(metainfo, folder, wantedFiles, peers, seedGoal, way, Optional.of(own));
    }

    /** The files to fetch; the set is the caller's own. */
    @Override
    public Optional<BitSet> wantedFiles() {
        return wantedFiles.map(AddTorrent::copy);
    }

    private static BitSet copy(BitSet files) {
        return (BitSet) files.clone();
    }
}
