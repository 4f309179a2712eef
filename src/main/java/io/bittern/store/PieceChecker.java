package io.bittern.store;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.Metainfo;
import io.bittern.piece.Bitfield;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks the files of a torrent against its hashes, without a running client. */
public final class PieceChecker {

    private static final int OPEN_FILES = 32;

    private PieceChecker() {}

    /** What is the matter with a file. */
    public enum State {
        OK,
        MISSING,
        /** There is a folder, a link or something else in its place. */
        WRONG_KIND,
        WRONG_SIZE,
        DAMAGED,
        /** All that can be hashed is right, but it shares a piece with a file that is not. */
        UNPROVEN
    }

    /** A file of the torrent by index, and how many of its pieces are not right. */
    public record FileReport(int file, State state, int badPieces) {}

    /** Which pieces are right, and what is the matter with each file. */
    public record Report(Bitfield verified, List<FileReport> files) {

        /** Whether all of it is there and right. */
        public boolean isGood() {
            return verified.isFull() && files.stream().allMatch(file -> file.state() == State.OK);
        }
    }

    private record Seen(State state, FileFacts facts) {}

    /** Hashes what is there on so many threads; trouble only if what is there cannot be read. */
    public static Report check(Metainfo metainfo, Path folder, int threads, Progress progress)
            throws StoreException, InterruptedException {
        FileLayout layout = metainfo.layout();
        List<Seen> seen = look(layout, new FileTree(layout, folder));
        FileHandles handles = new FileHandles(OPEN_FILES);
        FileStorage storage = new FileStorage(
                layout, new FileStorage.Place(folder, () -> folder.resolve("."), layout.all(), false), handles);
        Bitfield possible = StartPlan.distrust(
                        layout, seen.stream().map(Seen::facts).toList())
                .check();
        try {
            PieceHasher hasher = new PieceHasher(storage, layout.sizes(), new Buffers(Buffers.CHUNK));
            Bitfield verified = possible.isEmpty()
                    ? possible
                    : Workers.run(
                            threads,
                            executor -> PieceCheck.of(hasher, metainfo::matches, possible, false, progress)
                                    .start(executor, threads));
            return report(layout, seen, possible, verified);
        } finally {
            storage.release();
        }
    }

    private static List<Seen> look(FileLayout layout, FileTree tree) throws StoreException {
        List<Seen> seen = new ArrayList<>();
        for (TorrentFile file : layout.files()) {
            seen.add(file.pad() ? new Seen(State.OK, FileFacts.ABSENT) : look(file, tree));
        }
        return seen;
    }

    private static Seen look(TorrentFile file, FileTree tree) throws StoreException {
        try {
            FileFacts facts = tree.anyFacts(file.index());
            State state = facts.size() == file.length() ? State.OK : State.WRONG_SIZE;
            return new Seen(facts.exists() ? state : State.MISSING, facts);
        } catch (StoreException e) {
            if (e.trouble() == PieceStoreActor.Trouble.WRONG_KIND) {
                return new Seen(State.WRONG_KIND, FileFacts.ABSENT);
            }
            throw e;
        }
    }

    private static Report report(FileLayout layout, List<Seen> seen, Bitfield possible, Bitfield verified) {
        List<FileReport> files = new ArrayList<>();
        for (TorrentFile file : layout.files()) {
            int bad = 0;
            boolean damaged = false;
            for (int piece = layout.firstPiece(file.index()); piece <= layout.lastPiece(file.index()); piece++) {
                bad += verified.get(piece) ? 0 : 1;
                damaged |= possible.get(piece) && !verified.get(piece);
            }
            State state = seen.get(file.index()).state();
            if (state == State.OK && bad > 0 && !file.pad()) {
                state = damaged ? State.DAMAGED : State.UNPROVEN;
            }
            files.add(new FileReport(file.index(), state, file.pad() ? 0 : bad));
        }
        return new Report(verified, files);
    }
}
