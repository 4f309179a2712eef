package io.bittern.store;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.FileLayout.Slice;
import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.PieceSizes;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Trouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Hashes a file or folder for a new torrent: every regular file, hidden ones too, in the order of their paths.
 *
 * <p>A link counts as the file that it leads to if that is in the folder, too; any other link is refused, so that a
 * torrent never tells what was not in the folder. Files that appear, vanish or change while they are hashed are noticed.
 */
public final class PayloadHasher {

    /* Enough to have all of SHA-1 compiled, and too little to have its innermost part compiled alone, which the processor has. */
    private static final int PRELOAD = 64;
    private static final int PRELOADS = 100;
    private static final int UPDATES = 4;

    private static final int OPEN_FILES = 32;

    private record Found(Path path, String[] names, long size) {}

    private final Path root;
    private final String name;
    private final boolean single;
    private final List<Found> files;

    private PayloadHasher(Path root, String name, boolean single, List<Found> files) {
        this.root = root;
        this.name = name;
        this.single = single;
        this.files = files;
    }

    /** Looks at a file or folder. */
    public static PayloadHasher of(Path path) throws StoreException {
        try {
            Path real = path.toRealPath();
            Path named = path.toAbsolutePath().normalize().getFileName();
            if (named == null) {
                throw new StoreException(Trouble.WRONG_KIND, "Not a file or folder with a name: " + path);
            }
            boolean single = Files.isRegularFile(real);
            List<Found> files =
                    single ? List.of(new Found(real, new String[] {named.toString()}, Files.size(real))) : walk(real);
            if (files.stream().allMatch(file -> file.size() == 0)) {
                throw new StoreException(Trouble.NOT_FOUND, "Nothing to share, no file has any bytes: " + path);
            }
            return new PayloadHasher(real, named.toString(), single, files);
        } catch (IOException e) {
            throw StoreException.of(path, e);
        }
    }

    /**
     * Has another thread hash a little, so that hashing is loaded and compiled when the first piece comes; a program that
     * hashes calls it first of all, as its start leaves the other processors idle.
     */
    public static void preload() {
        Workers.daemon(() -> {
                    ByteBuffer zeros = ByteBuffer.allocateDirect(PRELOAD);
                    for (int i = 0; i < PRELOADS; i++) {
                        MessageDigest sha1 = Sha1.digest();
                        for (int j = 0; j < UPDATES; j++) {
                            sha1.update(zeros.clear());
                        }
                        sha1.digest();
                    }
                })
                .start();
    }

    /** Begins the torrent of what was found, still without hashes. */
    public TorrentBuilder builder() {
        return single
                ? TorrentBuilder.ofFile(name, files.get(0).size())
                : TorrentBuilder.ofFolder(
                        name,
                        files.stream()
                                .map(file -> new TorrentBuilder.Entry(List.of(file.names()), file.size()))
                                .toList());
    }

    /** The SHA-1 of every piece one after the other, hashed on so many threads. */
    public byte[] hash(PieceSizes sizes, int threads, Progress progress) throws StoreException, InterruptedException {
        FileLayout layout = layout(sizes.pieceLength());
        FileHandles handles = new FileHandles(OPEN_FILES);
        byte[] hashes = new byte[sizes.count() * Sha1.LENGTH];
        PieceHasher hasher = new PieceHasher(source(layout, handles), sizes, new Buffers(Buffers.CHUNK));
        Bitfield all = new Bitfield(sizes.count());
        all.setAll();
        PieceHasher.Matcher collect = (piece, sha1) -> {
            System.arraycopy(sha1, 0, hashes, piece * Sha1.LENGTH, Sha1.LENGTH);
            return true;
        };
        try {
            Bitfield hashed = Workers.run(
                    threads,
                    executor ->
                            PieceCheck.of(hasher, collect, all, false, progress).start(executor, threads));
            checkUnchanged(hashed);
            return hashes;
        } finally {
            handles.release(this);
        }
    }

    private PieceSource source(FileLayout layout, FileHandles handles) {
        return (offset, into) -> {
            int start = into.position();
            int limit = into.limit();
            for (Slice slice : layout.slices(offset, into.remaining())) {
                into.limit(into.position() + slice.length());
                if (!read(handles, slice, into)) {
                    break;
                }
            }
            into.limit(limit);
            return into.position() - start;
        };
    }

    private boolean read(FileHandles handles, Slice slice, ByteBuffer into) throws StoreException {
        long at = slice.fileOffset();
        try (FileHandles.Handle handle = handles.use(this, slice.file(), false, this::open)) {
            while (into.hasRemaining()) {
                int read = handle.channel().read(into, at);
                if (read < 0) {
                    return false;
                }
                at += read;
            }
            return true;
        } catch (IOException e) {
            throw StoreException.of(files.get(slice.file()).path(), e);
        }
    }

    private FileChannel open(int file, boolean write) throws IOException {
        return FileChannel.open(files.get(file).path(), StandardOpenOption.READ);
    }

    private void checkUnchanged(Bitfield hashed) throws StoreException {
        for (Found file : files) {
            try {
                if (Files.size(file.path()) != file.size()) {
                    throw new StoreException(Trouble.IO, "Changed while it was hashed: " + file.path());
                }
            } catch (IOException e) {
                throw StoreException.of(file.path(), e);
            }
        }
        if (!hashed.isFull()) {
            throw new StoreException(Trouble.IO, "Could not be read to its end: " + root);
        }
    }

    private static List<Found> walk(Path root) throws IOException, StoreException {
        List<Path> paths = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
                    paths.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        List<Found> files = new ArrayList<>(paths.size());
        for (Path path : paths) {
            Path real = Files.isSymbolicLink(path) ? follow(path, root) : path;
            files.add(new Found(real, names(root.relativize(path)), Files.size(real)));
        }
        files.sort(Comparator.comparing(Found::names, Arrays::compare));
        return files;
    }

    private static Path follow(Path link, Path root) throws IOException, StoreException {
        try {
            Path real = link.toRealPath();
            if (real.startsWith(root) && Files.isRegularFile(real)) {
                return real;
            }
        } catch (NoSuchFileException e) {
            throw new StoreException(Trouble.NOT_FOUND, "A link that leads nowhere: " + link);
        }
        throw new StoreException(Trouble.WRONG_KIND, "A link to a folder or out of the shared folder: " + link);
    }

    private static String[] names(Path path) {
        return StreamSupport.stream(path.spliterator(), false)
                .map(Path::toString)
                .toArray(String[]::new);
    }

    private FileLayout layout(int pieceLength) {
        List<TorrentFile> list = new ArrayList<>(files.size());
        long offset = 0;
        for (Found file : files) {
            list.add(new TorrentFile(list.size(), List.of(file.names()), offset, file.size(), false));
            offset += file.size();
        }
        return FileLayout.of(pieceLength, list);
    }
}
