package io.bittern.piece;

import io.bittern.MicroBenchmark;
import io.bittern.metainfo.PieceSizes;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * A picker in a swarm of which every other peer is a seed and the others have half of the pieces.
 *
 * <p>The download of {@link #fetch} begins anew whenever it is complete.
 */
public class PiecePickerBenchmark extends MicroBenchmark {

    private static final int BLOCKS = 64;
    private static final int LEASE = 16;
    private static final int SAMPLES = 64;

    @Param({"1", "10", "100", "200", "1000"})
    private int peers;

    @Param({"100", "1000", "10000", "100000"})
    private int pieces;

    private PiecePicker picker = new PiecePicker(new PieceSizes(1, 1), new SplittableRandom(1));
    private Bitfield[] halves = {};
    private int[] fetched = {};
    private int peer;
    private int newcomer;
    private int piece;

    @Setup
    public void meet() {
        SplittableRandom random = new SplittableRandom(2);
        halves = new Bitfield[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            halves[i] = new Bitfield(pieces);
            for (int j = 0; j < pieces; j++) {
                if (random.nextBoolean()) {
                    halves[i].set(j);
                }
            }
        }
        picker = new PiecePicker(
                new PieceSizes((long) pieces * BLOCKS * PieceSizes.BLOCK, BLOCKS * PieceSizes.BLOCK), random);
        begin();
        for (int one = 0; one < peers; one++) {
            come(one);
        }
        newcomer = peers;
        picker.join(newcomer);
    }

    /** One peer is granted 16 blocks, fetches them, and ends what pieces it can. */
    @Benchmark
    public List<Lease> fetch() {
        peer = (peer + 1) % peers;
        List<Lease> leases = picker.grant(peer, LEASE, false);
        for (Lease lease : leases) {
            picker.fetched(peer, lease);
            fetched[lease.piece()] += lease.blocks();
            if (fetched[lease.piece()] == BLOCKS) {
                picker.verified(lease.piece());
            }
        }
        if (picker.complete()) {
            begin();
        }
        return leases;
    }

    /** A peer has got one more piece. */
    @Benchmark
    public void has() {
        if (piece == pieces) {
            piece = 0;
            picker.leave(newcomer);
            picker.join(newcomer);
        }
        picker.has(newcomer, piece++);
    }

    /** A peer that has half of the pieces comes, and goes with a lease. */
    @Benchmark
    public List<Lease> comeAndGo() {
        newcomer++;
        picker.join(newcomer);
        picker.hasAll(newcomer, halves[newcomer % SAMPLES]);
        picker.grant(newcomer, LEASE, false);
        List<Lease> left = picker.leave(newcomer);
        for (Lease lease : left) {
            picker.doubtful();
            picker.held(lease.piece(), lease.attempt(), new Bitfield(BLOCKS));
        }
        return left;
    }

    private void come(int one) {
        picker.join(one);
        if (one % 2 == 0) {
            Bitfield all = new Bitfield(pieces);
            all.setAll();
            picker.hasAll(one, all);
        } else {
            picker.hasAll(one, halves[one % SAMPLES]);
        }
    }

    private void begin() {
        picker.open(new Bitfield(pieces), Map.of());
        fetched = new int[pieces];
    }
}
