package io.bittern.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The folder of each test of a class and the processes in it, which end with it. */
final class Area implements BeforeEachCallback, AfterEachCallback {

    /** How long anything may take here that is not said to take longer. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private Path folder = Path.of("");
    private final Deque<Program> programs = new ArrayDeque<>();
    private final Deque<Runnable> ends = new ArrayDeque<>();

    @Override
    public void beforeEach(ExtensionContext test) throws IOException {
        folder = Files.createTempDirectory("bittern-");
    }

    @Override
    public void afterEach(ExtensionContext test) throws IOException {
        while (!programs.isEmpty()) {
            programs.pop().end();
        }
        while (!ends.isEmpty()) {
            ends.pop().run();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }

    Path folder() {
        return folder;
    }

    /** A new folder that other users may enter. */
    Path folder(String name) {
        try {
            Path made = Files.createDirectories(folder.resolve(name));
            for (Path one = made; one != null && one.startsWith(folder); one = one.getParent()) {
                Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return made;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Does this when the test is over and its processes have ended. */
    void atEnd(Runnable end) {
        ends.push(end);
    }

    Program start(String name, List<String> command) {
        return start(name, Map.of(), command);
    }

    Program start(String name, Map<String, String> environment, List<String> command) {
        Program program = Program.start(name, folder, environment, command);
        programs.push(program);
        return program;
    }

    /** A port of loopback that was free a moment ago, for TCP. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Waits until something is so; fails, with what the processes said last, if it takes too long. */
    void await(String what, BooleanSupplier condition) {
        await(what, PATIENCE, condition);
    }

    void await(String what, Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                List<String> said = new ArrayList<>();
                programs.forEach(program -> said.add(program.toString()));
                throw new AssertionError("not within " + limit + ": " + what + "\n" + String.join("\n", said));
            }
            LockSupport.parkNanos(20_000_000);
        }
    }
}
