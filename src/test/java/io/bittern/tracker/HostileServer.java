package io.bittern.tracker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A web server on loopback that answers each request as a script says, and notes what the client does. */
final class HostileServer implements AutoCloseable {

    /** What is said after a request; the connection is closed when it returns. */
    @FunctionalInterface
    interface Script {
        void run(Request request, OutputStream out) throws IOException, InterruptedException;
    }

    /** The lines of a request's head. */
    record Request(List<String> lines) {

        String path() {
            return lines.get(0).split(" ", -1)[1];
        }
    }

    private final ServerSocket listener;
    private final Script script;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch broken = new CountDownLatch(1);
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    HostileServer(Script script) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    HostileServer(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
        start(this::accept);
    }

    /** A script that says one text. */
    static Script saying(String text) {
        return (request, out) -> out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    int port() {
        return listener.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/announce";
    }

    List<Request> requests() {
        return requests;
    }

    /** Waits until the server is closed. */
    void hang() throws InterruptedException {
        closing.await(60, TimeUnit.SECONDS);
    }

    /** Whether a client hung up while it was being answered. */
    boolean sawTheClientHangUp() throws InterruptedException {
        return broken.await(5, TimeUnit.SECONDS);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            List<String> lines = in.lines().takeWhile(line -> !line.isEmpty()).toList();
            if (!lines.isEmpty()) {
                Request request = new Request(lines);
                requests.add(request);
                start(() -> watch(in));
                script.run(request, socket.getOutputStream());
                socket.getOutputStream().flush();
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            broken.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(BufferedReader in) {
        try {
            if (in.read() < 0) {
                broken.countDown();
            }
        } catch (IOException e) {
            broken.countDown();
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "hostile-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        listener.close();
    }
}
