package io.bittern.net;

import io.bittern.MicroBenchmark;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Connections that all wait for one limit of 100 MiB/s; an operation is a block, with all that asked for it in vain. */
public class RateShareBenchmark extends MicroBenchmark {

    private static final int BLOCK = 16 << 10;
    private static final int TORRENTS = 4;

    @Param({"1", "10", "100", "1000"})
    private int peers;

    private record Turn(RateShare share, long at) {}

    private final PriorityQueue<Turn> turns = new PriorityQueue<>(Comparator.comparingLong(Turn::at));

    @Setup
    public void connect() {
        turns.clear();
        RateLimit client = RateLimit.of(100 << 20);
        RateLimit[] torrents = new RateLimit[TORRENTS];
        for (int i = 0; i < torrents.length; i++) {
            torrents[i] = client.part(0);
        }
        for (int i = 0; i < peers; i++) {
            turns.add(new Turn(new RateShare(torrents[i % torrents.length]), i));
        }
    }

    @Benchmark
    public RateShare block() {
        while (true) {
            Turn turn = turns.remove();
            if (turn.share().take(BLOCK, turn.at())) {
                turn.share().moved(BLOCK, turn.at());
                turns.add(new Turn(turn.share(), turn.at() + 1));
                return turn.share();
            }
            turns.add(new Turn(turn.share(), turn.share().retryAt()));
        }
    }
}
