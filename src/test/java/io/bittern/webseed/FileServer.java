package io.bittern.webseed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** Serves the files of a folder by HTTP on loopback, well or badly. */
public final class FileServer implements AutoCloseable {

    /** What kind of server it is. */
    public enum Manner {
        RANGES,
        /** Sends the whole file whatever was asked for. */
        NO_RANGES,
        /** The same without telling the length. */
        CHUNKED,
        /** Sends everybody to another path first. */
        REDIRECTS,
        /** Refuses, breaks off and serves by turns. */
        FAILS_HALF,
        /** Sends one wrong byte in each answer. */
        LIES,
        /** Serves ranges of pieces (BEP 17) of 64 KiB. */
        PIECES
    }

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");
    private static final Pattern OF_PIECE =
            Pattern.compile("info_hash=(?:%..|[\\w.~-]){20}&piece=(\\d+)&ranges=(\\d+)-(\\d+)");
    private static final int PIECE = 64 << 10;
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Path folder;
    private final Manner manner;
    private final HttpServer server;
    private final String host;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();

    public FileServer(Path folder, Manner manner) throws IOException {
        this(folder, manner, HttpServer.create(LOOPBACK, 0), "http://127.0.0.1");
    }

    /** A server of https for the name localhost. */
    public static FileServer secure(Path folder, SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(LOOPBACK, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new FileServer(folder, Manner.RANGES, server, "https://localhost");
    }

    private FileServer(Path folder, Manner manner, HttpServer server, String host) {
        this.folder = folder;
        this.manner = manner;
        this.server = server;
        this.host = host;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url(String path) {
        return host + ":" + port() + path;
    }

    /** How many connections there have been. */
    public int connections() {
        return clients.size();
    }

    /** Bytes of all bodies. */
    public long sent() {
        return sent.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        clients.add(exchange.getRemoteAddress());
        int number = requests.getAndIncrement();
        URI uri = exchange.getRequestURI();
        try (exchange) {
            if (manner == Manner.REDIRECTS && !uri.getPath().startsWith("/there/")) {
                exchange.getResponseHeaders().set("Location", "/there" + uri.getRawPath());
                byte[] moved = "moved".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                exchange.sendResponseHeaders(302, moved.length);
                exchange.getResponseBody().write(moved);
                return;
            }
            if (manner == Manner.PIECES) {
                piece(exchange, uri.getRawQuery());
                return;
            }
            String path = uri.getPath().replaceFirst("^/there", "");
            Path file = folder.resolve(path.substring(1));
            if (!Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            answer(exchange, Files.readAllBytes(file), number);
        }
    }

    private void answer(HttpExchange exchange, byte[] file, int number) throws IOException {
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        boolean ranged = range.matches() && manner != Manner.NO_RANGES && manner != Manner.CHUNKED;
        int from = ranged ? Integer.parseInt(range.group(1)) : 0;
        int to = ranged ? Math.min(file.length, Integer.parseInt(range.group(2)) + 1) : file.length;
        byte[] body = Arrays.copyOfRange(file, from, to);
        if (manner == Manner.LIES) {
            body[body.length / 2] ^= 1;
        }
        boolean fails = manner == Manner.FAILS_HALF;
        if (fails && (number % 6 == 0 || number % 6 == 4)) {
            exchange.sendResponseHeaders(500, -1);
            return;
        }
        if (ranged) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + file.length);
        }
        exchange.sendResponseHeaders(ranged ? 206 : 200, manner == Manner.CHUNKED ? 0 : body.length);
        int length = fails && number % 6 == 3 ? body.length / 2 : body.length;
        exchange.getResponseBody().write(body, 0, length);
        exchange.getResponseBody().flush();
        sent.addAndGet(length);
    }

    private void piece(HttpExchange exchange, String query) throws IOException {
        Matcher asked = OF_PIECE.matcher(String.valueOf(query));
        if (!asked.matches()) {
            exchange.sendResponseHeaders(400, -1);
            return;
        }
        int start = Integer.parseInt(asked.group(1)) * PIECE;
        byte[] body = Arrays.copyOfRange(
                payload(), start + Integer.parseInt(asked.group(2)), start + Integer.parseInt(asked.group(3)) + 1);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        sent.addAndGet(body.length);
    }

    /** All files one after the other, by their paths. */
    private byte[] payload() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                all.write(Files.readAllBytes(file));
            }
        }
        return all.toByteArray();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
