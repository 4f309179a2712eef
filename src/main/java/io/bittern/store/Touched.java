package io.bittern.store;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The files that were written to in this run: what is to be synced, and what somebody else has taken away; safe for many threads. */
final class Touched {

    /* Which file it was when it was opened first, and how far it reaches at least. */
    private record Known(String key, long reach) {}

    private Map<Integer, Known> known = Map.of();
    private Set<Integer> unsynced = Set.of();
    private Set<Path> newFolders = Set.of();

    /**
     * A file is open for writing.
     *
     * @param createdBelow if it was created just now, the folder up to which its parents may be new, too
     */
    synchronized void opened(int file, Path path, @Nullable Path createdBelow) throws IOException {
        known = known.isEmpty() ? new TreeMap<>() : known;
        known.putIfAbsent(file, new Known(key(FileTree.look(path)), 0));
        if (createdBelow == null) {
            return;
        }
        newFolders = newFolders.isEmpty() ? new HashSet<>() : newFolders;
        for (Path folder = path.getParent();
                folder != null && folder.startsWith(createdBelow);
                folder = folder.getParent()) {
            newFolders.add(folder);
        }
    }

    /** Bytes of a file were written, up to {@code end}. */
    synchronized void written(int file, long end) {
        unsynced(file);
        Known before = known.get(file);
        if (before != null && before.reach() < end) {
            known.put(file, new Known(before.key(), end));
        }
    }

    /** A sync of a file failed. */
    synchronized void unsynced(int file) {
        unsynced = unsynced.isEmpty() ? new HashSet<>() : unsynced;
        unsynced.add(file);
    }

    /** A file is not there any more: whatever is put in its place is not what was written. */
    synchronized void removed(int file) {
        Known before = known.get(file);
        if (before != null) {
            known.put(file, new Known("removed", before.reach()));
        }
    }

    /** Files written to since the last call. */
    synchronized Set<Integer> takeUnsynced() {
        Set<Integer> taken = unsynced;
        unsynced = Set.of();
        return taken;
    }

    /** Folders that got new names since the last call. */
    synchronized Set<Path> takeNewFolders() {
        Set<Path> taken = newFolders;
        newFolders = Set.of();
        return taken;
    }

    /** Files that are gone, replaced, or shorter than what was written; they are forgotten here. */
    synchronized List<Integer> lost(IntFunction<Path> paths) throws StoreException {
        List<Integer> lost = new ArrayList<>();
        for (Map.Entry<Integer, Known> entry : known.entrySet()) {
            Path path = paths.apply(entry.getKey());
            try {
                BasicFileAttributes now = FileTree.look(path);
                if (now == null
                        || now.size() < entry.getValue().reach()
                        || !key(now).equals(entry.getValue().key())) {
                    lost.add(entry.getKey());
                }
            } catch (IOException e) {
                throw StoreException.of(path, e);
            }
        }
        lost.forEach(known::remove);
        return lost;
    }

    private static String key(@Nullable BasicFileAttributes file) {
        return file == null ? "" : String.valueOf(file.fileKey());
    }
}
