package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A small disk of its own, which only root can have: without it the test is left out and says so, or fails in CI. */
record Mount(Path folder) implements AutoCloseable {

    private static final boolean REQUIRED = "required".equals(System.getProperty("bittern.interop"));

    static Mount tmpfs(Path folder, String options) throws IOException {
        if (!run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString())) {
            String message = "left out: a full and a read-only disk (needs to be root to mount a tmpfs)";
            assertThat(REQUIRED).as(message).isFalse();
            System.out.println(message);
            Assumptions.abort(message);
        }
        return new Mount(folder);
    }

    void makeReadOnly() throws IOException {
        assertThat(run("mount", "-o", "remount,ro", folder.toString())).isTrue();
    }

    @Override
    public void close() throws IOException {
        run("umount", "-l", folder.toString());
    }

    private static boolean run(String... command) throws IOException {
        List<String> all = List.of(command);
        Process process = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.onExit().orTimeout(10, TimeUnit.SECONDS).join().exitValue() == 0;
    }
}
