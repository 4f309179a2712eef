package io.bittern.dht;

import io.bittern.MicroBenchmark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A node of the DHT that has heard of so many others, and keeps those it has room for. */
public class RoutingTableBenchmark extends MicroBenchmark {

    private static final int SAMPLES = 1024;

    @Param({"10", "100", "1000", "10000"})
    private int heard;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Contact[] contacts = new Contact[SAMPLES];
    private RoutingTable table = new RoutingTable(NodeId.random(random), 0);
    private int next;

    @Setup
    public void meet() throws UnknownHostException {
        table = new RoutingTable(NodeId.random(random), 0);
        for (int i = 0; i < heard; i++) {
            table.answered(contact(), 0);
        }
        for (int i = 0; i < SAMPLES; i++) {
            contacts[i] = contact();
        }
    }

    @Benchmark
    public List<Contact> nearest() {
        return table.nearest(contacts[next++ & SAMPLES - 1].id(), 8, 0);
    }

    @Benchmark
    public void answered() {
        table.answered(contacts[next++ & SAMPLES - 1], 0);
    }

    private Contact contact() throws UnknownHostException {
        byte[] host = new byte[4];
        random.nextBytes(host);
        host[0] = 10;
        return new Contact(NodeId.random(random), new InetSocketAddress(InetAddress.getByAddress(host), 6881));
    }
}
