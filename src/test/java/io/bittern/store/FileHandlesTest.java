package io.bittern.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHandlesTest {

    @TempDir
    private Path folder;

    private final FileHandles handles = new FileHandles(3);
    private final AtomicInteger opened = new AtomicInteger();

    @Test
    void keepsTheFilesUsedLast() throws Exception {
        use(1);
        use(2);
        use(3);
        use(1);
        use(4);
        assertThat(handles.open()).isEqualTo(3);
        assertThat(opened).hasValue(4);

        use(1);
        use(3);

        assertThat(opened).hasValue(4);
        use(2);
        assertThat(opened).hasValue(5);
    }

    @Test
    void neverClosesAFileInUse() throws Exception {
        try (FileHandles.Handle one = handles.use(this, 1, true, this::open)) {
            IntStream.range(2, 9).forEach(file -> assertThat(used(file)).isTrue());
            handles.release(this);

            assertThat(one.channel().isOpen()).isTrue();
            assertThat(one.channel().write(ByteBuffer.allocate(1), 0)).isEqualTo(1);
        }
        assertThat(handles.open()).isZero();
    }

    @Test
    void opensAgainForWriting() throws Exception {
        use(1);
        try (FileHandles.Handle again = handles.use(this, 1, true, this::open)) {
            assertThat(again.channel().write(ByteBuffer.allocate(1), 0)).isEqualTo(1);
        }
        assertThat(handles.open()).isEqualTo(1);
    }

    @Test
    void letsManyThreadsUseManyFiles() {
        CompletableFuture<?>[] threads = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> IntStream.range(0, 500)
                        .forEach(i -> assertThat(used(i * (thread + 1) % 11)).isTrue())))
                .toArray(CompletableFuture<?>[]::new);

        CompletableFuture.allOf(threads).join();

        assertThat(handles.open()).isLessThanOrEqualTo(3);
    }

    private boolean used(int file) {
        try {
            use(file);
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    private void use(int file) throws Exception {
        try (FileHandles.Handle handle = handles.use(this, file, false, this::open)) {
            assertThat(handle.channel().size()).isNotNegative();
        }
    }

    private FileChannel open(int file, boolean write) throws java.io.IOException {
        opened.incrementAndGet();
        Path path = folder.resolve(Integer.toString(file));
        return write
                ? FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)
                : FileChannel.open(create(path), StandardOpenOption.READ);
    }

    private static Path create(Path path) throws java.io.IOException {
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close();
        return path;
    }
}
