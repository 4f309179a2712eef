package io.bittern.piece;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.FilePriorities;
import java.util.BitSet;

/** How much each piece of a torrent is wanted: 0 not at all, 4 as usual, 7 most. Immutable. */
public final class Priorities {

    private final byte[] byPiece;

    private Priorities(byte[] byPiece) {
        this.byPiece = byPiece;
    }

    /** These pieces as usual, and no others of so many. */
    public static Priorities only(BitSet wanted, int count) {
        byte[] byPiece = new byte[count];
        wanted.stream().forEach(piece -> byPiece[piece] = Wishes.DEFAULT);
        return new Priorities(byPiece);
    }

    /**
     * Those of the files; a piece with bytes of several is wanted as much as the most wanted of them.
     *
     * @param edgesFirst whether the first and the last piece of each file come before the rest of it, as players like it
     */
    public static Priorities of(FilePriorities files, boolean edgesFirst) {
        FileLayout layout = files.layout();
        byte[] byPiece = new byte[layout.sizes().count()];
        for (TorrentFile file : layout.files()) {
            int level = file.pad() ? 0 : level(files.of(file.index()));
            int first = layout.firstPiece(file.index());
            int last = layout.lastPiece(file.index());
            for (int piece = first; level > 0 && piece <= last; piece++) {
                int bonus = edgesFirst && (piece == first || piece == last) ? 1 : 0;
                byPiece[piece] = (byte) Math.max(byPiece[piece], level + bonus);
            }
        }
        return new Priorities(byPiece);
    }

    private static int level(FilePriorities.Priority priority) {
        return switch (priority) {
            case SKIP -> 0;
            case LOW -> 2;
            case NORMAL -> Wishes.DEFAULT;
            case HIGH -> 6;
        };
    }

    int of(int piece) {
        return byPiece[piece];
    }

    /** The pieces that are wanted. */
    public BitSet wanted() {
        BitSet wanted = new BitSet(byPiece.length);
        for (int piece = 0; piece < byPiece.length; piece++) {
            wanted.set(piece, byPiece[piece] > 0);
        }
        return wanted;
    }
}
