package io.bittern.store;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.PieceSizes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Where bytes of unwanted files are kept that share a piece with wanted ones.
 *
 * <p>Every piece that a border between two files runs through has a slot, in order. The slots follow from the torrent
 * alone, not from what is selected, so the file needs no index and stays right when the selection changes.
 */
final class PartFile {

    private final Supplier<Path> path;
    private final PieceSizes sizes;
    private final int[] shared;

    PartFile(Supplier<Path> path, FileLayout layout) {
        this.path = path;
        this.sizes = layout.sizes();
        this.shared = layout.files().stream()
                .flatMapToLong(file -> LongStream.of(file.offset(), file.offset() + file.length()))
                .filter(border -> border > 0 && border < sizes.length() && border % sizes.pieceLength() != 0)
                .mapToInt(border -> (int) (border / sizes.pieceLength()))
                .sorted()
                .distinct()
                .toArray();
    }

    Path path() {
        return path.get();
    }

    /** Whether a piece belongs to more than one file. */
    boolean isShared(int piece) {
        return Arrays.binarySearch(shared, piece) >= 0;
    }

    /** Where the byte at an offset of the payload is kept, -1 if it is not of a shared piece. */
    long position(long offset) {
        int slot = Arrays.binarySearch(shared, (int) (offset / sizes.pieceLength()));
        return slot < 0 ? -1 : (long) slot * sizes.pieceLength() + offset % sizes.pieceLength();
    }

    /** Bytes from an offset of the payload to the end of its piece. */
    int room(long offset) {
        return (int) (sizes.pieceLength() - offset % sizes.pieceLength());
    }
}
