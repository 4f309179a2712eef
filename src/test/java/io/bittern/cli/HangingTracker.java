package io.bittern.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A tracker that answers its first announce, and accepts all later ones without ever answering. */
final class HangingTracker implements AutoCloseable {

    private static final String ANSWER = "d8:intervali1800e5:peers0:e";

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private final CountDownLatch first = new CountDownLatch(1);
    private final Thread thread = new Thread(this::serve, "hanging-tracker");

    HangingTracker() throws IOException {
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/announce";
    }

    boolean answered() throws InterruptedException {
        return first.await(20, TimeUnit.SECONDS);
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                if (first.getCount() > 0) {
                    answer(socket);
                    first.countDown();
                }
            } catch (IOException hungUp) {
                open.removeIf(Socket::isClosed);
            }
        }
    }

    private static void answer(Socket socket) throws IOException {
        byte[] request = new byte[4096];
        if (socket.getInputStream().read(request) > 0) {
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + ANSWER.length() + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write((head + ANSWER).getBytes(StandardCharsets.US_ASCII));
        }
        socket.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
