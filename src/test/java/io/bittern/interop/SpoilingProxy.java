package io.bittern.interop;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** Stands before a seeder and spoils some of the blocks that it gives, as they pass. */
final class SpoilingProxy implements AutoCloseable {

    private static final int HANDSHAKE = 68;
    private static final byte PIECE = 7;
    private static final int HEADER = 9;

    private final ServerSocket door;
    private final InetSocketAddress seeder;
    private final Supplier<IntPredicate> manner;
    private final AtomicInteger spoilt = new AtomicInteger();

    /** @param manner makes, for each connection, the choice of blocks that are spoilt by the pieces that they are of */
    SpoilingProxy(InetSocketAddress local, InetSocketAddress seeder, Supplier<IntPredicate> manner) {
        this.seeder = seeder;
        this.manner = manner;
        try {
            door = new ServerSocket();
            door.bind(local);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        start(() -> {
            while (true) {
                serve(door.accept());
            }
        });
    }

    /** A choice that spoils the first block of each piece, every time that piece is given. */
    static IntPredicate oneInEachPiece() {
        AtomicInteger last = new AtomicInteger(-1);
        return piece -> last.getAndSet(piece) != piece;
    }

    /** A choice that spoils each so-manieth block. */
    static IntPredicate oneIn(int blocks) {
        AtomicInteger count = new AtomicInteger();
        return piece -> count.incrementAndGet() % blocks == 0;
    }

    /** Blocks that were spoilt so far. */
    int spoilt() {
        return spoilt.get();
    }

    private void serve(Socket client) throws IOException {
        Socket upstream = new Socket(seeder.getAddress(), seeder.getPort());
        IntPredicate choice = manner.get();
        start(() -> {
            try (client;
                    upstream) {
                client.getInputStream().transferTo(upstream.getOutputStream());
            }
        });
        start(() -> {
            try (client;
                    upstream) {
                pass(upstream, client, choice);
            }
        });
    }

    private void pass(Socket from, Socket to, IntPredicate choice) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(from.getInputStream(), 1 << 16));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to.getOutputStream(), 1 << 16));
        out.write(in.readNBytes(HANDSHAKE));
        while (true) {
            if (in.available() == 0) {
                out.flush();
            }
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            if (frame.length > HEADER
                    && frame[0] == PIECE
                    && choice.test(ByteBuffer.wrap(frame, 1, 4).getInt())) {
                frame[HEADER] ^= 1;
                spoilt.incrementAndGet();
            }
            out.writeInt(frame.length);
            out.write(frame);
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /** The end of a connection is the end of its threads. */
    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException ended) {
                // whoever waits for what does not come will say so
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
