package io.bittern.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A node of the DHT on loopback by npm's bittorrent-dht and the script {@code src/test/node/dht_node.js}, which has its commands. */
final class NpmDht {

    private static final Path FOLDER = BitternProgram.HOME.resolve("src/test/node");
    private static final int PATIENCE_MILLIS = 20_000;

    private final int port;
    private final Socket control;
    private final BufferedReader answers;
    private final PrintStream commands;

    private NpmDht(int port, Socket control) throws IOException {
        this.port = port;
        this.control = control;
        this.answers = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.US_ASCII));
        this.commands = new PrintStream(control.getOutputStream(), true, StandardCharsets.US_ASCII);
    }

    static boolean installed() {
        return Files.isDirectory(FOLDER.resolve("node_modules/bittorrent-dht"));
    }

    static NpmDht start(Area area) {
        int port = Area.freePort();
        int control = Area.freePort();
        Program program = area.start(
                "bittorrent-dht", List.of("node", FOLDER.resolve("dht_node.js").toString(), "" + port, "" + control));
        area.await("bittorrent-dht runs", () -> program.output().contains("serving"));
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), control);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return new NpmDht(port, socket);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Where it speaks UDP. */
    int port() {
        return port;
    }

    /** What it answers to a command. */
    String ask(String... words) {
        return ask(List.of(words));
    }

    String ask(List<String> words) {
        commands.print(String.join(" ", words) + "\n");
        try {
            String answer = answers.readLine();
            if (answer == null) {
                throw new AssertionError("bittorrent-dht has ended");
            }
            return answer;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    void close() {
        try {
            control.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
