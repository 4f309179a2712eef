package io.bittern.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * How many more file descriptors this process may open, as the kernel's proc file system tells it.
 *
 * <p>The JDK's management bean knows this too, but starting it costs tens of milliseconds at every start.
 */
public final class OpenFiles {

    private static final String LIMIT = "Max open files";

    private OpenFiles() {}

    /** Descriptors that are still free; empty where the system does not tell or sets no limit. */
    public static OptionalInt free() {
        Path self = Path.of("/proc/self");
        try (Stream<Path> open = Files.list(self.resolve("fd"))) {
            OptionalInt limit = softLimit(Files.readAllLines(self.resolve("limits")));
            int used = (int) open.count();
            return limit.isEmpty() ? limit : OptionalInt.of(Math.max(0, limit.getAsInt() - used));
        } catch (IOException | UncheckedIOException e) {
            return OptionalInt.empty();
        }
    }

    /** The soft limit in the lines of {@code /proc/self/limits}. */
    static OptionalInt softLimit(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(LIMIT))
                .map(line -> line.substring(LIMIT.length()).strip().split("\\s+", 2)[0])
                .filter(limit -> limit.matches("[0-9]{1,9}"))
                .mapToInt(Integer::parseInt)
                .findFirst();
    }
}
