package io.bittern.tracker;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tracker of our own over HTTP and UDP on one port, for a local network, the demo and tests; all in memory. */
public final class TrackerServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TrackerServer.class);
    private static final int BACKLOG = 128;
    private static final int PORT_TRIES = 20;
    private static final int LARGEST_DATAGRAM = 2048;
    private static final int SECRET = 32;

    /**
     * What the tracker tells and holds.
     *
     * @param interval between the announces of a peer; one that is silent for two of them is forgotten
     * @param mostTorrents swarms at once
     * @param mostPeers peers in all swarms
     * @param mostPeersPerTorrent peers in one swarm; then those silent longest make room
     * @param mostWanted peers in one answer
     */
    public record Settings(
            Duration interval, int mostTorrents, int mostPeers, int mostPeersPerTorrent, int mostWanted) {

        /** Half an hour, 10,000 torrents, 200,000 peers, 2,000 for one torrent, 200 in an answer. */
        public static final Settings USUAL = new Settings(Duration.ofMinutes(30), 10_000, 200_000, 2_000, 200);
    }

    private final HttpServer http;
    private final ThreadPoolExecutor threads;
    private final DatagramSocket udp;
    private final UdpTracker datagrams;
    private final LongSupplier nanoTime;

    /** Starts at an address, whose port may be 0: then one is chosen that is free for both protocols. */
    public static TrackerServer start(InetSocketAddress address, Settings settings, LongSupplier nanoTime)
            throws IOException {
        limitTheJdk(System.getProperties());
        for (int tries = 1; ; tries++) {
            HttpServer http = HttpServer.create(address, BACKLOG);
            try {
                DatagramSocket udp = new DatagramSocket(new InetSocketAddress(
                        address.getAddress(), http.getAddress().getPort()));
                return new TrackerServer(http, udp, settings, nanoTime);
            } catch (BindException taken) {
                http.stop(0);
                if (address.getPort() != 0 || tries == PORT_TRIES) {
                    throw taken;
                }
            }
        }
    }

    private TrackerServer(HttpServer http, DatagramSocket udp, Settings settings, LongSupplier nanoTime) {
        SecureRandom random = new SecureRandom();
        byte[] secret = new byte[SECRET];
        random.nextBytes(secret);
        Registry registry = new Registry(settings, random);
        this.http = http;
        this.udp = udp;
        this.nanoTime = nanoTime;
        this.datagrams = new UdpTracker(registry, settings, secret);
        this.threads = new ThreadPoolExecutor(16, 16, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(256), work -> {
            Thread thread = new Thread(work, "bittern-tracker-http");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        http.setExecutor(threads);
        http.createContext("/", new HttpTracker(registry, settings, nanoTime));
        http.start();
        Thread receiver = new Thread(this::receive, "bittern-tracker-udp");
        receiver.setDaemon(true);
        receiver.start();
    }

    /** Where HTTP and UDP are listened to. */
    public int port() {
        return http.getAddress().getPort();
    }

    @Override
    public void close() {
        udp.close();
        http.stop(0);
        threads.shutdownNow();
    }

    private void receive() {
        byte[] buffer = new byte[LARGEST_DATAGRAM];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                answer(packet);
            } catch (IOException | RuntimeException e) {
                if (!udp.isClosed()) {
                    LOG.debug("a datagram was not answered: {}", e.toString());
                }
            }
        }
    }

    private void answer(DatagramPacket packet) throws IOException {
        InetSocketAddress from = (InetSocketAddress) packet.getSocketAddress();
        ByteBuffer datagram = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        Optional<byte[]> answer = datagrams.answer(datagram, from, nanoTime.getAsLong());
        if (answer.isPresent()) {
            udp.send(new DatagramPacket(answer.get(), answer.get().length, from));
        }
    }

    /** The server has no deadlines unless these are set, in seconds, before its first class is loaded. */
    private static void limitTheJdk(Properties properties) {
        properties.putIfAbsent("sun.net.httpserver.maxReqTime", "10");
        properties.putIfAbsent("sun.net.httpserver.maxRspTime", "10");
        properties.putIfAbsent("sun.net.httpserver.idleInterval", "10");
        properties.putIfAbsent("sun.net.httpserver.maxReqHeaders", "64");
        properties.putIfAbsent("jdk.httpserver.maxConnections", "512");
    }
}
