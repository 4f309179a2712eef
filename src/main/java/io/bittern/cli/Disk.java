package io.bittern.cli;

import io.bittern.store.DiskReason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Trouble with files and folders in words for the user. */
final class Disk {

    private Disk() {}

    /** Makes sure that a folder is there and can be written. */
    static void prepare(Path folder) throws CliException {
        Path existing = folder;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing != null && !Files.isDirectory(existing)) {
            throw new CliException(ExitCode.EXISTS, existing + " is not a folder; give another with -d");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException failed) {
            throw failure("cannot make the folder", folder, failed);
        }
        if (!Files.isWritable(folder)) {
            throw new CliException(
                    ExitCode.IO, "cannot write to " + folder + ": it is read-only or not ours; give another with -d");
        }
    }

    /** Makes sure that a folder with data is there. */
    static void require(Path folder) throws CliException {
        if (!Files.exists(folder)) {
            throw new CliException(
                    ExitCode.NOT_FOUND, "there is no folder " + folder + "; say with -d where the data are");
        }
        if (!Files.isDirectory(folder)) {
            throw new CliException(ExitCode.EXISTS, folder + " is not a folder; say with -d where the data are");
        }
    }

    /** Makes sure that a file that is to be made, if any, is not there. */
    static void requireNone(@Nullable Path file) throws CliException {
        if (file != null && Files.exists(file)) {
            throw exists(file);
        }
    }

    /** Makes a file that is not there. */
    static void writeNew(Path file, byte[] bytes) throws CliException {
        try {
            Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException there) {
            throw exists(file);
        } catch (IOException failed) {
            throw failure("cannot write", file, failed);
        }
    }

    private static CliException exists(Path file) {
        return new CliException(ExitCode.EXISTS, file + " exists already; give another with -o");
    }

    /** What the system said, with the code that fits. */
    static CliException failure(String what, Path path, IOException cause) {
        String reason = DiskReason.of(cause);
        boolean full = reason.toLowerCase(Locale.ROOT).contains("no space");
        return new CliException(full ? ExitCode.NO_SPACE : ExitCode.IO, what + " " + path + ": " + reason, cause);
    }
}
