package io.bittern.choke;

import io.bittern.MicroBenchmark;
import io.bittern.peer.Standing;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** One regular round of choking, ten seconds after the one before. */
public class ChokePolicyBenchmark extends MicroBenchmark {

    private static final long ROUND = TimeUnit.SECONDS.toNanos(10);
    private static final int SLOTS = 8;

    @Param({"1", "10", "100", "1000"})
    private int peers;

    @Param({"true", "false"})
    private boolean seeding;

    private final ChokePolicy policy =
            new ChokePolicy(new ChokePolicy.Settings(SLOTS, false, 1 << 20), new SplittableRandom(1));
    private List<Standing> standings = List.of();
    private long now;

    @Setup
    public void connect() {
        SplittableRandom random = new SplittableRandom(2);
        standings = IntStream.range(0, peers)
                .mapToObj(peer -> new Standing(
                        peer,
                        random.nextInt(4) > 0,
                        peer % (peers / SLOTS + 1) == 0,
                        false,
                        random.nextInt(1 << 20),
                        random.nextInt(1 << 20),
                        0,
                        random.nextInt(1000),
                        false))
                .toList();
    }

    @Benchmark
    public ChokePolicy.Choice round() {
        now += ROUND;
        return policy.choose(standings, new Turn(true, seeding), false, now);
    }
}
