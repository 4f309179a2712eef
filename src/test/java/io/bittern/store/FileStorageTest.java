package io.bittern.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Forall;
import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.store.PieceStoreActor.Trouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest {

    private static final int PIECE = 64 << 10;

    @TempDir
    private Path temp;

    private final FileHandles handles = new FileHandles(2);
    private final TestTorrent torrent = TestTorrent.ofFolder(new Random(1), PIECE, 100_000, 0, 50_000, 200_000);

    @Test
    void readsWhatWasWrittenAcrossFilesInAnyPieces() {
        Forall.seeds(30, random -> {
            Path folder = temp.resolve("s" + random.nextLong());
            int[] lengths = random.ints(1 + random.nextInt(6), 0, 60_000).toArray();
            lengths[0]++;
            TestTorrent any = TestTorrent.ofFolder(random, 1 + random.nextInt(40_000), lengths);
            FileStorage storage = storage(any, folder, all(any), false);
            storage.facts();
            for (int from = 0; from < any.payload().length; ) {
                int step = Math.min(1 + random.nextInt(30_000), any.payload().length - from);
                storage.write(from, ByteBuffer.wrap(any.payload(), from, step));
                from += step;
            }

            ByteBuffer all = ByteBuffer.allocate(any.payload().length);
            assertThat(storage.read(0, all)).isEqualTo(any.payload().length);
            assertThat(all.array()).isEqualTo(any.payload());
            storage.prepare();
            for (TorrentFile file : any.metainfo().layout().files()) {
                assertThat(any.path(folder, file.index())).hasBinaryContent(any.file(file.index()));
            }
            storage.release();
        });
    }

    @Test
    void createsNothingBeforeTheFirstWriteAndOnlyWhatIsWritten() throws Exception {
        FileStorage storage = storage(torrent, temp, all(torrent), false);
        assertThat(storage.facts()).containsOnly(FileFacts.ABSENT);
        assertThat(temp).isEmptyDirectory();

        storage.write(160_000, ByteBuffer.wrap(torrent.payload(), 160_000, 10));

        assertThat(files(temp)).containsExactly("dir", "dir/sub", "dir/sub/3");
        assertThat(torrent.path(temp, 3)).hasSize(10_010);
    }

    @Test
    void readsUpToTheFirstMissingByte() throws Exception {
        FileStorage storage = storage(torrent, temp, all(torrent), false);
        storage.write(0, ByteBuffer.wrap(torrent.payload(), 0, 100_000));

        assertThat(storage.read(90_000, ByteBuffer.allocate(20_000))).isEqualTo(10_000);
        assertThat(storage.read(120_000, ByteBuffer.allocate(10))).isZero();
    }

    @Test
    void padsAreZerosAndNeverOnTheDisk() throws Exception {
        FileLayout padded = FileLayout.of(
                PIECE,
                List.of(
                        new TorrentFile(0, List.of("d", "a"), 0, 100, false),
                        new TorrentFile(1, List.of("d", ".pad"), 100, PIECE - 100, true),
                        new TorrentFile(2, List.of("d", "b"), PIECE, 100, false)));
        FileStorage storage = new FileStorage(
                padded, new FileStorage.Place(temp, () -> temp.resolve("p"), padded.all(), false), handles);
        storage.facts();
        byte[] ones = new byte[PIECE + 100];
        java.util.Arrays.fill(ones, (byte) 1);

        storage.write(0, ByteBuffer.wrap(ones));
        ByteBuffer back = ByteBuffer.wrap(ones.clone());

        assertThat(storage.read(0, back)).isEqualTo(PIECE + 100);
        assertThat(back.get(99)).isEqualTo((byte) 1);
        assertThat(back.get(100)).isZero();
        assertThat(back.get(PIECE - 1)).isZero();
        assertThat(back.get(PIECE)).isEqualTo((byte) 1);
        assertThat(files(temp)).containsExactly("d", "d/a", "d/b");
    }

    @Test
    void followsNoLinkBelowTheDownloadFolder() throws Exception {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Path folder = Files.createDirectories(temp.resolve("in"));
        Files.createSymbolicLink(folder.resolve("dir"), outside);
        FileStorage storage = storage(torrent, folder, all(torrent), false);

        assertWrongKind(() -> storage.write(0, ByteBuffer.wrap(new byte[10])));
        assertWrongKind(storage::facts);
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void followsNoLinkInPlaceOfAFile() throws Exception {
        Path victim = Files.writeString(temp.resolve("victim"), "precious");
        Path link = torrent.path(temp, 0);
        Files.createDirectories(temp.resolve("dir/sub"));
        Files.createSymbolicLink(link, victim);
        FileStorage storage = storage(torrent, temp, all(torrent), false);

        assertWrongKind(() -> storage.write(0, ByteBuffer.wrap(new byte[10])));
        assertWrongKind(() -> storage.read(0, ByteBuffer.allocate(5)));
        assertThat(victim).hasContent("precious");
    }

    @Test
    void theDownloadFolderItselfMayBeALink() throws Exception {
        Path real = Files.createDirectories(temp.resolve("real"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), real);
        FileStorage storage = storage(torrent, link, all(torrent), false);

        storage.write(0, ByteBuffer.wrap(torrent.payload(), 0, 10));

        assertThat(torrent.path(real, 0)).hasSize(10);
    }

    @Test
    void refusesAFolderInPlaceOfAFileAndAFileThatIsTooLong() throws Exception {
        Files.createDirectories(torrent.path(temp, 0));
        assertWrongKind(storage(torrent, temp, all(torrent), false)::facts);

        Path other = temp.resolve("other");
        torrent.create(other);
        Files.write(torrent.path(other, 2), new byte[50_001]);

        assertThatThrownBy(storage(torrent, other, all(torrent), false)::facts)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("50001 bytes instead of 50000");
        assertThat(torrent.path(other, 2)).hasSize(50_001);
    }

    @Test
    void aFileInTheWayOfAFolderIsOfTheWrongKind() throws Exception {
        Files.writeString(temp.resolve("dir"), "a file");
        FileStorage storage = storage(torrent, temp, all(torrent), false);

        assertWrongKind(storage::facts);
        assertWrongKind(() -> storage.write(0, ByteBuffer.wrap(new byte[10])));
    }

    @Test
    void noUnwantedFileAppears() throws Exception {
        FileStorage storage = storage(torrent, temp.resolve("d"), of(2), false);
        storage.facts();
        while (storage.prepare()) {
            assertThat(storage).isNotNull();
        }

        writePieces(storage, 1, 2);

        assertThat(files(temp.resolve("d"))).containsExactly("dir", "dir/sub", "dir/sub/2");
        assertThat(torrent.path(temp.resolve("d"), 2)).hasBinaryContent(torrent.file(2));
        assertThat(readPiece(storage, 1)).isEqualTo(torrent.bytes(1, 0, PIECE));
        assertThat(readPiece(storage, 2)).isEqualTo(torrent.bytes(2, 0, PIECE));
        assertThat(storage.read(0, ByteBuffer.allocate(10))).isZero();
    }

    @Test
    void whatWasKeptForAnUnwantedFileMovesOverWhenItIsWanted() throws Exception {
        Path folder = temp.resolve("d");
        FileStorage before = storage(torrent, folder, of(2), false);
        before.facts();
        before.prepare();
        writePieces(before, 1, 2);
        List<FileFacts> facts = before.facts();
        before.release();

        FileStorage after = storage(torrent, folder, all(torrent), false);
        assertThat(after.facts()).isEqualTo(facts);
        assertThat(readPiece(after, 1)).isEqualTo(torrent.bytes(1, 0, PIECE));
        while (after.prepare()) {
            assertThat(after).isNotNull();
        }

        assertThat(readPiece(after, 1)).isEqualTo(torrent.bytes(1, 0, PIECE));
        assertThat(readPiece(after, 2)).isEqualTo(torrent.bytes(2, 0, PIECE));
        assertThat(temp.resolve("parts")).doesNotExist();
        writePieces(after, 0, 3, 4, 5);
        for (int file = 0; file < 4; file++) {
            assertThat(torrent.path(folder, file)).hasBinaryContent(torrent.file(file));
        }
    }

    @Test
    void anUnwantedFileThatIsThereAlreadyIsUsed() throws Exception {
        Path folder = temp.resolve("d");
        torrent.create(folder, 0);
        FileStorage storage = storage(torrent, folder, of(2), false);
        storage.facts();

        assertThat(readPiece(storage, 0)).isEqualTo(torrent.bytes(0, 0, PIECE));
        writePieces(storage, 1);

        assertThat(torrent.path(folder, 0)).hasBinaryContent(torrent.file(0));
    }

    @Test
    void somethingElseInPlaceOfAnUnwantedFileIsInNobodysWay() throws Exception {
        Path folder = temp.resolve("d");
        Files.createDirectories(torrent.path(folder, 0));
        FileStorage storage = storage(torrent, folder, of(2), false);

        assertThat(storage.facts()).hasSize(4);
        writePieces(storage, 1, 2);

        assertThat(readPiece(storage, 1)).isEqualTo(torrent.bytes(1, 0, PIECE));
        assertThat(torrent.path(folder, 0)).isEmptyDirectory();
    }

    @Test
    void preallocatesInSlicesWithoutTouchingWhatIsThere() throws Exception {
        TestTorrent large = TestTorrent.ofFile(new Random(1), 40 << 20, 1 << 20);
        FileStorage storage = storage(large, temp, all(large), true);
        storage.facts();
        storage.write(0, ByteBuffer.wrap(large.payload(), 0, 100));
        int slices = 1;
        while (storage.prepare()) {
            slices++;
        }

        assertThat(slices).isEqualTo(3);
        assertThat(large.path(temp, 0)).hasSize(40 << 20);
        ByteBuffer back = ByteBuffer.allocate(101);
        storage.read(0, back);
        assertThat(back.array()).startsWith(large.bytes(0, 0, 100)).endsWith((byte) 0);
    }

    @Test
    void noticesFilesThatWereTakenAway() throws Exception {
        FileStorage storage = storage(torrent, temp, all(torrent), false);
        storage.write(0, ByteBuffer.wrap(torrent.payload()));
        storage.sync();
        assertThat(storage.lost()).isEmpty();

        Files.delete(torrent.path(temp, 0));
        Files.write(torrent.path(temp, 2), new byte[49_999]);
        Path copy = Files.write(temp.resolve("copy"), torrent.file(3));
        Files.move(copy, torrent.path(temp, 3), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThat(storage.lost()).containsExactly(0, 2, 3);
        assertThat(storage.lost()).isEmpty();
    }

    @Test
    void syncsAFileThatWasRemovedWithoutMakingItAnew() throws Exception {
        FileStorage storage = storage(torrent, temp, all(torrent), false);
        storage.write(0, ByteBuffer.wrap(torrent.payload(), 0, 100));
        storage.release();
        Files.delete(torrent.path(temp, 0));

        storage.sync();

        assertThat(torrent.path(temp, 0)).doesNotExist();
        assertThat(storage.lost()).containsExactly(0);
    }

    @Test
    void namesThePathAndTheCauseOfTrouble() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("d"));
        if (!folder.toFile().setWritable(false) || Files.isWritable(folder)) {
            return; // Whoever may do everything is denied nothing.
        }
        FileStorage storage = storage(torrent, folder, all(torrent), false);

        assertThatThrownBy(() -> storage.write(0, ByteBuffer.wrap(new byte[1])))
                .isInstanceOfSatisfying(StoreException.class, e -> {
                    assertThat(e.trouble()).isEqualTo(Trouble.DENIED);
                    assertThat(e.reason()).startsWith("Permission denied: ").contains(folder.toString());
                });
    }

    @Test
    void tellsTroubleApartByItsCause() {
        Path path = Path.of("f");
        assertThat(trouble(path, new IOException("No space left on device"))).isEqualTo(Trouble.NO_SPACE);
        assertThat(trouble(path, new IOException("Disk quota exceeded"))).isEqualTo(Trouble.NO_SPACE);
        assertThat(trouble(path, new IOException("Input/output error"))).isEqualTo(Trouble.IO);
        assertThat(trouble(path, new java.nio.file.AccessDeniedException("f"))).isEqualTo(Trouble.DENIED);
        assertThat(trouble(path, new java.nio.file.FileSystemException("f", null, "Read-only file system")))
                .isEqualTo(Trouble.DENIED);
        assertThat(trouble(path, new java.nio.file.NoSuchFileException("f"))).isEqualTo(Trouble.NOT_FOUND);
        assertThat(new StoreException(Trouble.IO, "a\n\u001b[31m\u202eb").reason())
                .doesNotContain("\n", "\u001b");
    }

    private static Trouble trouble(Path path, IOException cause) {
        return StoreException.of(path, cause).trouble();
    }

    private FileStorage storage(TestTorrent of, Path folder, BitSet selected, boolean preallocate) {
        return new FileStorage(
                of.metainfo().layout(),
                new FileStorage.Place(folder, () -> temp.resolve("parts"), selected, preallocate),
                handles);
    }

    private void writePieces(FileStorage storage, int... pieces) throws StoreException {
        for (int piece : pieces) {
            int from = piece * PIECE;
            storage.write(
                    from,
                    ByteBuffer.wrap(torrent.payload(), from, torrent.sizes().lengthOf(piece)));
        }
    }

    private byte[] readPiece(FileStorage storage, int piece) throws StoreException {
        ByteBuffer into = ByteBuffer.allocate(torrent.sizes().lengthOf(piece));
        assertThat(storage.read((long) piece * PIECE, into)).isEqualTo(into.capacity());
        return into.array();
    }

    private static BitSet all(TestTorrent of) {
        return of.metainfo().layout().all();
    }

    private static BitSet of(int... files) {
        BitSet selected = new BitSet();
        for (int file : files) {
            selected.set(file);
        }
        return selected;
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder))
                    .map(path -> folder.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    private static void assertWrongKind(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.trouble()).isEqualTo(Trouble.WRONG_KIND));
    }
}
