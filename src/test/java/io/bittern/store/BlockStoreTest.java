package io.bittern.store;

import static io.bittern.store.TestTorrent.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Block;
import io.bittern.store.PieceStoreActor.Event;
import io.bittern.store.PieceStoreActor.Lied;
import io.bittern.store.PieceStoreActor.Rejected;
import io.bittern.store.PieceStoreActor.Stored;
import io.bittern.store.PieceStoreActor.Verified;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockStoreTest {

    private static final int PIECE = 64 << 10;

    private final TestTorrent torrent = TestTorrent.ofFile(new Random(1), 4 * PIECE - 100, PIECE);
    private final MemoryStorage storage = new MemoryStorage(torrent.metainfo().layout());
    private final Buffers buffers = new Buffers(4L * Buffers.CHUNK);
    private final List<Event> events = new ArrayList<>();
    private final Pieces pieces = new Pieces(torrent.sizes(), torrent.all(), torrent.none(), torrent.none());
    private final BlockStore store = store(torrent, pieces, storage);

    @Test
    void hasWrittenAPieceWhenItSaysSo() throws StoreException {
        store.write(torrent.piece(1, 0), 7);

        assertThat(events).containsExactly(new Verified(1));
        assertThat(Arrays.copyOfRange(storage.bytes, PIECE, 2 * PIECE)).isEqualTo(torrent.bytes(1, 0, PIECE));
    }

    @Test
    void writesSmallNeighboursOfOneMessageInOneCall() throws StoreException {
        TestTorrent small = TestTorrent.ofFile(new Random(1), 16 * BLOCK, BLOCK);
        MemoryStorage disk = new MemoryStorage(small.metainfo().layout());
        BlockStore target = store(small, new Pieces(small.sizes(), small.all(), small.none(), small.none()), disk);
        List<Block> blocks = new ArrayList<>();
        for (int piece = 0; piece < 8; piece++) {
            blocks.addAll(small.piece(piece, 0));
        }

        target.write(blocks, 1);

        assertThat(disk.writes).hasSize(1);
        assertThat(events).hasSize(8).allMatch(Verified.class::isInstance);
    }

    @Test
    void aCorruptCopyThatComesAfterThePieceWasVerifiedChangesNothing() throws StoreException {
        store.write(torrent.piece(0, 0), 1);
        int writes = storage.writes.size();

        Stored late = store.write(List.of(torrent.corrupt(0, 0, 2), torrent.corrupt(0, 1, 3)), 2);

        assertThat(late).isEqualTo(new Stored(2, 0, 2 * BLOCK, 0));
        assertThat(storage.writes).hasSize(writes);
        assertThat(Arrays.copyOf(storage.bytes, PIECE)).isEqualTo(torrent.bytes(0, 0, PIECE));
    }

    @Test
    void neverTakesABlockTwice() throws StoreException {
        store.write(List.of(torrent.block(0, 0, 1)), 1);

        Stored again = store.write(List.of(torrent.corrupt(0, 0, 1), torrent.block(0, 0, 2)), 2);

        assertThat(again).isEqualTo(new Stored(2, BLOCK, BLOCK, 0));
        store.write(torrent.piece(0, 0), 3);
        assertThat(events).containsExactly(new Verified(0));
    }

    @Test
    void dropsWhatFitsNoBlock() throws StoreException {
        byte[] bytes = new byte[2 * BLOCK];
        List<Block> wrong = List.of(
                new Block(-1, 0, 0, bytes, 0, BLOCK),
                new Block(4, 0, 0, bytes, 0, BLOCK),
                new Block(0, 0, 1, bytes, 0, BLOCK),
                new Block(0, 0, -BLOCK, bytes, 0, BLOCK),
                new Block(0, 0, PIECE, bytes, 0, BLOCK),
                new Block(0, 0, 0, bytes, 0, BLOCK - 1),
                new Block(0, 0, 0, bytes, 0, 2 * BLOCK),
                new Block(3, 0, 3 * BLOCK, bytes, 0, BLOCK),
                new Block(0, 1, 0, bytes, 0, BLOCK));

        Stored stored = store.write(wrong, 1);
        store.flush();

        assertThat(stored.written()).isZero();
        assertThat(stored.stale())
                .isEqualTo(wrong.stream().mapToLong(Block::length).sum());
        assertThat(storage.writes).isEmpty();
    }

    @Test
    void dropsPiecesThatNobodyWants() throws StoreException {
        Bitfield wanted = torrent.all();
        wanted.clear(2);
        store.begin(new Pieces(torrent.sizes(), wanted, torrent.none(), torrent.none()), Map.of());

        Stored stored = store.write(torrent.piece(2, 0), 1);

        assertThat(stored.stale()).isEqualTo(PIECE);
        assertThat(events).isEmpty();
    }

    @Test
    void startsARejectedPieceAnewAndNamesWhoSentIt() throws StoreException {
        store.write(List.of(torrent.block(0, 0, 0), torrent.block(0, 0, 3)), 1);
        store.write(List.of(torrent.corrupt(0, 0, 1)), 2);
        store.write(List.of(torrent.block(0, 0, 2)), 3);

        assertThat(events).containsExactly(new Rejected(0, 0, Set.of(1, 2, 3)));
        assertThat(store.held(0).attempt()).isEqualTo(1);
        assertThat(store.held(0).blocks().isEmpty()).isTrue();
        assertThat(store.write(List.of(torrent.block(0, 0, 0)), 1).stale()).isEqualTo(BLOCK);
    }

    @Test
    void theNextGoodCopyShowsWhoLiedAndOnlyThose() throws StoreException {
        store.write(List.of(torrent.block(0, 0, 0), torrent.block(0, 0, 3)), 1);
        store.write(List.of(torrent.corrupt(0, 0, 1)), 2);
        store.write(List.of(torrent.block(0, 0, 2)), 3);
        store.write(List.of(torrent.corrupt(0, 1, 0), torrent.block(0, 1, 1)), 4);
        store.write(List.of(torrent.block(0, 1, 2), torrent.block(0, 1, 3)), 5);
        events.clear();

        store.write(torrent.piece(0, 2), 6);

        assertThat(events).containsExactly(new Lied(0, Set.of(2, 4)), new Verified(0));
    }

    @Test
    void aLieInABlockThatWasWrittenBeforeIsFoundToo() throws StoreException {
        store.write(List.of(torrent.corrupt(0, 0, 3)), 9);
        store.flush();
        store.write(List.of(torrent.block(0, 0, 2), torrent.block(0, 0, 1), torrent.block(0, 0, 0)), 1);
        events.clear();

        store.write(torrent.piece(0, 1), 6);

        assertThat(events).containsExactly(new Lied(0, Set.of(9)), new Verified(0));
    }

    @Test
    void goesOnWithBlocksOfAnEarlierRunAndAccusesNobodyForThem() throws StoreException {
        storage.fill(torrent.payload());
        storage.bytes[10] ^= 1;
        Bitfield held = new Bitfield(4);
        held.set(0);
        held.set(2);
        store.begin(pieces, Map.of(0, held.copy(), 1, held.copy()));

        store.write(List.of(torrent.block(1, 0, 1), torrent.block(1, 0, 3)), 5);
        store.write(List.of(torrent.block(0, 0, 1), torrent.block(0, 0, 3)), 5);

        assertThat(events).containsExactly(new Verified(1), new Rejected(0, 0, Set.of(PieceStoreActor.NOBODY, 5)));
        events.clear();
        store.write(torrent.piece(0, 1), 6);
        assertThat(events).containsExactly(new Verified(0));
    }

    @Test
    void startsAPieceAnewWhenItsHeldBlocksAreGone() throws StoreException {
        Bitfield held = new Bitfield(4);
        held.set(0);
        store.begin(pieces, Map.of(1, held));

        store.write(List.of(torrent.block(1, 0, 1), torrent.block(1, 0, 2), torrent.block(1, 0, 3)), 5);
        store.write(torrent.piece(1, 1), 5);

        assertThat(events).startsWith(new Rejected(1, 0, Set.of())).endsWith(new Verified(1));
    }

    @Test
    void memoryIsBoundedWhateverThePieceLengthAndTheNumberOfPeers() throws StoreException {
        int length = 16 << 20;
        TestTorrent large = TestTorrent.ofFile(new Random(1), 2 * length, length);
        MemoryStorage disk = new MemoryStorage(large.metainfo().layout());
        Pieces known = new Pieces(large.sizes(), large.all(), large.none(), large.none());
        BlockStore target = store(large, known, disk);
        int share = 1024 / 50 + 1;

        for (int turn = 0; turn < share; turn++) {
            for (int peer = 0; peer < 50; peer++) {
                int block = peer * share + (peer % 2 == 0 ? turn : share - 1 - turn);
                if (block < 1024) {
                    target.write(List.of(large.block(0, 0, block), large.block(1, 0, block)), peer);
                }
                assertThat(buffers.inUse()).isLessThanOrEqualTo(4);
            }
        }

        assertThat(events).containsExactlyInAnyOrder(new Verified(0), new Verified(1));
        assertThat(disk.bytes).isEqualTo(large.payload());
    }

    private BlockStore store(TestTorrent of, Pieces known, MemoryStorage disk) {
        return new BlockStore(known, new WriteCache(disk, of.sizes(), buffers), of.metainfo()::matches, events::add);
    }
}
