package io.bittern.store;

import io.bittern.metainfo.FileLayout;
import io.bittern.store.PieceStoreActor.Trouble;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The files of a torrent below the download folder, never outside it.
 *
 * <p>The download folder itself may be a link. Below it no link is followed: every element of a path is looked at before
 * a file is opened, and the last one is opened without following.
 */
final class FileTree {

    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> WRITE = Set.of(
            StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);

    private final FileLayout layout;
    private final Path folder;

    FileTree(FileLayout layout, Path folder) {
        this.layout = layout;
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** Where a file of the torrent is. */
    Path path(int file) {
        Path path = folder;
        for (String element : layout.file(file).path()) {
            path = path.resolve(element);
        }
        if (path.equals(folder) || !path.normalize().startsWith(folder.normalize())) {
            throw new IllegalArgumentException("not a path below the folder: " + path);
        }
        return path;
    }

    /** Opens a file; for writing it is created with the folders above it if need be. */
    FileChannel open(int file, boolean write) throws IOException, StoreException {
        Path path = path(file);
        checkFolders(path, write);
        BasicFileAttributes attributes = look(path);
        if (attributes != null && !attributes.isRegularFile()) {
            throw new StoreException(Trouble.WRONG_KIND, "Not a plain file: " + path);
        }
        return FileChannel.open(path, write ? WRITE : READ);
    }

    /** Creates a file without bytes if there is none. */
    void createEmpty(int file) throws StoreException {
        Path path = path(file);
        try {
            if (!facts(file).exists()) {
                open(file, true).close();
            }
        } catch (IOException e) {
            throw StoreException.of(path, e);
        }
    }

    /** What a file looks like; trouble if there is something else, or more than the torrent says. */
    FileFacts facts(int file) throws StoreException {
        FileFacts facts = anyFacts(file);
        long length = layout.file(file).length();
        if (facts.size() > length) {
            throw new StoreException(
                    Trouble.WRONG_KIND,
                    "Longer than the torrent says, " + facts.size() + " bytes instead of " + length + ": "
                            + path(file));
        }
        return facts;
    }

    /** What a file looks like, whatever its length; trouble if there is something else. */
    FileFacts anyFacts(int file) throws StoreException {
        Path path = path(file);
        try {
            checkFolders(path, false);
            BasicFileAttributes attributes = look(path);
            if (attributes != null && !attributes.isRegularFile()) {
                throw new StoreException(Trouble.WRONG_KIND, "Not a plain file: " + path);
            }
            return attributes == null ? FileFacts.ABSENT : factsOf(attributes);
        } catch (NoSuchFileException e) {
            return FileFacts.ABSENT;
        } catch (IOException e) {
            throw StoreException.of(path, e);
        }
    }

    /** Opens a file that is not of the torrent, for writing with the folders above it. */
    static FileChannel openPlain(Path path, boolean write) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (write && folder != null) {
            Files.createDirectories(folder);
        }
        return FileChannel.open(path, write ? WRITE : READ);
    }

    /** What a file looks like that is not of the torrent. */
    static FileFacts factsOf(Path path) throws IOException {
        BasicFileAttributes attributes = look(path);
        return attributes == null ? FileFacts.ABSENT : factsOf(attributes);
    }

    /** What is at a path, a link not followed; null if nothing is. */
    static @Nullable BasicFileAttributes look(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static FileFacts factsOf(BasicFileAttributes attributes) {
        return new FileFacts(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.MICROSECONDS));
    }

    private void checkFolders(Path path, boolean create) throws IOException, StoreException {
        if (create) {
            Files.createDirectories(folder);
        }
        Path below = folder.relativize(path);
        for (int i = 1; i < below.getNameCount(); i++) {
            checkFolder(folder.resolve(below.subpath(0, i)), create);
        }
    }

    private static void checkFolder(Path path, boolean create) throws IOException, StoreException {
        BasicFileAttributes attributes = look(path);
        if (attributes == null && create) {
            attributes = make(path);
        }
        if (attributes == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (!attributes.isDirectory()) {
            throw new StoreException(Trouble.WRONG_KIND, "Not a folder: " + path);
        }
    }

    private static @Nullable BasicFileAttributes make(Path path) throws IOException {
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            return look(path);
        }
        return look(path);
    }
}
