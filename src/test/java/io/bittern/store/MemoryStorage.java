package io.bittern.store;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.FileLayout.Slice;
import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.store.PieceStoreActor.Trouble;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A storage in memory that counts, fails, stalls and loses power as told. */
final class MemoryStorage implements PieceStorage {

    private final FileLayout layout;
    final byte[] bytes;
    final long[] sizes;
    final long[] times;
    final List<Integer> lost = new ArrayList<>();
    /** Every write: offset and length. */
    final List<long[]> writes = new ArrayList<>();

    long space = Long.MAX_VALUE;
    int syncs;
    int reads;
    int prepares;
    int releases;
    String identity = "memory";
    volatile @Nullable StoreException failing;
    volatile @Nullable StoreException failingReads;
    volatile @Nullable StoreException failingSyncs;
    volatile @Nullable CountDownLatch stall;
    volatile @Nullable CountDownLatch stalledSync;
    private byte[] synced;
    private long[] syncedSizes;
    private long clock = 1;

    MemoryStorage(FileLayout layout) {
        this.layout = layout;
        this.bytes = new byte[(int) layout.length()];
        this.sizes = new long[layout.files().size()];
        this.times = new long[sizes.length];
        Arrays.fill(sizes, -1);
        this.synced = bytes.clone();
        this.syncedSizes = sizes.clone();
    }

    @Override
    public void write(long offset, ByteBuffer from) throws StoreException {
        await(stall);
        fail(failing);
        synchronized (this) {
            space -= from.remaining();
            if (space < 0) {
                throw new StoreException(Trouble.NO_SPACE, "No space left on device: memory");
            }
            writes.add(new long[] {offset, from.remaining()});
            for (Slice slice : layout.slices(offset, from.remaining())) {
                sizes[slice.file()] = Math.max(sizes[slice.file()], slice.fileOffset() + slice.length());
                times[slice.file()] = clock++;
            }
            from.get(bytes, (int) offset, from.remaining());
        }
    }

    @Override
    public int read(long offset, ByteBuffer into) throws StoreException {
        await(stall);
        fail(failingReads);
        synchronized (this) {
            reads++;
            int there = 0;
            for (Slice slice : layout.slices(offset, into.remaining())) {
                int part = (int) Math.max(0, Math.min(slice.length(), sizes[slice.file()] - slice.fileOffset()));
                into.put(bytes, (int) offset + there, part);
                there += part;
                if (part < slice.length()) {
                    break;
                }
            }
            return there;
        }
    }

    @Override
    public void sync() throws StoreException {
        await(stalledSync);
        fail(failingSyncs);
        synchronized (this) {
            syncs++;
            synced = bytes.clone();
            syncedSizes = sizes.clone();
        }
    }

    @Override
    public synchronized List<FileFacts> facts() {
        List<FileFacts> facts = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            facts.add(sizes[i] < 0 ? FileFacts.ABSENT : new FileFacts(sizes[i], times[i]));
        }
        return facts;
    }

    @Override
    public synchronized List<Integer> lost() {
        List<Integer> told = List.copyOf(lost);
        lost.clear();
        return told;
    }

    @Override
    public synchronized boolean prepare() {
        prepares++;
        for (TorrentFile file : layout.files()) {
            sizes[file.index()] = Math.max(sizes[file.index()], file.length() == 0 ? 0 : -1);
        }
        return false;
    }

    @Override
    public synchronized long usableSpace() {
        return space;
    }

    @Override
    public String where() {
        return "memory";
    }

    @Override
    public synchronized String identity() {
        return identity;
    }

    @Override
    public synchronized void release() {
        releases++;
    }

    /** The whole payload is there. */
    synchronized MemoryStorage fill(byte[] payload) {
        System.arraycopy(payload, 0, bytes, 0, payload.length);
        for (TorrentFile file : layout.files()) {
            sizes[file.index()] = file.length();
            times[file.index()] = clock++;
        }
        return this;
    }

    /** A file is cut or removed by somebody. */
    synchronized void cut(int file, long size) {
        sizes[file] = size;
        times[file] = clock++;
        TorrentFile entry = layout.file(file);
        Arrays.fill(
                bytes, (int) (entry.offset() + Math.max(0, size)), (int) (entry.offset() + entry.length()), (byte) 0);
    }

    /** What was not synced is gone. */
    synchronized void losePower() {
        System.arraycopy(synced, 0, bytes, 0, bytes.length);
        System.arraycopy(syncedSizes, 0, sizes, 0, sizes.length);
    }

    /** Bytes of the payload that were written at least once. */
    synchronized BitSet written() {
        BitSet written = new BitSet(bytes.length);
        writes.forEach(write -> written.set((int) write[0], (int) (write[0] + write[1])));
        return written;
    }

    private static void await(@Nullable CountDownLatch latch) {
        try {
            if (latch != null && !latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("stalled for ever");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void fail(@Nullable StoreException failure) throws StoreException {
        if (failure != null) {
            throw failure;
        }
    }
}
