package io.bittern.torrent;

import io.bittern.MicroBenchmark;
import io.bittern.net.IpFilter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A torrent that knows so many addresses, and room for few connections. */
public class SwarmBenchmark extends MicroBenchmark {

    private static final int CONNECTIONS = 50;

    @Param({"10", "100", "1000"})
    private int known;

    private final SplittableRandom random = new SplittableRandom(1);
    private Swarm swarm = swarm(1);
    private long now;

    @Setup
    public void learn() throws UnknownHostException {
        swarm = swarm(known);
        swarm.learn(addresses(known), PeerSource.TRACKER);
    }

    private static Swarm swarm(int known) {
        Dials dials = new Dials(100, 1 << 30, Duration.ofSeconds(10));
        TorrentParts.Limits limits =
                new TorrentParts.Limits(known, CONNECTIONS, CONNECTIONS, 1, dials, InetSocketAddress::hashCode);
        return new Swarm(limits, new BanList(IpFilter.NONE::blocks));
    }

    /** Dials whoever is due; these do not answer. */
    @Benchmark
    public int dialAndEnd() {
        now += TimeUnit.MINUTES.toNanos(1);
        List<InetSocketAddress> dialed = swarm.dial(now);
        dialed.forEach(address -> swarm.ended(address, false, Swarm.Outcome.USELESS, now));
        return dialed.size();
    }

    /** When somebody is to be dialled next. */
    @Benchmark
    public long nextDial() {
        return swarm.nextDial(now).orElse(0);
    }

    /** Others tell of 50 addresses, and none of ours has to go for them. */
    @Benchmark
    public int hear() throws UnknownHostException {
        return swarm.learn(addresses(50), PeerSource.PEX);
    }

    private List<InetSocketAddress> addresses(int count) throws UnknownHostException {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] host = new byte[4];
            random.nextBytes(host);
            host[0] = 11;
            addresses.add(new InetSocketAddress(InetAddress.getByAddress(host), 6881));
        }
        return addresses;
    }
}
