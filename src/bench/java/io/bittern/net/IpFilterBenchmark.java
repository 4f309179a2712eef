package io.bittern.net;

import io.bittern.MicroBenchmark;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Whether an address is blocked, by a list of so many ranges. */
public class IpFilterBenchmark extends MicroBenchmark {

    private static final int SAMPLES = 1024;

    @Param({"10", "1000", "100000"})
    private int ranges;

    private final InetAddress[] addresses = new InetAddress[SAMPLES];
    private IpFilter filter = new IpFilter.Builder().build();
    private int next;

    @Setup
    public void fill() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(1);
        IpFilter.Builder builder = new IpFilter.Builder();
        for (int i = 0; i < ranges; i++) {
            byte[] first = bytes(random);
            byte[] last = first.clone();
            last[3] = (byte) 0xff;
            builder.add(first, last);
        }
        filter = builder.build();
        for (int i = 0; i < SAMPLES; i++) {
            addresses[i] = InetAddress.getByAddress(bytes(random));
        }
    }

    @Benchmark
    public boolean blocks() {
        return filter.blocks(addresses[next++ & SAMPLES - 1]);
    }

    private static byte[] bytes(SplittableRandom random) {
        byte[] four = new byte[4];
        random.nextBytes(four);
        return four;
    }
}
