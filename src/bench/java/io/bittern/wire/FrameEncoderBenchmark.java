package io.bittern.wire;

import io.bittern.MicroBenchmark;
import io.bittern.metainfo.PieceSizes;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Requests as they go out, 64 in a write; an operation is one request. */
public class FrameEncoderBenchmark extends MicroBenchmark {

    private static final int REQUESTS = 64;

    private final List<PeerMessage.Request> requests = IntStream.range(0, REQUESTS)
            .mapToObj(block -> new PeerMessage.Request(7, block * PieceSizes.BLOCK, PieceSizes.BLOCK))
            .toList();

    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public byte[] requests() {
        return FrameEncoder.encode(requests);
    }
}
