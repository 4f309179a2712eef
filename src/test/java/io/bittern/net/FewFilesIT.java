package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that runs out of descriptors while it listens. */
@Timeout(90)
class FewFilesIT {

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private Process process;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String[] command = {
            "/bin/sh",
            "-c",
            "ulimit -n 80; exec \"$@\"",
            "sh",
            java,
            "-cp",
            System.getProperty("java.class.path"),
            FewFilesMain.class.getName()
        };
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var reader = new Thread(this::readLines, "few-files-output");
        reader.setDaemon(true);
        reader.start();
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    private void readLines() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add(e.toString());
        }
    }

    /** Reads lines up to one that starts so; returns it. */
    private String await(String start) throws InterruptedException {
        for (long end = System.nanoTime() + 30_000_000_000L; System.nanoTime() < end; ) {
            String line = lines.poll(1, TimeUnit.SECONDS);
            if (line != null && line.startsWith(start)) {
                return line;
            }
        }
        throw new AssertionError("no " + start + " in 30 s");
    }

    private void command(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    private int errorsWithin(long nanos) throws InterruptedException {
        int errors = 0;
        for (long end = System.nanoTime() + nanos, left = nanos; left > 0; left = end - System.nanoTime()) {
            String line = lines.poll(left, TimeUnit.NANOSECONDS);
            errors += line != null && line.contains("Accept error") ? 1 : 0;
        }
        return errors;
    }

    @Test
    void doesNotSpinOnAcceptErrorsAndAcceptsAgainWhenDescriptorsAreFree() throws Exception {
        int port = Integer.parseInt(await("PORT").substring("PORT ".length()));
        try (var first = new Socket(InetAddress.getLoopbackAddress(), port)) {
            await("OPENED");
            command("fill");
            await("FULL");

            try (var second = new Socket(InetAddress.getLoopbackAddress(), port)) {
                int errors = errorsWithin(4_000_000_000L);
                command("free");
                await("OPENED");

                assertThat(errors).as("tries in 4 s, with a pause of 1 s").isBetween(2, 60);
                assertThat(first.isConnected() && second.isConnected()).isTrue();
            }
        }
    }
}
