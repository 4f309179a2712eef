package io.bittern.wire;

import io.bittern.MicroBenchmark;
import io.bittern.metainfo.PieceSizes;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.Blackhole;

/** Messages as they come off the wire; an operation is one message. */
public class FrameDecoderBenchmark extends MicroBenchmark {

    private static final int MESSAGES = 1024;
    private static final int PIECES = 1000;

    @Param({"131072", "16384"})
    private int read;

    private byte[] blocks = {};
    private byte[] small = {};

    @Setup
    public void encode() {
        byte[] payload = new byte[PieceSizes.BLOCK];
        List<PeerMessage> fromSeed = new ArrayList<>();
        List<PeerMessage> fromLeecher = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            int begin = i % 64 * PieceSizes.BLOCK;
            fromSeed.add(new PeerMessage.Block(i / 64, begin, payload, 0, payload.length));
            fromLeecher.add(
                    switch (i % 8) {
                        case 0, 1 -> new PeerMessage.Have(i % PIECES);
                        case 2 -> new PeerMessage.Cancel(i % PIECES, begin, PieceSizes.BLOCK);
                        case 3 -> i % 16 == 3 ? PeerMessage.Interested.INSTANCE : PeerMessage.KeepAlive.INSTANCE;
                        default -> new PeerMessage.Request(i % PIECES, begin, PieceSizes.BLOCK);
                    });
        }
        blocks = FrameEncoder.encode(fromSeed);
        small = FrameEncoder.encode(fromLeecher);
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void blocks(Blackhole hole) throws WireException {
        decode(blocks, hole);
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void smallMessages(Blackhole hole) throws WireException {
        decode(small, hole);
    }

    private void decode(byte[] stream, Blackhole hole) throws WireException {
        FrameDecoder decoder = new FrameDecoder(PIECES, PieceSizes.BLOCK);
        for (int at = 0; at < stream.length; at += read) {
            decoder.feed(stream, at, Math.min(read, stream.length - at));
            for (PeerMessage message = decoder.next(); message != null; message = decoder.next()) {
                hole.consume(message);
            }
        }
    }
}
