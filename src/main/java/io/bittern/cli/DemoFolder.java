package io.bittern.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A temporary folder with the seeder's data, and places for the leechers; it is gone when it is closed. */
final class DemoFolder implements AutoCloseable {

    private static final String NAME = "bittern-demo";

    private final Path root;

    private DemoFolder(Path root) {
        this.root = root;
    }

    /** Where such folders are made. */
    static Path place() {
        return Path.of(System.getProperty("java.io.tmpdir", "."));
    }

    /** Makes a folder with so many bytes in files of many kinds: large, small, empty, nested. */
    static DemoFolder create(long size) throws IOException {
        DemoFolder folder = new DemoFolder(Files.createTempDirectory(place(), NAME));
        try {
            Path payload = folder.payload();
            Files.createDirectories(payload.resolve("nested/deeper"));
            long small = size / 10;
            folder.fill(payload.resolve("large.bin"), size - 2 * small, 1);
            folder.fill(payload.resolve("nested/medium.bin"), small, 2);
            folder.fill(payload.resolve("nested/deeper/another.bin"), small, 3);
            folder.fill(payload.resolve("nested/empty"), 0, 4);
            return folder;
        } catch (IOException failed) {
            folder.close();
            throw failed;
        }
    }

    private void fill(Path file, long size, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] chunk = new byte[64 << 10];
        try (OutputStream output = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (long left = size; left > 0; left -= chunk.length) {
                random.nextBytes(chunk);
                output.write(chunk, 0, (int) Math.min(left, chunk.length));
            }
        }
    }

    Path seeder() {
        return root.resolve("seeder");
    }

    Path payload() {
        return seeder().resolve(NAME);
    }

    Path leecher(int number) {
        return root.resolve("leecher-" + number);
    }

    Path states() {
        return root.resolve("state");
    }

    /** Deletes all of it, as far as it goes: what is left is in the folder of the system for such things. */
    @Override
    public void close() throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
