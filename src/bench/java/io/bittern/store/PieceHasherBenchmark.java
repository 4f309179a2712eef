package io.bittern.store;

import io.bittern.MicroBenchmark;
import io.bittern.metainfo.PieceSizes;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** SHA-1 of one piece, copied into the hasher's buffer from memory as it would be from the page cache. */
public class PieceHasherBenchmark extends MicroBenchmark {

    private static final int PIECES = 64;

    @Param({"262144", "1048576"})
    private int pieceLength;

    private final PieceSource nothing = (offset, into) -> 0;
    private PieceHasher hasher = new PieceHasher(nothing, new PieceSizes(1, 1), new Buffers(1));
    private int next;

    @Setup
    public void fill() {
        byte[] payload = new byte[PIECES * pieceLength];
        new Random(1).nextBytes(payload);
        PieceSource source = (offset, into) -> {
            int length = into.remaining();
            into.put(payload, (int) offset, length);
            return length;
        };
        hasher = new PieceHasher(source, new PieceSizes(payload.length, pieceLength), new Buffers(4 << 20));
    }

    @Benchmark
    public byte @Nullable [] hash() throws StoreException {
        next = (next + 1) % PIECES;
        return hasher.hash(next, false);
    }
}
