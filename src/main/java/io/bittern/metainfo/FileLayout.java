package io.bittern.metainfo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** The files of a torrent in the order of their payload, and which part of which file any part of the payload is (BEP 3). */
public final class FileLayout {

    private final PieceSizes sizes;
    private final List<TorrentFile> files;
    private final int[] filled;
    private final long[] starts;

    private FileLayout(PieceSizes sizes, List<TorrentFile> files) {
        this.sizes = sizes;
        this.files = List.copyOf(files);
        this.filled = IntStream.range(0, files.size())
                .filter(index -> files.get(index).length() > 0)
                .toArray();
        this.starts = Arrays.stream(filled)
                .mapToLong(index -> files.get(index).offset())
                .toArray();
    }

    /**
     * One file of a torrent.
     *
     * @param index its place among the files, from 0
     * @param path safe names from the download folder down: the torrent's name, and in it the file's own path if there are several files
     * @param offset where its bytes begin in the payload
     * @param length its bytes
     * @param pad whether nothing of it is on the disk: zeros between files, or a link, which is not followed (BEP 47)
     */
    public record TorrentFile(int index, List<String> path, long offset, long length, boolean pad) {

        public TorrentFile {
            path = List.copyOf(path);
            if (index < 0 || path.isEmpty() || offset < 0 || length < 0) {
                throw new IllegalArgumentException("no file " + index + " at " + offset + " of " + length);
            }
        }

        /** The path with slashes between its elements. */
        public String pathText() {
            return String.join("/", path);
        }
    }

    /** {@code length} bytes from {@code fileOffset} in the file of this index. */
    public record Slice(int file, long fileOffset, int length) {}

    /** A layout of files that follow each other without gaps, with at least one byte in all. */
    public static FileLayout of(int pieceLength, List<TorrentFile> files) {
        long end = 0;
        for (int i = 0; i < files.size(); i++) {
            TorrentFile file = files.get(i);
            if (file.index() != i || file.offset() != end) {
                throw new IllegalArgumentException("file " + i + " is out of place");
            }
            end = Math.addExact(end, file.length());
        }
        return new FileLayout(new PieceSizes(end, pieceLength), files);
    }

    /** The first element of every path: the name of the torrent's folder or of its only file. */
    public String root() {
        return files.get(0).path().get(0);
    }

    /** Every file, with pads. */
    public List<TorrentFile> files() {
        return files;
    }

    /** The file of an index. */
    public TorrentFile file(int index) {
        return files.get(index);
    }

    public PieceSizes sizes() {
        return sizes;
    }

    /** Bytes of all files, with pads. */
    public long length() {
        return sizes.length();
    }

    /** The parts of files that a part of the payload is, in order; no part is empty. */
    public List<Slice> slices(long offset, int length) {
        Objects.checkFromIndexSize(offset, length, length());
        List<Slice> slices = new ArrayList<>(2);
        long at = offset;
        int left = length;
        for (int i = filledAt(offset); left > 0; i++) {
            TorrentFile file = files.get(filled[i]);
            long within = at - file.offset();
            int part = (int) Math.min(left, file.length() - within);
            slices.add(new Slice(file.index(), within, part));
            at += part;
            left -= part;
        }
        return slices;
    }

    /** The first piece with bytes of a file; for an empty file the piece where it would be. */
    public int firstPiece(int file) {
        return (int) (files.get(file).offset() / sizes.pieceLength());
    }

    /** The last piece with bytes of a file; for an empty file one less than its first. */
    public int lastPiece(int file) {
        TorrentFile entry = files.get(file);
        return entry.length() == 0
                ? firstPiece(file) - 1
                : (int) ((entry.offset() + entry.length() - 1) / sizes.pieceLength());
    }

    /** The pieces with bytes of these files; pads among them count for nothing. */
    public BitSet pieces(BitSet selected) {
        BitSet pieces = new BitSet(sizes.count());
        selected.stream()
                .filter(file -> !files.get(file).pad())
                .forEach(file -> pieces.set(firstPiece(file), lastPiece(file) + 1));
        return pieces;
    }

    /** Every file that is on the disk: all but pads. */
    public BitSet all() {
        BitSet all = new BitSet(files.size());
        files.stream().filter(file -> !file.pad()).forEach(file -> all.set(file.index()));
        return all;
    }

    /** Which of the files with bytes holds an offset. */
    private int filledAt(long offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found : -found - 2;
    }
}
