package io.bittern.store;

import static io.bittern.store.TestTorrent.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WriteCacheTest {

    private final TestTorrent torrent = TestTorrent.ofFile(new Random(1), 3 * Buffers.CHUNK - 5, 64 << 10);
    private final MemoryStorage storage = new MemoryStorage(torrent.metainfo().layout());
    private final Buffers buffers = new Buffers(2L * Buffers.CHUNK);
    private final WriteCache cache = new WriteCache(storage, torrent.sizes(), buffers);

    @Test
    void writesAChunkInOneCallWhateverTheOrderOfItsBlocks() throws StoreException {
        for (int block = 15; block >= 0; block--) {
            put(block);
        }

        assertThat(lengths()).containsExactly(Buffers.CHUNK);
        assertThat(storage.bytes).startsWith(torrent.bytes(0, 0, Buffers.CHUNK));
        assertThat(buffers.inUse()).isZero();
    }

    @Test
    void writesTheShorterLastChunkAtItsEnd() throws StoreException {
        for (int block = 32; block < 48; block++) {
            put(block);
        }

        assertThat(lengths()).containsExactly(Buffers.CHUNK - 5);
    }

    @Test
    void flushesOnlyRunsThatAreThere() throws StoreException {
        put(3);
        put(1);
        put(2);
        put(9);

        cache.flush();

        assertThat(lengths()).containsExactly(3 * BLOCK, BLOCK);
        assertThat(storage.written().cardinality()).isEqualTo(4 * BLOCK);
        assertThat(cache.isEmpty()).isTrue();
    }

    @Test
    void takesTheBufferOfItsOldestChunkWhenThereIsNoOther() throws StoreException {
        put(0);
        put(16);
        put(32);

        assertThat(lengths()).containsExactly(BLOCK);
        assertThat(buffers.inUse()).isEqualTo(2);
    }

    @Test
    void writesAtOnceWhenOthersHaveAllBuffers() throws StoreException {
        buffers.take();
        buffers.take();

        put(5);

        assertThat(lengths()).containsExactly(BLOCK);
    }

    @Test
    void writesPiecesOfOddLengthAtOnce() throws StoreException {
        TestTorrent odd = TestTorrent.ofFile(new Random(1), 90_001, 20_000);
        MemoryStorage disk = new MemoryStorage(odd.metainfo().layout());
        WriteCache oddCache = new WriteCache(disk, odd.sizes(), buffers);

        oddCache.write(20_000 + BLOCK, odd.payload(), 20_000 + BLOCK, 20_000 - BLOCK);

        assertThat(disk.written().cardinality()).isEqualTo(20_000 - BLOCK);
        assertThat(disk.bytes[20_000 + BLOCK]).isEqualTo(odd.payload()[20_000 + BLOCK]);
    }

    @Test
    void digestsWhatIsGatheredAndWhatIsWritten() throws StoreException {
        put(0);
        put(1);
        cache.flush();
        put(2);
        put(3);
        MessageDigest sha1 = Sha1.digest();

        assertThat(cache.digest(0, 4 * BLOCK, sha1)).isTrue();

        assertThat(sha1.digest()).isEqualTo(Sha1.digest().digest(torrent.bytes(0, 0, 4 * BLOCK)));
        assertThat(lengths()).containsExactly(2 * BLOCK);
    }

    @Test
    void saysWhenBytesAreGone() throws StoreException {
        put(0);
        cache.flush();
        storage.cut(0, 10);

        assertThat(cache.digest(0, BLOCK, Sha1.digest())).isFalse();
    }

    @Test
    void forgetsWithoutWriting() throws StoreException {
        put(4);
        put(5);

        cache.forget(4 * BLOCK, 2 * BLOCK);
        cache.flush();

        assertThat(storage.writes).isEmpty();
        assertThat(buffers.inUse()).isZero();
    }

    private void put(int block) throws StoreException {
        int offset = block * BLOCK;
        cache.write(offset, torrent.payload(), offset, Math.min(BLOCK, torrent.payload().length - offset));
        cache.writeFull();
    }

    private List<Integer> lengths() {
        return storage.writes.stream().map(write -> (int) write[1]).toList();
    }
}
