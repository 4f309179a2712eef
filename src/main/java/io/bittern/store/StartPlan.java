package io.bittern.store;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * What is believed at the start, and what is hashed first.
 *
 * <p>After a clean end a file of the same size and time of change is believed, another one is hashed. After any other end
 * the pieces of the synced state are believed as far as the files are long enough and a sample of them is right, and
 * whatever else could be there is hashed, but for what begins like a hole. Without a state everything is hashed. Pieces
 * in files that are missing or too short are known to be missing and cost nothing.
 *
 * @param trusted pieces believed
 * @param check pieces to be hashed
 * @param sample trusted pieces to be hashed first; if one is wrong, nothing is believed
 * @param holesAreMissing whether a piece that begins with zeros counts as a hole and is not read
 * @param held blocks believed of pieces that are not complete
 */
record StartPlan(
        Bitfield trusted, Bitfield check, Bitfield sample, boolean holesAreMissing, Map<Integer, Bitfield> held) {

    private static final int SMALLEST_SAMPLE = 8;
    private static final int LARGEST_SAMPLE = 64;
    private static final int SAMPLE_SHARE = 256;

    /** Believes nothing: every piece that could be there is hashed. */
    static StartPlan distrust(FileLayout layout, List<FileFacts> now) {
        Bitfield none = new Bitfield(layout.sizes().count());
        return new StartPlan(none, possible(layout, now), none, false, Map.of());
    }

    /** Decides by a state of an earlier run and what the files look like now. */
    static StartPlan of(FileLayout layout, ResumeState before, List<FileFacts> now, RandomGenerator random) {
        if (before.files().size() != now.size()) {
            return distrust(layout, now);
        }
        Bitfield possible = possible(layout, now);
        Bitfield changed = changed(layout, before, now);
        Bitfield trusted = common(before.verified(), possible);
        trusted.removeAll(changed);
        return before.clean()
                ? afterCleanEnd(layout.sizes(), before, common(changed, possible), changed, trusted)
                : afterCrash(possible, trusted, random);
    }

    /** Whether the data of a complete torrent are gone altogether, and not from the folder that held them. */
    static boolean isMediumGone(ResumeState before, Bitfield wanted, List<FileFacts> now, String medium) {
        Bitfield missing = wanted.copy();
        missing.removeAll(before.verified());
        return missing.isEmpty()
                && before.files().stream().anyMatch(file -> file.size() > 0)
                && now.stream().noneMatch(file -> file.size() > 0)
                && !before.medium().equals(medium);
    }

    private static StartPlan afterCleanEnd(
            PieceSizes sizes, ResumeState before, Bitfield check, Bitfield changed, Bitfield trusted) {
        Map<Integer, Bitfield> held = new TreeMap<>();
        before.held().forEach((piece, blocks) -> {
            if (!changed.get(piece) && !trusted.get(piece)) {
                held.put(piece, blocks);
            }
        });
        return new StartPlan(trusted, check, new Bitfield(sizes.count()), false, held);
    }

    private static StartPlan afterCrash(Bitfield possible, Bitfield trusted, RandomGenerator random) {
        Bitfield rest = possible.copy();
        rest.removeAll(trusted);
        return new StartPlan(trusted, rest, sample(trusted, random), true, Map.of());
    }

    private static Bitfield sample(Bitfield from, RandomGenerator random) {
        int size = Math.min(LARGEST_SAMPLE, SMALLEST_SAMPLE + from.count() / SAMPLE_SHARE);
        if (from.count() <= size) {
            return from.copy();
        }
        Bitfield sample = new Bitfield(from.size());
        while (sample.count() < size) {
            int piece = from.nextSet(random.nextInt(from.size()));
            if (piece >= 0) {
                sample.set(piece);
            }
        }
        return sample;
    }

    /* Pieces all of whose bytes are within files as long as they are now. */
    private static Bitfield possible(FileLayout layout, List<FileFacts> now) {
        Bitfield possible = new Bitfield(layout.sizes().count());
        possible.setAll();
        for (TorrentFile file : layout.files()) {
            long size = Math.max(0, now.get(file.index()).size());
            if (!file.pad() && size < file.length()) {
                int from = (int) ((file.offset() + size) / layout.sizes().pieceLength());
                for (int piece = from; piece <= layout.lastPiece(file.index()); piece++) {
                    possible.clear(piece);
                }
            }
        }
        return possible;
    }

    private static Bitfield changed(FileLayout layout, ResumeState before, List<FileFacts> now) {
        Bitfield changed = new Bitfield(layout.sizes().count());
        for (TorrentFile file : layout.files()) {
            FileFacts then = before.files().get(file.index());
            FileFacts current = now.get(file.index());
            boolean same = before.clean() ? current.equals(then) : current.size() >= then.size();
            if (!same) {
                for (int p = layout.firstPiece(file.index()); p <= layout.lastPiece(file.index()); p++) {
                    changed.set(p);
                }
            }
        }
        return changed;
    }

    private static Bitfield common(Bitfield one, Bitfield other) {
        Bitfield outside = one.copy();
        outside.removeAll(other);
        Bitfield common = one.copy();
        common.removeAll(outside);
        return common;
    }
}
