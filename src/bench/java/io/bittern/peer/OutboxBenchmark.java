package io.bittern.peer;

import io.bittern.MicroBenchmark;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.Bytes;
import io.bittern.net.RateLimit;
import io.bittern.net.RateShare;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/** A peer asks for 256 blocks, which are read and written out; an operation is one block. */
public class OutboxBenchmark extends MicroBenchmark {

    private static final int REQUESTS = 256;

    private final byte[] read = new byte[Outbox.LONGEST_READ];
    private final Outbox outbox = new Outbox(REQUESTS, PieceSizes.BLOCK, new RateShare(RateLimit.unlimited()));

    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void queueAndDrain(Blackhole hole) {
        for (int block = 0; block < REQUESTS; block++) {
            outbox.add(new PeerMessage.Request(block / 64, block % 64 * PieceSizes.BLOCK, PieceSizes.BLOCK));
        }
        while (outbox.size() > 0) {
            for (Outbox.Span span = outbox.nextRead(); span != null; span = outbox.nextRead()) {
                outbox.data(new PieceStoreActor.Data(span.piece(), span.begin(), read, 0, span.length()));
            }
            List<Bytes> write = new ArrayList<>();
            hole.consume(outbox.drain(write, 0));
            hole.consume(write);
        }
    }
}
