package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.PieceSizes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class FileReaderTest {

    private static final int PIECE = 1000;

    /** From the middle of piece 1 to the middle of piece 4. */
    private static final TorrentFile FILE = new TorrentFile(1, List.of("t", "f"), 1500, 3000, false);

    @TempDir
    private Path folder = Path.of("");

    private final byte[] bytes = new byte[3000];
    private final Arrivals arrivals = new Arrivals();
    private final BlockingQueue<List<Integer>> waits = new LinkedBlockingQueue<>();
    private Path path = folder;
    private FileReader reader = reader();

    @BeforeEach
    void create() throws IOException {
        new Random(1).nextBytes(bytes);
        path = Files.write(folder.resolve("f"), bytes);
        reader = reader();
    }

    private FileReader reader() {
        return new FileReader(path, FILE, new PieceSizes(6000, PIECE), arrivals, waits::add);
    }

    private void arrive(int... pieces) {
        Arrays.stream(pieces).forEach(arrivals::add);
    }

    @Test
    void readsToTheEndOfThePieceThatIsThere() throws IOException {
        arrive(1);
        ByteBuffer into = ByteBuffer.allocate(2000);

        assertThat(reader.read(into)).isEqualTo(500);

        assertThat(reader.position()).isEqualTo(500);
        assertThat(Arrays.copyOf(into.array(), 500)).isEqualTo(Arrays.copyOf(bytes, 500));
    }

    @Test
    void readsAllAsAStream() throws IOException {
        arrive(1, 2, 3, 4);
        try (InputStream stream = Channels.newInputStream(reader)) {
            assertThat(stream.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(reader.isOpen()).isFalse();
    }

    @Test
    void waitsForWhatIsNotThereAndSaysSo() throws Exception {
        arrive(3);
        reader.position(700);
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> read(100));
        assertThat(waits.take()).containsExactly(2, 4);

        arrive(2);

        assertThat(read.get()).isEqualTo(100);
    }

    @Test
    void endsAWaitWhenItIsClosed() throws Exception {
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> read(1));
        assertThat(waits.take()).containsExactly(1, 2, 3, 4);

        reader.close();

        assertThatThrownBy(read::get).hasRootCauseInstanceOf(AsynchronousCloseException.class);
        assertThat(waits.take()).isEmpty();
        assertThatThrownBy(() -> reader.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void endsAWaitWhenTheTorrentEnds() throws Exception {
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> read(1));
        waits.take();

        arrivals.end();

        assertThatThrownBy(read::get).rootCause().hasMessageContaining("has been stopped before");
    }

    @Test
    void tellsOfAFileThatWasCut() throws IOException {
        arrive(4);
        Files.write(path, new byte[100]);
        reader.position(2900);

        assertThatThrownBy(() -> reader.read(ByteBuffer.allocate(1))).isInstanceOf(EOFException.class);
    }

    @Test
    void looksAheadNoFurtherThanEightMebibytes() throws IOException {
        int piece = 1 << 20;
        TorrentFile large = new TorrentFile(0, List.of("large"), 0, 100L * piece, false);
        try (FileReader far = new FileReader(path, large, new PieceSizes(100L * piece, piece), arrivals, waits::add)) {
            arrive(5);
            far.position(5L * piece);
            assertThatThrownBy(() -> far.read(ByteBuffer.allocate(1))).isInstanceOf(EOFException.class);
        }
        assertThat(waits.poll())
                .containsExactlyElementsOf(IntStream.range(6, 13).boxed().toList());
    }

    private int read(int bytesToRead) {
        try {
            return reader.read(ByteBuffer.allocate(bytesToRead));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
