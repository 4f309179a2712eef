package io.bittern.client;

import io.bittern.metainfo.InfoHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Keeps two clients, in one process or in two, from working on the same torrent in the same folder.
 *
 * <p>A few files serve all: each torrent and folder has a byte of its own in one of them, far apart, and holds a lock on
 * that byte. So ten thousand torrents need few descriptors, and a lock ends with its process however that ends. There are
 * several files because the kernel and Java look through all locks of a file for each one that is taken or given back.
 */
final class DataLock {

    private static final int FILES = 16;

    /* Closing any channel of a file gives up all locks that the process has on it, so there is one, and it stays open. */
    private static final Map<Path, FileChannel> CHANNELS = new HashMap<>();

    private final Path files;

    private DataLock(Path files) {
        this.files = files;
    }

    /**
     * The locks in some files, which all processes of a user on this machine share.
     *
     * @param files how the files are called, but for the number at the end
     */
    static DataLock open(Path files) throws IOException {
        Path absolute = files.toAbsolutePath().normalize();
        Files.createDirectories(absolute.getParent());
        return new DataLock(absolute);
    }

    /** The place of the files of locks: it must not depend on settings, or two clients with different ones would not meet. */
    static Path usualPlace() {
        String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9_.-]", "_");
        return Path.of(System.getProperty("java.io.tmpdir"), "bittern-" + user, "locks");
    }

    /** Takes the lock of a torrent in a folder; empty if somebody has it. */
    Optional<Held> take(InfoHash torrent, Path folder) throws IOException {
        long position = position(torrent, folder);
        FileChannel channel = channel((int) (position % FILES));
        try {
            return Optional.ofNullable(channel.tryLock(position, 1, false)).map(Held::new);
        } catch (OverlappingFileLockException ours) {
            return Optional.empty();
        }
    }

    /** A lock that was taken. */
    record Held(FileLock lock) {

        /** Gives it back; a lock whose file is closed already is given back too. */
        void release() {
            try {
                lock.release();
            } catch (IOException gone) {
                LoggerFactory.getLogger(DataLock.class).debug("lock was gone already: {}", gone.getMessage());
            }
        }
    }

    private FileChannel channel(int number) throws IOException {
        Path file = files.resolveSibling(files.getFileName() + "-" + number);
        synchronized (CHANNELS) {
            FileChannel channel = CHANNELS.get(file);
            if (channel == null || !channel.isOpen()) {
                channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                CHANNELS.put(file, channel);
            }
            return channel;
        }
    }

    private static long position(InfoHash torrent, Path folder) throws IOException {
        MessageDigest digest = DataFolder.digest();
        digest.update(torrent.bytes());
        byte[] hash = digest.digest(DataFolder.real(folder).toString().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(hash).getLong() & Long.MAX_VALUE >>> 1;
    }
}
