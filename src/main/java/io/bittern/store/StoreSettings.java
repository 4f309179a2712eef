package io.bittern.store;

import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What a {@link PieceStoreActor} needs to know.
 *
 * @param metainfo the torrent
 * @param storage where its payload is
 * @param stateFolder where its resume state is
 * @param selected the wanted files by index
 * @param shared what all stores of a client share
 * @param pace when things are written for good
 */
public record StoreSettings(
        Metainfo metainfo, PieceStorage storage, Path stateFolder, BitSet selected, Shared shared, Pace pace) {

    /**
     * What all stores of a client share.
     *
     * @param handles the open files
     * @param buffers the memory for disk work
     * @param checkers threads that hash at once when data are checked
     * @param nanoTime monotonic time in nanoseconds
     * @param random picks the pieces of a sample
     */
    public record Shared(
            FileHandles handles, Buffers buffers, int checkers, LongSupplier nanoTime, RandomGenerator random) {}

    /**
     * When things are written for good.
     *
     * @param flushAfter how long a block waits for its neighbours at most
     * @param syncAfter how long what was written waits for a sync at most
     * @param syncBytes bytes written that are synced at once
     * @param countersAfter how long counters wait to be kept while nothing is written
     */
    public record Pace(Duration flushAfter, Duration syncAfter, long syncBytes, Duration countersAfter) {

        /** A second, 5 s, 64 MiB and a minute. */
        public static final Pace DEFAULT =
                new Pace(Duration.ofSeconds(1), Duration.ofSeconds(5), 64L << 20, Duration.ofMinutes(1));
    }

    /** A torrent whose wanted files are in a folder, with part file and resume state in another. */
    public static StoreSettings inFolder(
            Metainfo metainfo, FileStorage.Place place, Path stateFolder, Shared shared, Pace pace) {
        FileStorage storage = new FileStorage(metainfo.layout(), place, shared.handles());
        return new StoreSettings(metainfo, storage, stateFolder, place.selected(), shared, pace);
    }

    PieceSizes sizes() {
        return metainfo.sizes();
    }

    /** The pieces with bytes of wanted files. */
    Bitfield wanted() {
        Bitfield wanted = new Bitfield(sizes().count());
        metainfo.layout().pieces(selected).stream().forEach(wanted::set);
        return wanted;
    }

    ResumeFile resumeFile() {
        return new ResumeFile(stateFolder, metainfo.infoHash(), sizes());
    }
}
