package io.bittern.client;

import io.bittern.metainfo.FilePriorities;
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
 * @param files how much each file is wanted; if none is, nothing is fetched and what is there is still seeded
 * @param peers addresses to dial besides those that trackers name
 * @param seedGoal how long to seed what is complete
 * @param way how its pieces move
 * @param limits the torrent's own, empty for what the settings say
 */
public record AddTorrent(
        Metainfo metainfo,
        Path folder,
        FilePriorities files,
        List<InetSocketAddress> peers,
        SeedGoal seedGoal,
        Way way,
        Optional<RateLimits> limits) {

    /**
     * How the pieces of a torrent move.
     *
     * @param sequential whether to fetch in the order of the files rather than what is rarest
     * @param edgesFirst whether the first and the last piece of each file come before the rest of it
     * @param superSeeding whether peers are shown what is there piece by piece, until others have all of it, too (BEP 16)
     */
    public record Way(boolean sequential, boolean edgesFirst, boolean superSeeding) {

        /** What is rarest first, and whoever asks is told of all that is there. */
        public static final Way USUAL = new Way(false, false, false);
    }

    public AddTorrent {
        peers = List.copyOf(peers);
    }

    /** To fetch all files and stop when they are complete. */
    public static AddTorrent download(Metainfo metainfo, Path folder) {
        return new AddTorrent(
                metainfo,
                folder,
                FilePriorities.all(metainfo.layout()),
                List.of(),
                SeedGoal.NONE,
                Way.USUAL,
                Optional.empty());
    }

    /** To seed what is there, for ever, and to fetch nothing. */
    public static AddTorrent seed(Metainfo metainfo, Path folder) {
        return new AddTorrent(
                metainfo,
                folder,
                FilePriorities.only(metainfo.layout(), new BitSet()),
                List.of(),
                SeedGoal.FOREVER,
                Way.USUAL,
                Optional.empty());
    }

    /** The same, but for these files only. */
    public AddTorrent withWantedFiles(BitSet wanted) {
        return withFiles(FilePriorities.only(metainfo.layout(), wanted));
    }

    /** The same, with files wanted as much as this says. */
    public AddTorrent withFiles(FilePriorities priorities) {
        return new AddTorrent(metainfo, folder, priorities, peers, seedGoal, way, limits);
    }

    /** The same, with these addresses to dial. */
    public AddTorrent withPeers(List<InetSocketAddress> addresses) {
        return new AddTorrent(metainfo, folder, files, addresses, seedGoal, way, limits);
    }

    /** The same, with another goal. */
    public AddTorrent withSeedGoal(SeedGoal goal) {
        return new AddTorrent(metainfo, folder, files, peers, goal, way, limits);
    }

    /** The same, but in the order of the files, for who wants to use them before all of it is there. */
    public AddTorrent inOrder() {
        return withWay(new Way(true, way.edgesFirst, way.superSeeding));
    }

    /** The same, but with the first and the last piece of each file first, which players need to begin. */
    public AddTorrent edgesFirst() {
        return withWay(new Way(way.sequential, true, way.superSeeding));
    }

    /**
     * The same, but so that this seed uploads as little as can be until others have everything, too (BEP 16): for the first
     * seed of a torrent, and a burden for a swarm that has others.
     */
    public AddTorrent superSeeding() {
        return withWay(new Way(way.sequential, way.edgesFirst, true));
    }

    private AddTorrent withWay(Way other) {
        return new AddTorrent(metainfo, folder, files, peers, seedGoal, other, limits);
    }

    /** The same, with limits of its own, under those of the client. */
    public AddTorrent withLimits(RateLimits own) {
        return new AddTorrent(metainfo, folder, files, peers, seedGoal, way, Optional.of(own));
    }
}
