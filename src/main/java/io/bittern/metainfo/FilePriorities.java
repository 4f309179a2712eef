package io.bittern.metainfo;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/** How much each file of a torrent is wanted. Immutable. */
public final class FilePriorities {

    /** How much a file is wanted: not at all, or after or before others. */
    public enum Priority {
        SKIP,
        LOW,
        NORMAL,
        HIGH
    }

    private final FileLayout layout;
    private final List<Priority> byFile;

    private FilePriorities(FileLayout layout, List<Priority> byFile) {
        this.layout = layout;
        this.byFile = List.copyOf(byFile);
    }

    /** Every file alike. */
    public static FilePriorities all(FileLayout layout) {
        return only(layout, layout.all());
    }

    /** These files alike, by index, and no others. */
    public static FilePriorities only(FileLayout layout, BitSet files) {
        List<Priority> none = Collections.nCopies(layout.files().size(), Priority.SKIP);
        return new FilePriorities(layout, none).with(files, Priority.NORMAL);
    }

    /** The same, but for these files, by index. */
    public FilePriorities with(BitSet files, Priority priority) {
        List<Priority> changed = new ArrayList<>(byFile);
        files.stream().forEach(file -> changed.set(file, priority));
        return new FilePriorities(layout, changed);
    }

    /** The files that this is about. */
    public FileLayout layout() {
        return layout;
    }

    /** How much a file is wanted. */
    public Priority of(int file) {
        return byFile.get(file);
    }

    /** The indexes of the files that are wanted. */
    public BitSet wanted() {
        BitSet wanted = new BitSet(byFile.size());
        for (int file = 0; file < byFile.size(); file++) {
            wanted.set(file, byFile.get(file) != Priority.SKIP);
        }
        return wanted;
    }
}
