package io.bittern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import io.bittern.store.PieceStoreActor.Block;
import io.bittern.store.PieceStoreActor.Event;
import io.bittern.store.PieceStoreActor.Lied;
import io.bittern.store.PieceStoreActor.Rejected;
import io.bittern.store.PieceStoreActor.Stored;
import io.bittern.store.PieceStoreActor.Verified;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BlockStoreProperties {

    private static final int[] PIECE_LENGTHS = {16 << 10, 32 << 10, 256 << 10, 1 << 20, 20_000, 100, 48 << 10};

    private record Sent(int piece, int block, boolean corrupt, int peer) {}

    @Test
    void anyOrderWithCopiesAndLiesEndsWithTheRightBytes() {
        Forall.seeds(300, random -> {
            int pieceLength = PIECE_LENGTHS[random.nextInt(PIECE_LENGTHS.length)];
            int length = 1 + random.nextInt(Math.min(2 << 20, pieceLength * 12));
            Run run = new Run(TestTorrent.ofFile(random, length, pieceLength), random);

            run.untilComplete();

            assertThat(run.storage.bytes).isEqualTo(run.torrent.payload());
            assertThat(run.pieces.verified().isFull()).isTrue();
            assertThat(run.buffers.inUse()).isZero();
            assertThat(run.liars).isSubsetOf(run.corrupted);
            assertThat(run.accepted).isEqualTo(run.torrent.payload().length + run.rejectedBytes);
            assertThat(run.storage.writes.stream().mapToLong(write -> write[1]).sum())
                    .isLessThanOrEqualTo(run.accepted);
        });
    }

    /** A store that is sent blocks at random, and a model of which of them it holds. */
    private static final class Run {
        private final TestTorrent torrent;
        private final RandomGenerator random;
        private final MemoryStorage storage;
        private final Buffers buffers;
        private final Pieces pieces;
        private final List<Event> events = new ArrayList<>();
        private final BlockStore store;
        private final Map<Integer, Integer> attempts = new HashMap<>();
        private long accepted;
        private long rejectedBytes;
        private final Set<Integer> corrupted = new HashSet<>();
        private final Set<Integer> liars = new HashSet<>();
        private int rounds;

        Run(TestTorrent torrent, RandomGenerator random) {
            this.torrent = torrent;
            this.random = random;
            this.storage = new MemoryStorage(torrent.metainfo().layout());
            this.buffers = new Buffers((long) Buffers.CHUNK * (1 + random.nextInt(4)));
            this.pieces = new Pieces(torrent.sizes(), torrent.all(), torrent.none(), torrent.none());
            WriteCache cache = new WriteCache(storage, torrent.sizes(), buffers);
            this.store = new BlockStore(pieces, cache, torrent.metainfo()::matches, events::add);
        }

        void untilComplete() throws StoreException {
            while (!pieces.isComplete()) {
                assertThat(++rounds).isLessThan(12);
                List<Sent> round = round();
                for (int from = 0; from < round.size(); ) {
                    int to = Math.min(round.size(), from + 1 + random.nextInt(6));
                    List<Sent> together = round.subList(from, to);
                    for (int peer :
                            together.stream().mapToInt(Sent::peer).distinct().toArray()) {
                        send(together, peer);
                    }
                    from = to;
                }
            }
        }

        private List<Sent> round() {
            List<Sent> all = new ArrayList<>();
            for (int piece = 0; piece < torrent.pieces(); piece++) {
                for (int block = 0; block < torrent.sizes().blocks(piece); block++) {
                    boolean corrupt = rounds < 4 && random.nextInt(20) == 0;
                    all.add(new Sent(piece, block, corrupt, random.nextInt(5) + (corrupt ? 100 : 0)));
                    if (rounds < 6 && random.nextInt(8) == 0) {
                        all.add(new Sent(piece, block, true, 200));
                    }
                }
            }
            if (random.nextBoolean()) {
                Collections.shuffle(all, new Random(random.nextLong()));
            }
            return all;
        }

        private void send(List<Sent> sent, int peer) throws StoreException {
            List<Block> blocks = new ArrayList<>();
            for (Sent one : sent) {
                if (one.peer() == peer) {
                    int attempt = attempts.getOrDefault(one.piece(), 0);
                    blocks.add(
                            one.corrupt()
                                    ? torrent.corrupt(one.piece(), attempt, one.block())
                                    : torrent.block(one.piece(), attempt, one.block()));
                    if (one.corrupt()) {
                        corrupted.add(peer);
                    }
                }
            }
            int before = storage.writes.size();
            Stored stored = store.write(blocks, peer);
            long bytes = blocks.stream().mapToLong(Block::length).sum();
            assertThat(stored.written() + stored.duplicate() + stored.stale()).isEqualTo(bytes);
            accepted += stored.written();
            account(before);
        }

        /* Nothing is written to a piece that was verified before. */
        private void account(int writesBefore) {
            Set<Integer> verifiedNow = new HashSet<>();
            for (Event event : events) {
                if (event instanceof Verified verified) {
                    verifiedNow.add(verified.piece());
                } else if (event instanceof Rejected rejected) {
                    assertThat(rejected.attempt()).isEqualTo(attempts.getOrDefault(rejected.piece(), 0));
                    attempts.merge(rejected.piece(), 1, Integer::sum);
                    rejectedBytes += torrent.sizes().lengthOf(rejected.piece());
                } else if (event instanceof Lied lied) {
                    liars.addAll(lied.peers());
                }
            }
            events.clear();
            for (long[] write : storage.writes.subList(writesBefore, storage.writes.size())) {
                for (long at = write[0]; at < write[0] + write[1]; at++) {
                    int piece = (int) (at / torrent.sizes().pieceLength());
                    boolean old = pieces.isVerified(piece) && !verifiedNow.contains(piece);
                    assertThat(old).as("write to verified piece " + piece).isFalse();
                    at = torrent.sizes().offset(piece) + torrent.sizes().lengthOf(piece) - 1;
                }
            }
        }
    }
}
