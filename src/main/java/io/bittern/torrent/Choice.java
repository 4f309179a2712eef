package io.bittern.torrent;

import io.bittern.metainfo.FilePriorities;
import io.bittern.piece.Priorities;
import java.util.BitSet;

/**
 * What is wanted of a torrent.
 *
 * @param files the indexes of the wanted files
 * @param pieces how much each piece is wanted
 */
public record Choice(BitSet files, Priorities pieces) {

    /**
     * The pieces of files.
     *
     * @param edgesFirst whether the first and the last piece of each file come before the rest of it
     */
    public static Choice of(FilePriorities files, boolean edgesFirst) {
        return new Choice(files.wanted(), Priorities.of(files, edgesFirst));
    }

    /** Whether no file is wanted that is not among these. */
    boolean within(BitSet known) {
        BitSet more = (BitSet) files.clone();
        more.andNot(known);
        return more.isEmpty();
    }
}
