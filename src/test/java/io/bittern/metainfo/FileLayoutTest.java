package io.bittern.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Forall;
import io.bittern.metainfo.FileLayout.Slice;
import io.bittern.metainfo.FileLayout.TorrentFile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileLayoutTest {

    /** Files of 10, 0, 5, 0, 0, 20 and 0 bytes in pieces of 8. */
    private final FileLayout layout = layout(8, 10, 0, 5, 0, 0, 20, 0);

    @Test
    void cutsThePayloadWhereFilesEndAndLeavesEmptyOnesOut() {
        assertThat(layout.slices(0, 10)).containsExactly(new Slice(0, 0, 10));
        assertThat(layout.slices(9, 2)).containsExactly(new Slice(0, 9, 1), new Slice(2, 0, 1));
        assertThat(layout.slices(0, 35)).containsExactly(new Slice(0, 0, 10), new Slice(2, 0, 5), new Slice(5, 0, 20));
        assertThat(layout.slices(15, 1)).containsExactly(new Slice(5, 0, 1));
        assertThat(layout.slices(34, 1)).containsExactly(new Slice(5, 19, 1));
    }

    @Test
    void givesNoSlicesForNoBytes() {
        assertThat(layout.slices(0, 0)).isEmpty();
        assertThat(layout.slices(10, 0)).isEmpty();
        assertThat(layout.slices(35, 0)).isEmpty();
    }

    @Test
    void refusesWhatLiesOutside() {
        assertThatThrownBy(() -> layout.slices(35, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> layout.slices(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> layout.slices(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> layout.slices(Long.MAX_VALUE, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void knowsThePiecesOfAFile() {
        assertThat(layout.firstPiece(0)).isZero();
        assertThat(layout.lastPiece(0)).isEqualTo(1);
        assertThat(layout.firstPiece(2)).isEqualTo(1);
        assertThat(layout.lastPiece(2)).isEqualTo(1);
        assertThat(layout.firstPiece(5)).isEqualTo(1);
        assertThat(layout.lastPiece(5)).isEqualTo(4);
    }

    @Test
    void givesAnEmptyFileNoPieces() {
        for (int empty : List.of(1, 3, 4, 6)) {
            assertThat(layout.lastPiece(empty)).isEqualTo(layout.firstPiece(empty) - 1);
        }
    }

    @Test
    void collectsThePiecesOfAllSelectedFiles() {
        assertThat(layout.pieces(set(2))).isEqualTo(set(1));
        assertThat(layout.pieces(set(0, 1))).isEqualTo(set(0, 1));
        assertThat(layout.pieces(set(0, 5))).isEqualTo(set(0, 1, 2, 3, 4));
        assertThat(layout.pieces(set(1, 3))).isEqualTo(set());
        assertThat(layout.pieces(layout.all())).isEqualTo(set(0, 1, 2, 3, 4));
    }

    @Test
    void wantsNoPieceForAPad() {
        FileLayout padded = FileLayout.of(
                8,
                List.of(
                        new TorrentFile(0, List.of("r", "a"), 0, 8, false),
                        new TorrentFile(1, List.of("r", "p"), 8, 8, true)));

        assertThat(padded.pieces(set(0, 1))).isEqualTo(set(0));
    }

    @Test
    void refusesFilesThatDoNotFollowEachOther() {
        assertThatThrownBy(() -> FileLayout.of(8, List.of(new TorrentFile(0, List.of("a"), 1, 1, false))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FileLayout.of(8, List.of(new TorrentFile(1, List.of("a"), 0, 1, false))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layout(8, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givesSlicesThatAreThePayloadByteForByte() {
        Forall.seeds(1_000, random -> {
            long[] lengths = random.longs(1 + random.nextInt(12), 0, 1 + random.nextInt(40))
                    .map(length -> random.nextInt(3) == 0 ? 0 : length)
                    .toArray();
            lengths[random.nextInt(lengths.length)] = 1L + random.nextInt(100);
            FileLayout any = layout(1 + random.nextInt(30), lengths);
            int from = random.nextInt((int) any.length());
            int length = random.nextInt((int) any.length() - from + 1);

            long at = from;
            for (Slice slice : any.slices(from, length)) {
                TorrentFile file = any.file(slice.file());
                assertThat(file.offset() + slice.fileOffset()).isEqualTo(at);
                assertThat(slice.length()).isPositive();
                assertThat(slice.fileOffset() + slice.length()).isLessThanOrEqualTo(file.length());
                at += slice.length();
            }

            assertThat(at).isEqualTo(from + length);
        });
    }

    @Test
    void findsExactlyThePiecesThatShareBytesWithAFile() {
        Forall.seeds(500, random -> {
            FileLayout any = layout(
                    1 + random.nextInt(20),
                    random.nextInt(50),
                    random.nextInt(5),
                    1 + random.nextInt(50),
                    random.nextInt(9));
            for (TorrentFile file : any.files()) {
                BitSet shared = new BitSet();
                for (int piece = 0; piece < any.sizes().count(); piece++) {
                    shared.set(
                            piece,
                            any.slices(any.sizes().offset(piece), any.sizes().lengthOf(piece)).stream()
                                    .anyMatch(slice -> slice.file() == file.index()));
                }

                assertThat(any.pieces(set(file.index()))).isEqualTo(shared);
            }
        });
    }

    private static FileLayout layout(int pieceLength, long... lengths) {
        List<TorrentFile> files = new ArrayList<>();
        long offset = 0;
        for (long length : lengths) {
            files.add(new TorrentFile(files.size(), List.of("root", "f" + files.size()), offset, length, false));
            offset += length;
        }
        return FileLayout.of(pieceLength, files);
    }

    private static BitSet set(int... bits) {
        BitSet set = new BitSet();
        for (int bit : bits) {
            set.set(bit);
        }
        return set;
    }
}
