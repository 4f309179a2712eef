package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a process of its own, on what has been built. */
@Timeout(120)
class LauncherIT {

    private static final Path LAUNCHER =
            Path.of(System.getProperty("bittern.home", "")).toAbsolutePath().resolve("bittern");

    @TempDir
    private Path folder = Path.of("");

    private record Outcome(int code, String out, String err) {}

    private Process start(Path launcher, Map<String, String> environment, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Outcome run(Path launcher, Map<String, String> environment, Object... arguments)
            throws IOException, InterruptedException {
        Process process = start(launcher, environment, arguments);
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), out, Files.readString(folder.resolve("err")));
    }

    @Test
    void runsFromAnyFolderThroughLinks() throws IOException, InterruptedException {
        Path first = Files.createSymbolicLink(folder.resolve("first"), LAUNCHER);
        Path second = Files.createSymbolicLink(
                Files.createDirectory(folder.resolve("bin")).resolve("bittern"), Path.of("../first"));

        assertThat(run(first, Map.of(), "--version").out()).startsWith("bittern ");
        assertThat(run(second, Map.of(), "--version").code()).isZero();
        Files.delete(second);
        Files.delete(first);
    }

    @Test
    void handsExitCodesAndArgumentsOn() throws IOException, InterruptedException {
        Outcome missing = run(LAUNCHER, Map.of(), "download", "no such file *.torrent");

        assertThat(missing)
                .isEqualTo(new Outcome(3, "", "bittern: there is no file no such file *.torrent; check the path\n"));
        assertThat(run(LAUNCHER, Map.of(), "info", "--frobnicate", "x").code()).isEqualTo(2);
    }

    @Test
    void readsFilesWithAnyNameInAnyLocale() throws IOException, InterruptedException {
        Samples.write(folder, "日本.torrent", Samples.torrent("日本", 1000));

        Outcome shown = run(LAUNCHER, Map.of("LC_ALL", "C"), "info", "日本.torrent");

        assertThat(shown.err()).isEmpty();
        assertThat(shown.out()).startsWith("name        日本\n");
    }

    @Test
    void takesOptionsForTheJvm() throws IOException, InterruptedException {
        Map<String, String> options = Map.of("BITTERN_JAVA_OPTS", "-XX:+UseParallelGC -Xmx64m");

        assertThat(run(LAUNCHER, options, "--version").code()).isZero();
        assertThat(run(LAUNCHER, Map.of("BITTERN_JAVA_OPTS", "-XX:NoSuchOption"), "--version")
                        .code())
                .isEqualTo(1);
    }

    @Test
    void givesClientsLargePagesWhereTheKernelHasThem() throws IOException, InterruptedException {
        Path kernel = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        boolean there = Files.isReadable(kernel) && !Files.readString(kernel).contains("[never]");

        assertThat(flags("download", "none.torrent")).containsEntry("UseTransparentHugePages", Boolean.toString(there));
        assertThat(flags("--version")).containsEntry("UseTransparentHugePages", "false");
        assertThat(flags("verify", "none.torrent")).containsEntry("UseTransparentHugePages", "false");
    }

    /** Such a processor runs the Java code of SHA-1, which has to be compiled: interpreted it is forty times slower. */
    @Test
    void compilesSha1WhereTheProcessorDoesNotHaveIt() throws IOException, InterruptedException {
        Path payload = Files.write(folder.resolve("payload"), new byte[16 << 20]);
        var print = Map.of("BITTERN_JAVA_OPTS", "-XX:-UseSHA -XX:+DisplayVMOutput -XX:+PrintCompilation");

        Outcome made = run(LAUNCHER, print, "create", payload, "-o", folder.resolve("payload.torrent"));

        assertThat(made.code()).isZero();
        assertThat(made.out().lines())
                .anyMatch(line -> line.contains("sun.security.provider.SHA::implCompress0 (") && !line.contains("%"));
    }

    private Map<String, String> flags(Object... arguments) throws IOException, InterruptedException {
        var print = Map.of("BITTERN_JAVA_OPTS", "-XX:+DisplayVMOutput -XX:+PrintFlagsFinal");
        return run(LAUNCHER, print, arguments)
                .out()
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 3 && words[2].equals("="))
                .collect(Collectors.toMap(words -> words[1], words -> words[3]));
    }

    @Test
    void saysThatJavaIsMissingOrTooOld() throws IOException, InterruptedException {
        Path java = Files.createDirectories(folder.resolve("old/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();

        Outcome old = run(LAUNCHER, Map.of("JAVA_HOME", folder.resolve("old").toString()), "--version");
        Outcome none = run(LAUNCHER, Map.of("JAVA_HOME", folder.resolve("none").toString()), "--version");

        assertThat(old.code()).isEqualTo(1);
        assertThat(old.err())
                .isEqualTo("bittern: " + java + " is version 11; install a JDK 17 or later, or set JAVA_HOME to one\n");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).startsWith("bittern: there is no ").hasLineCount(1);
    }

    @Test
    void aSignalEndsTheProcessInOrder() throws IOException, InterruptedException {
        Process tracker = start(LAUNCHER, Map.of(), "tracker", "--port", "0", "--bind", "127.0.0.1");
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(tracker.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).startsWith("http://127.0.0.1:");

            tracker.destroy();

            assertThat(tracker.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(tracker.exitValue()).isZero();
        } finally {
            tracker.destroyForcibly();
        }
    }
}
