package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.piece.PiecePicker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A download from seeds of mixed speed in virtual time: how many blocks come twice. */
class EndgameWasteTest implements Download.World {

    private static final int PIECES = 256;
    private static final int BLOCKS = 16;
    private static final PieceSizes SIZES =
            new PieceSizes((long) PIECES * BLOCKS * PieceSizes.BLOCK, BLOCKS * PieceSizes.BLOCK);

    /** Blocks a second of each seed: from 16 KiB/s to 16 MiB/s. */
    private static final int[] RATES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 1024};

    private record Event(double at, long turn, Runnable step) {}

    private record Block(Lease lease, int block) {}

    /** A seed at the end of a line that takes a while: what is under way cannot be called back. */
    private final class Seed {
        private final int number;
        private final int rate;
        private final double line;
        private final ArrayDeque<Block> queue = new ArrayDeque<>();
        private final Map<Lease, BitSet> open = new TreeMap<>(Comparator.comparing(Lease::piece)
                .thenComparing(Lease::firstBlock)
                .thenComparing(Lease::attempt));
        private int outstanding;
        private boolean sending;

        private Seed(int number, int rate, double line) {
            this.number = number;
            this.rate = rate;
            this.line = line;
        }

        private void want() {
            int window = Math.max(2, Math.min(500, 3 * rate));
            int room = window - outstanding;
            if (room > 0 && room >= window / 4) {
                download.wants(number, room, rate * 20 >= BLOCKS);
            }
        }

        private void ask(Lease lease) {
            BitSet blocks = new BitSet();
            blocks.set(lease.firstBlock(), lease.endBlock());
            open.put(lease, blocks);
            outstanding += lease.blocks();
            after(line, () -> {
                blocks.stream().forEach(block -> queue.add(new Block(lease, block)));
                send();
            });
        }

        private void cancel(Lease revoked) {
            for (Lease lease : List.copyOf(open.keySet())) {
                if (lease.piece() == revoked.piece()) {
                    drop(lease, revoked.firstBlock(), revoked.endBlock());
                }
            }
            after(
                    line,
                    () -> queue.removeIf(block ->
                            revoked.covers(block.lease().piece(), block.lease().attempt(), block.block())));
        }

        private void send() {
            Block next = sending ? null : queue.poll();
            if (next != null) {
                sending = true;
                after(1.0 / rate, () -> {
                    sending = false;
                    after(line, () -> arrive(next));
                    send();
                });
            }
        }

        private void arrive(Block block) {
            store(block.lease().piece(), block.block());
            drop(block.lease(), block.block(), block.block() + 1);
            want();
        }

        private void drop(Lease lease, int from, int end) {
            BitSet blocks = open.get(lease);
            if (blocks != null) {
                int before = blocks.cardinality();
                blocks.clear(from, end);
                outstanding -= before - blocks.cardinality();
                if (blocks.isEmpty()) {
                    open.remove(lease);
                    after(0, () -> download.fetched(number, lease));
                }
            }
        }
    }

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingDouble(Event::at).thenComparingLong(Event::turn));
    private final List<Seed> seeds = new ArrayList<>();
    private final Bitfield[] held = new Bitfield[PIECES];
    private PiecePicker picker = new PiecePicker(SIZES, new SplittableRandom(1));
    private Download download = new Download(picker, this);
    private double now;
    private long turns;
    private int wasted;

    private void after(double delay, Runnable step) {
        events.add(new Event(now + delay, turns++, step));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void wastesLessThanOneInAHundred(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        picker = new PiecePicker(SIZES, random);
        picker.open(new Bitfield(PIECES), Map.of());
        download = new Download(picker, this);
        for (int piece = 0; piece < PIECES; piece++) {
            held[piece] = new Bitfield(BLOCKS);
        }
        Bitfield all = new Bitfield(PIECES);
        all.setAll();
        for (int number = 0; number < RATES.length; number++) {
            Seed one = new Seed(number, RATES[number], 0.005 + 0.1 * random.nextDouble());
            seeds.add(one);
            download.joined(number);
            download.hasAll(number, all);
            after(random.nextDouble(), one::want);
        }

        while (!picker.complete()) {
            Event next = events.remove();
            now = next.at();
            next.step().run();
        }

        assertThat(100.0 * wasted / (PIECES * BLOCKS)).as("percent wasted").isLessThan(1);
        assertThat(now).as("seconds").isLessThan(5);
    }

    private void store(int piece, int block) {
        if (!held[piece].set(block)) {
            wasted++;
        } else if (held[piece].isFull()) {
            after(0, () -> download.verified(piece));
        }
    }

    @Override
    public void grant(int peer, List<Lease> leases) {
        leases.forEach(seeds.get(peer)::ask);
    }

    @Override
    public void revoke(int peer, Lease lease) {
        seeds.get(peer).cancel(lease);
    }

    @Override
    public boolean onParole(int peer) {
        return false;
    }

    @Override
    public void interest(int peer, boolean interested) {}

    @Override
    public void askHeld(int piece, int attempt) {
        after(0.001, () -> download.held(piece, attempt, held[piece].copy()));
    }
}
