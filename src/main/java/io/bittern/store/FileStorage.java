package io.bittern.store;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.FileLayout.Slice;
import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.Metainfo;
import io.bittern.piece.Bitfield;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/** The files of a torrent as its storage: sparse, created at the first write, never longer than the torrent says. */
public final class FileStorage implements PieceStorage {

    /**
     * Where a torrent's files are.
     *
     * @param folder the download folder, which may be a link
     * @param partFile where bytes of unwanted files go that share a piece with wanted ones; asked when it is needed
     * @param selected the wanted files by index
     * @param preallocate whether wanted files get their full length, filled with zeros, before the first write
     */
    public record Place(Path folder, Supplier<Path> partFile, BitSet selected, boolean preallocate) {

        /** The part file is in the state folder, named after the torrent. */
        public static Place of(Metainfo metainfo, Path folder, Path stateFolder, BitSet selected, boolean preallocate) {
            InfoHash torrent = metainfo.infoHash();
            return new Place(folder, () -> stateFolder.resolve(torrent + ".parts"), selected, preallocate);
        }
    }

    private static final int ALLOCATE = 16 << 20;

    private final FileLayout layout;
    private final Place place;
    private final FileTree tree;
    private final PartFile parts;
    private final FileAccess access;
    private final Bitfield parted;
    private boolean placed;
    private int prepared;

    public FileStorage(FileLayout layout, Place place, FileHandles handles) {
        this.layout = layout;
        this.place = place;
        this.tree = new FileTree(layout, place.folder());
        this.parts = new PartFile(place.partFile(), layout);
        this.access = new FileAccess(tree, parts, layout.files().size(), handles);
        this.parted = new Bitfield(layout.files().size());
    }

    @Override
    public void write(long offset, ByteBuffer bytes) throws StoreException {
        long at = offset;
        for (Slice slice : layout.slices(offset, bytes.remaining())) {
            int end = bytes.position() + slice.length();
            if (!layout.file(slice.file()).pad()) {
                put(slice, at, bytes.duplicate().limit(end));
            }
            bytes.position(end);
            at += slice.length();
        }
    }

    @Override
    public int read(long offset, ByteBuffer into) throws StoreException {
        int start = into.position();
        int limit = into.limit();
        for (Slice slice : layout.slices(offset, into.remaining())) {
            int end = into.position() + slice.length();
            get(slice, offset + into.position() - start, into.limit(end));
            if (into.position() < end) {
                break;
            }
        }
        into.limit(limit);
        return into.position() - start;
    }

    @Override
    public void sync() throws StoreException {
        access.sync();
    }

    @Override
    public List<FileFacts> facts() throws StoreException {
        List<FileFacts> facts = new ArrayList<>(layout.files().size());
        FileFacts part = partFacts();
        for (TorrentFile file : layout.files()) {
            FileFacts own = ownFacts(file);
            if (!placed && part(file, own, part)) {
                parted.set(file.index());
            }
            boolean virtual = parted.get(file.index()) && part.exists();
            facts.add(virtual ? new FileFacts(file.length(), part.modified()) : own);
        }
        placed = true;
        return facts;
    }

    @Override
    public List<Integer> lost() throws StoreException {
        return access.lost();
    }

    @Override
    public boolean prepare() throws StoreException {
        for (; prepared < layout.files().size(); prepared++) {
            TorrentFile file = layout.file(prepared);
            if (!file.pad() && place.selected().get(prepared) && prepare(file)) {
                return true;
            }
        }
        dropPartFile();
        return false;
    }

    @Override
    public long usableSpace() throws StoreException {
        return access.usableSpace();
    }

    @Override
    public String where() {
        return place.folder().toString();
    }

    @Override
    public String identity() {
        try {
            return String.valueOf(Files.readAttributes(place.folder(), BasicFileAttributes.class)
                    .fileKey());
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void release() {
        access.release();
    }

    private void put(Slice slice, long offset, ByteBuffer bytes) throws StoreException {
        if (!parted.get(slice.file())) {
            access.write(slice.file(), slice.fileOffset(), bytes);
            return;
        }
        int end = bytes.limit();
        for (long at = offset; bytes.position() < end; ) {
            int step = Math.min(parts.room(at), end - bytes.position());
            access.write(partFile(), parts.position(at), bytes.limit(bytes.position() + step));
            at += step;
        }
    }

    private void get(Slice slice, long offset, ByteBuffer into) throws StoreException {
        if (layout.file(slice.file()).pad()) {
            zero(into);
            return;
        }
        if (!parted.get(slice.file())) {
            access.read(slice.file(), slice.fileOffset(), into);
            return;
        }
        int end = into.limit();
        for (long at = offset; into.position() < end; ) {
            int step = Math.min(parts.room(at), end - into.position());
            long position = parts.position(at);
            if (position < 0 || !access.read(partFile(), position, into.limit(into.position() + step))) {
                return;
            }
            at += step;
        }
    }

    private int partFile() {
        return layout.files().size();
    }

    private FileFacts ownFacts(TorrentFile file) throws StoreException {
        if (file.pad()) {
            return FileFacts.ABSENT;
        }
        try {
            return tree.facts(file.index());
        } catch (StoreException e) {
            if (place.selected().get(file.index())) {
                throw e;
            }
            // What stands in the place of an unwanted file is not ours, and in nobody's way.
            return FileFacts.ABSENT;
        }
    }

    /* An unwanted file that is there already is used as it is. A wanted one may still be in the part file. */
    private boolean part(TorrentFile file, FileFacts own, FileFacts part) {
        return !file.pad()
                && !own.exists()
                && (part.exists() || !place.selected().get(file.index()));
    }

    private FileFacts partFacts() throws StoreException {
        try {
            return FileTree.factsOf(parts.path());
        } catch (IOException e) {
            throw StoreException.of(parts.path(), e);
        }
    }

    /* One slice of work for one file; true if there is more. */
    private boolean prepare(TorrentFile file) throws StoreException {
        if (file.length() == 0) {
            parted.clear(file.index());
            tree.createEmpty(file.index());
            return false;
        }
        if (parted.get(file.index())) {
            moveHere(file);
        }
        return place.preallocate() && extend(file);
    }

    /* Only the first and the last piece of a file can be shared with others. */
    private void moveHere(TorrentFile file) throws StoreException {
        parted.clear(file.index());
        copyShared(file, layout.firstPiece(file.index()));
        if (layout.lastPiece(file.index()) != layout.firstPiece(file.index())) {
            copyShared(file, layout.lastPiece(file.index()));
        }
    }

    private void copyShared(TorrentFile file, int piece) throws StoreException {
        long from = Math.max(file.offset(), layout.sizes().offset(piece));
        long to = Math.min(
                file.offset() + file.length(),
                layout.sizes().offset(piece) + layout.sizes().lengthOf(piece));
        long position = parts.position(from);
        if (position < 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
        access.read(partFile(), position, bytes);
        if (bytes.flip().hasRemaining()) {
            access.write(file.index(), from - file.offset(), bytes);
        }
    }

    private boolean extend(TorrentFile file) throws StoreException {
        long size = Math.max(0, tree.facts(file.index()).size());
        long step = Math.min(ALLOCATE, file.length() - size);
        if (step > 0) {
            access.write(file.index(), size, ByteBuffer.allocate((int) step));
        }
        return size + step < file.length();
    }

    private void dropPartFile() throws StoreException {
        if (parted.isEmpty()) {
            try {
                Files.deleteIfExists(parts.path());
            } catch (IOException e) {
                throw StoreException.of(parts.path(), e);
            }
        }
    }

    private static void zero(ByteBuffer into) {
        while (into.remaining() >= Long.BYTES) {
            into.putLong(0);
        }
        while (into.hasRemaining()) {
            into.put((byte) 0);
        }
    }
}
