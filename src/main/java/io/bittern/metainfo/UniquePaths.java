package io.bittern.metainfo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives the files of one torrent paths that differ on every file system, and from the torrent's folders.
 *
 * <p>A file whose path was taken by an earlier file, or is a folder of any file, gets a number before its extension.
 * Paths are compared by 64-bit hashes of their folded elements: hashes of equal paths are equal, so a clash is never
 * missed, and two different paths with one hash only cost a needless number.
 */
final class UniquePaths {

    /** Files that may be renamed because their path was taken. */
    static final int MAX_DUPLICATES = 500;

    private final long[] folders;
    private final Set<Long> taken = new HashSet<>();
    private final Map<Long, Integer> numbers = new HashMap<>();
    private int duplicates;

    /** For files with these paths. */
    UniquePaths(List<List<String>> paths) {
        long[] hashes = new long
                [Math.toIntExact(
                        paths.stream().mapToLong(path -> path.size() - 1L).sum())];
        int count = 0;
        for (List<String> path : paths) {
            long hash = 0;
            for (String folder : path.subList(0, path.size() - 1)) {
                hash = below(hash, folder);
                hashes[count++] = hash;
            }
        }
        Arrays.sort(hashes);
        folders = hashes;
    }

    /** The path for the next file, the same as it was asked for or with another last element. */
    List<String> take(List<String> path) throws MetainfoException {
        long folder = 0;
        for (String element : path.subList(0, path.size() - 1)) {
            folder = below(folder, element);
        }
        String wanted = path.get(path.size() - 1);
        long hash = below(folder, wanted);
        if (isFree(hash)) {
            taken.add(hash);
            return path;
        }
        if (++duplicates > MAX_DUPLICATES) {
            throw new MetainfoException("more than " + MAX_DUPLICATES + " files have the path of another file");
        }
        List<String> renamed = new ArrayList<>(path);
        renamed.set(path.size() - 1, numbered(folder, wanted, hash));
        return List.copyOf(renamed);
    }

    private String numbered(long folder, String wanted, long hash) {
        // The numbers go on where they ended, so that a torrent full of "a", "a.1", "a.2" ... takes no quadratic time.
        int number = numbers.getOrDefault(hash, 0);
        String name;
        do {
            name = SafePath.numbered(wanted, ++number);
        } while (!isFree(below(folder, name)));
        numbers.put(hash, number);
        taken.add(below(folder, name));
        return name;
    }

    private boolean isFree(long hash) {
        return !taken.contains(hash) && Arrays.binarySearch(folders, hash) < 0;
    }

    private static long below(long folder, String element) {
        String folded = SafePath.folded(element);
        long hash = (folder ^ folded.length()) * 0x9e3779b97f4a7c15L;
        for (int i = 0; i < folded.length(); i++) {
            hash = (hash ^ (hash >>> 29) ^ folded.charAt(i)) * 0xbf58476d1ce4e5b9L;
        }
        return hash ^ (hash >>> 32);
    }
}
