package io.bittern.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A bound UDP socket, IPv4 and IPv6 in one, with a thread that reads it.
 *
 * <p>Made on NIO and not on Pekko's UDP: there a datagram to an address that the kernel refuses (no route, port 0) ends
 * the whole socket, suspended reading takes up again by itself, and an address that is taken is logged with a trace.
 */
final class UdpSocket implements AutoCloseable {

    /* Back-pressure: the thread hands on one batch and waits until it is told to read on. Meanwhile the kernel's buffer
     * fills, and what does not fit there is dropped by the kernel. */

    private static final int LARGEST = 65_535;
    private static final int BATCH = 64;
    private static final int KERNEL_BUFFER = 1 << 20;
    private static final long PAUSE_NANOS = 10_000_000L;

    private final DatagramChannel channel;
    private final Selector selector;
    private final Sender sender;
    private final Semaphore turns = new Semaphore(0);

    /** Binds and starts to read; a wildcard address and port 0 will do. Each batch wants one {@link #readOn}. */
    static UdpSocket bind(InetSocketAddress local, Consumer<List<UdpActor.Datagram>> sink) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        return start(channel, sink, () -> {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, KERNEL_BUFFER);
            channel.bind(local);
            return channel::send;
        });
    }

    /** Takes part in a multicast group and starts to read; what is sent goes out on each interface. */
    static UdpSocket join(
            InetSocketAddress group, Multicast.Interfaces interfaces, Consumer<List<UdpActor.Datagram>> sink)
            throws IOException {
        DatagramChannel channel = Multicast.channel(group);
        return start(channel, sink, () -> Multicast.join(channel, group, interfaces)::send);
    }

    @FunctionalInterface
    private interface Preparation {

        Sender prepare() throws IOException;
    }

    @FunctionalInterface
    private interface Sender {

        @SuppressWarnings("UnusedReturnValue")
        int send(ByteBuffer payload, SocketAddress to) throws IOException;
    }

    private static UdpSocket start(
            DatagramChannel channel, Consumer<List<UdpActor.Datagram>> sink, Preparation preparation)
            throws IOException {
        try {
            Sender sender = preparation.prepare();
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            UdpSocket socket = new UdpSocket(channel, selector, sender);
            socket.start(sink);
            return socket;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private UdpSocket(DatagramChannel channel, Selector selector, Sender sender) {
        this.channel = channel;
        this.selector = selector;
        this.sender = sender;
    }

    InetSocketAddress local() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private void start(Consumer<List<UdpActor.Datagram>> sink) throws IOException {
        Thread thread = new Thread(() -> run(sink), "bittern-udp-" + local().getPort());
        thread.setDaemon(true);
        thread.start();
    }

    /** Lets the thread read the next batch. */
    void readOn() {
        turns.release();
    }

    /** Sends, or drops what the kernel does not take now. */
    void send(InetSocketAddress to, byte[] payload) throws IOException {
        sender.send(ByteBuffer.wrap(payload), to);
    }

    private void run(Consumer<List<UdpActor.Datagram>> sink) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);
        while (channel.isOpen()) {
            List<UdpActor.Datagram> batch = next(buffer);
            if (!batch.isEmpty()) {
                sink.accept(batch);
                turns.acquireUninterruptibly();
            }
        }
    }

    private List<UdpActor.Datagram> next(ByteBuffer buffer) {
        try {
            selector.select();
            selector.selectedKeys().clear();
            return receive(buffer);
        } catch (ClosedChannelException | ClosedSelectorException e) {
            return List.of();
        } catch (IOException e) {
            LockSupport.parkNanos(PAUSE_NANOS); // a fault that lasts must not spin
            return List.of();
        }
    }

    private List<UdpActor.Datagram> receive(ByteBuffer buffer) throws IOException {
        List<UdpActor.Datagram> batch = new ArrayList<>();
        while (batch.size() < BATCH) {
            buffer.clear();
            InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
            if (from == null) {
                break;
            }
            byte[] payload = new byte[buffer.flip().remaining()];
            buffer.get(payload);
            batch.add(new UdpActor.Datagram(from, payload));
        }
        return batch;
    }

    @Override
    public void close() {
        try (channel;
                selector) {
            turns.release();
        } catch (IOException e) {
            // nothing is left to do: the descriptor is given up either way
        }
    }
}
