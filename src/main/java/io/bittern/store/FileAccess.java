package io.bittern.store;

import io.bittern.store.PieceStoreActor.Trouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads and writes single files of a torrent, and its part file, through the client's open files; safe for many threads. */
final class FileAccess {

    private final FileTree tree;
    private final PartFile parts;
    private final int partFile;
    private final FileHandles handles;
    private final Touched touched = new Touched();

    /**
     * Access to the files of a tree.
     *
     * @param partFile the number by which the part file is called here, one past the last file of the torrent
     */
    FileAccess(FileTree tree, PartFile parts, int partFile, FileHandles handles) {
        this.tree = tree;
        this.parts = parts;
        this.partFile = partFile;
        this.handles = handles;
    }

    /** Writes all remaining bytes. */
    void write(int file, long position, ByteBuffer bytes) throws StoreException {
        if (position < 0) {
            throw new IllegalArgumentException("bytes of no wanted file: " + path(file));
        }
        long at = position;
        try (FileHandles.Handle handle = handles.use(this, file, true, this::open)) {
            while (bytes.hasRemaining()) {
                at += handle.channel().write(bytes, at);
            }
        } catch (IOException e) {
            throw failed(path(file), e, bytes.remaining());
        }
        touched.written(file, at);
    }

    /** Fills a buffer; false if the file ends before, or is not there. */
    boolean read(int file, long position, ByteBuffer into) throws StoreException {
        long at = position;
        try (FileHandles.Handle handle = handles.use(this, file, false, this::open)) {
            while (into.hasRemaining()) {
                int read = handle.channel().read(into, at);
                if (read < 0) {
                    return false;
                }
                at += read;
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw StoreException.of(path(file), e);
        }
    }

    /** Syncs what was written, and the folders with new files. */
    void sync() throws StoreException {
        for (int file : touched.takeUnsynced()) {
            try (FileHandles.Handle handle = handles.use(this, file, false, this::open)) {
                handle.channel().force(false);
            } catch (NoSuchFileException removed) {
                touched.removed(file);
            } catch (IOException e) {
                touched.unsynced(file);
                throw StoreException.of(path(file), e);
            }
        }
        touched.takeNewFolders().forEach(ResumeFile::syncFolder);
    }

    List<Integer> lost() throws StoreException {
        return touched.lost(this::path);
    }

    long usableSpace() throws StoreException {
        Path there = tree.folder().toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return Files.getFileStore(there).getUsableSpace();
        } catch (IOException e) {
            throw StoreException.of(there, e);
        }
    }

    void release() {
        handles.release(this);
    }

    /* The system's words for a full disk depend on its language; how much is left does not. */
    private StoreException failed(Path path, IOException cause, int unwritten) throws StoreException {
        StoreException said = StoreException.of(path, cause);
        return said.trouble() == Trouble.IO && usableSpace() < unwritten
                ? new StoreException(Trouble.NO_SPACE, "No space left on device: " + path)
                : said;
    }

    private FileChannel open(int file, boolean write) throws IOException, StoreException {
        if (file == partFile) {
            return FileTree.openPlain(parts.path(), write);
        }
        if (!write) {
            return tree.open(file, false);
        }
        Path path = path(file);
        boolean isNew = FileTree.look(path) == null;
        FileChannel channel = tree.open(file, true);
        touched.opened(file, path, isNew ? tree.folder() : null);
        return channel;
    }

    private Path path(int file) {
        return file == partFile ? parts.path() : tree.path(file);
    }
}
