package io.bittern.client;

import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.PieceSizes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A file of a torrent that is read while it comes: what is read next is fetched next, and reads wait for it. */
final class FileReader implements SeekableByteChannel {

    /** Bytes from the position on that are fetched before all else, but so many pieces at most. */
    private static final long AHEAD = 8 << 20;

    private static final int MOST_AHEAD = 64;

    private final Path path;
    private final TorrentFile file;
    private final PieceSizes sizes;
    private final Arrivals arrivals;
    private final Consumer<List<Integer>> waits;
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable FileChannel channel;
    private long position;
    private int awaited = -1;

    /**
     * @param path where the file is, or will be
     * @param waits is told which pieces this reader waits for, in order; none when it is closed
     */
    FileReader(Path path, TorrentFile file, PieceSizes sizes, Arrivals arrivals, Consumer<List<Integer>> waits) {
        this.path = path;
        this.file = file;
        this.sizes = sizes;
        this.arrivals = arrivals;
        this.waits = waits;
    }

    @Override
    public synchronized int read(ByteBuffer into) throws IOException {
        ensureOpen();
        if (position >= file.length()) {
            return -1;
        }
        if (!into.hasRemaining()) {
            return 0;
        }
        long at = file.offset() + position;
        int piece = (int) (at / sizes.pieceLength());
        await(piece);
        long pieceEnd = sizes.offset(piece) + sizes.lengthOf(piece);
        long there = Math.min(pieceEnd, file.offset() + file.length()) - at;
        ByteBuffer part = into.slice();
        part.limit((int) Math.min(part.remaining(), there));
        int read = channel().read(part, position);
        if (read < 0) {
            throw new EOFException(path + " has been cut; it is shorter than the torrent says");
        }
        into.position(into.position() + read);
        position += read;
        return read;
    }

    private void await(int piece) throws IOException {
        if (piece != awaited) {
            awaited = piece;
            waits.accept(ahead(piece));
        }
        try {
            if (!arrivals.await(piece, this::isOpen)) {
                ensureNotClosedMeanwhile();
                throw new IOException("the torrent has been stopped before " + path + " was complete");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            InterruptedIOException failure = new InterruptedIOException("interrupted while waiting for " + path);
            failure.initCause(interrupted);
            throw failure;
        }
    }

    private List<Integer> ahead(int from) {
        long end = Math.min(sizes.offset(from) + AHEAD, file.offset() + file.length());
        List<Integer> pieces = new ArrayList<>();
        for (int piece = from;
                pieces.size() < MOST_AHEAD && piece < sizes.count() && sizes.offset(piece) < end;
                piece++) {
            if (!arrivals.has(piece)) {
                pieces.add(piece);
            }
        }
        return pieces;
    }

    private FileChannel channel() throws IOException {
        if (channel == null) {
            channel = FileChannel.open(path);
        }
        return channel;
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void ensureNotClosedMeanwhile() throws AsynchronousCloseException {
        if (!isOpen()) {
            throw new AsynchronousCloseException();
        }
    }

    @Override
    public synchronized long position() {
        return position;
    }

    @Override
    public synchronized SeekableByteChannel position(long next) {
        if (next < 0) {
            throw new IllegalArgumentException("a position is not negative: " + next);
        }
        position = next;
        return this;
    }

    @Override
    public long size() {
        return file.length();
    }

    @Override
    public boolean isOpen() {
        return !closed.get();
    }

    /** A read that waits ends with an {@link AsynchronousCloseException}. */
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            arrivals.wake();
            waits.accept(List.of());
            closeFile();
        }
    }

    private synchronized void closeFile() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }
}
