package io.bittern.net;

import io.bittern.MicroBenchmark;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** What is due goes back on the agenda: announces, scrapes, searches of a client with so many torrents. */
public class AgendaBenchmark extends MicroBenchmark {

    private static final long ROUND = 1_000_000;

    @Param({"1", "10", "100", "1000", "10000"})
    private int torrents;

    private final Agenda<Integer> agenda = new Agenda<>(Duration.ZERO);
    private long now;

    @Setup
    public void add() {
        for (int i = 0; i < torrents; i++) {
            agenda.put(i, i * ROUND / torrents);
        }
    }

    @Benchmark
    public List<Integer> turn() {
        now = agenda.next().orElse(now);
        List<Integer> due = agenda.take(1, now);
        due.forEach(torrent -> agenda.put(torrent, now + ROUND));
        return due;
    }
}
