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
 * <p>One file serves all: each torrent and folder has a byte of its own in it, far apart, and holds a lock on that byte.
 * So ten thousand torrents need one descriptor, and a lock ends with its process however that ends.
 */
final class DataLock {

    /* Closing any channel of a file gives up all locks that the process has on it, so there is one, and it stays open. */
    private static final Map<Path, FileChannel> CHANNELS = new HashMap<>();

    private final FileChannel channel;

    private DataLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens the file of locks, which all processes of a user on this machine share. */
    static DataLock open(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        synchronized (CHANNELS) {
            FileChannel channel = CHANNELS.get(absolute);
            if (channel == null || !channel.isOpen()) {
                Files.createDirectories(absolute.getParent());
                channel = FileChannel.open(
                        absolute, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                CHANNELS.put(absolute, channel);
            }
            return new DataLock(channel);
        }
    }

    /** The place of the file of locks: it must not depend on settings, or two clients with different ones would not meet. */
    static Path usualPlace() {
        String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9_.-]", "_");
        return Path.of(System.getProperty("java.io.tmpdir"), "bittern-" + user, "locks");
    }

    /** Takes the lock of a torrent in a folder; empty if somebody has it. */
    Optional<Held> take(InfoHash torrent, Path folder) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock(position(torrent, folder), 1, false))
                    .map(Held::new);
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

    private static long position(InfoHash torrent, Path folder) throws IOException {
        MessageDigest digest = DataFolder.digest();
        digest.update(torrent.bytes());
        byte[] hash = digest.digest(DataFolder.real(folder).toString().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(hash).getLong() & Long.MAX_VALUE >>> 1;
    }
}
