package io.bittern.store;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PieceSizes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a torrent's resume state: written aside, synced and renamed, so that at any moment it or its predecessor
 * ({@code .bak}) is whole.
 */
final class ResumeFile {

    private static final Logger log = LoggerFactory.getLogger(ResumeFile.class);

    /* 2,097,152 pieces with all their blocks held and some thousand files stay far below. */
    private static final long LARGEST = 32 << 20;

    private final Path folder;
    private final InfoHash name;
    private final PieceSizes sizes;

    ResumeFile(Path folder, InfoHash name, PieceSizes sizes) {
        this.folder = folder;
        this.name = name;
        this.sizes = sizes;
    }

    /**
     * The state as it was written last; empty if there is none.
     *
     * <p>Without the last state its predecessor counts, but never as clean, for what came after it is unknown. If the last
     * one is damaged nothing is believed but the counters of its predecessor.
     */
    Optional<ResumeState> load() {
        Path latest = file(".resume");
        boolean damaged = false;
        try {
            Optional<ResumeState> state = read(latest);
            if (state.isPresent()) {
                return state;
            }
            damaged = Files.exists(latest);
        } catch (NoSuchFileException none) {
            log.debug("no {}", latest);
        }
        if (damaged) {
            setAside(latest);
        }
        return previous(damaged);
    }

    private Optional<ResumeState> previous(boolean countersOnly) {
        try {
            return read(file(".resume.bak")).map(before -> countersOnly ? before.countersOnly() : before.unclean());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** Replaces the state for good. */
    void save(ResumeState state) throws StoreException {
        Path fresh = file(".resume.new");
        Path current = file(".resume");
        try {
            Files.createDirectories(folder);
            write(fresh, state.encode(name, sizes));
            if (Files.exists(current)) {
                Files.move(current, file(".resume.bak"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(fresh, current, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncFolder(folder);
        } catch (IOException e) {
            throw StoreException.of(current, e);
        }
    }

    /** Makes names in a folder outlast a loss of power, where the system can do that. */
    static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            log.debug("cannot sync the folder {}: {}", folder, e.getMessage());
        }
    }

    /* That there is no file is the caller's to know, for a second look might find one that has come since. */
    private Optional<ResumeState> read(Path file) throws NoSuchFileException {
        try {
            return Files.size(file) > LARGEST
                    ? Optional.empty()
                    : ResumeState.decode(Files.readAllBytes(file), name, sizes);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            log.warn("cannot read {}: {}; the data are checked", file, e.getMessage());
            return Optional.empty();
        }
    }

    private void setAside(Path file) {
        Path aside = file(".resume.corrupt");
        log.warn("{} is damaged; it is set aside as {} and the data are checked", file, aside.getFileName());
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.warn("cannot set {} aside: {}", file, e.getMessage());
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private Path file(String ending) {
        return folder.resolve(name + ending);
    }
}
