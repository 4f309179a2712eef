package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Alone;
import io.bittern.client.AddTorrent;
import io.bittern.client.Bittern;
import io.bittern.client.BitternClient;
import io.bittern.client.ClientException;
import io.bittern.client.Settings;
import io.bittern.client.SettingsException;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of the launcher that are stopped, killed and started again while they move data. */
@Timeout(90)
class ProcessIT {

    private static final Path LAUNCHER =
            Path.of(System.getProperty("bittern.home", "")).toAbsolutePath().resolve("bittern");
    private static final int SIZE = 4_000_000;

    @TempDir
    private Path folder = Path.of("");

    private final List<Process> processes = new ArrayList<>();
    private final HangingTracker tracker;
    private Bittern seeder = new FakeBittern();
    private Path torrent = Path.of("");
    private Path data = Path.of("");

    ProcessIT() throws IOException {
        tracker = new HangingTracker();
    }

    @BeforeEach
    void seed() throws IOException, ClientException, SettingsException, MetainfoException {
        byte[] bytes = new byte[SIZE];
        new Random(2).nextBytes(bytes);
        data = Files.write(Files.createDirectories(folder.resolve("source")).resolve("data.bin"), bytes);
        torrent = folder.resolve("t.torrent");
        assertThat(new TestShell(folder).run("create", data, "-o", torrent, "-a", tracker.url()))
                .isZero();
        Map<String, String> home = Alone.environment(folder.resolve("seeder"));
        seeder = BitternClient.start(Settings.load(home, Optional.empty(), Map.of("port", 0, "max-upload", 800_000)));
        Metainfo metainfo = Metainfo.parse(Files.readAllBytes(untracked()));
        seeder.add(AddTorrent.seed(metainfo, folder.resolve("source")), event -> {});
    }

    /** The same torrent without its tracker, which has only one answer. */
    private Path untracked() {
        Path other = folder.resolve("untracked.torrent");
        assertThat(new TestShell(folder).run("create", data, "-o", other)).isZero();
        return other;
    }

    @AfterEach
    void stop() throws IOException {
        processes.forEach(Process::destroyForcibly);
        seeder.close();
        tracker.close();
    }

    private Process start(String name, String command, Object... more) throws IOException {
        List<String> words = new ArrayList<>(List.of(LAUNCHER.toString(), command, torrent.toString(), "-p", "0"));
        for (Object word : more) {
            words.add(word.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile());
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Process download(String name, Object... more) throws IOException {
        List<Object> all = new ArrayList<>(List.of("-d", folder.resolve("target")));
        all.addAll(List.of("--peer", "127.0.0.1:" + seeder.port(), "--json"));
        all.addAll(List.of(more));
        return start(name, "download", all.toArray());
    }

    private String read(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    private void await(String file, String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!read(file).contains(text)) {
            assertThat(System.nanoTime()).as(file + " has no " + text).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static int code(Process process) throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static Duration stopped(Process process) throws InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private List<Map<String, String>> events(String name, String kind) throws IOException {
        TestShell shell = new TestShell(folder);
        shell.out.writeBytes(Files.readAllBytes(folder.resolve(name + ".out")));
        return JsonViewTest.objects(shell).stream()
                .filter(event -> kind.equals(event.get("event")))
                .toList();
    }

    @Test
    void aStopIsQuickThoughTheTrackerHangsAndLosesNothing() throws IOException, InterruptedException {
        Process first = download("first");
        await("first.out", "\"event\":\"verified\"");
        assertThat(tracker.answered()).isTrue();

        assertThat(stopped(first)).isLessThan(Duration.ofSeconds(5));

        assertThat(first.exitValue()).isEqualTo(7);
        assertThat(read("first.err")).isEmpty();
        List<Map<String, String>> verified = events("first", "verified");
        long before = Long.parseLong(verified.get(verified.size() - 1).get("done"));
        assertThat(before).isPositive();
        assertThat(code(download("second"))).isZero();
        assertThat(folder.resolve("target/data.bin")).hasSameBinaryContentAs(data);
        assertThat(events("second", "checked").get(0).get("verified"))
                .satisfies(found -> assertThat(Long.parseLong(found)).isGreaterThanOrEqualTo(before));
        assertThat(read("second.err")).isEmpty();
    }

    @Test
    void theSecondSignalHalts() throws IOException, InterruptedException {
        Process process = download("it", "--max-download", "1KiB");
        assertThat(tracker.answered()).isTrue();
        await("it.out", "\"peers\":1");

        process.destroy();
        await("it.out", "another signal");
        assertThat(stopped(process)).isLessThan(Duration.ofSeconds(2));

        assertThat(process.exitValue()).isEqualTo(130);
    }

    @Test
    void aSeedThatIsStoppedIsDoneAndNobodyElseWorksOnItsData() throws IOException, InterruptedException {
        seeder.close();
        Process seed = start("seed", "seed", "-d", folder.resolve("source"));
        await("seed.out", data.toString());

        assertThat(code(start("other", "download", "-d", folder.resolve("source"))))
                .isEqualTo(11);
        assertThat(read("other.err")).endsWith("in use by another Bittern; stop that one first\n");
        assertThat(stopped(seed)).isLessThan(Duration.ofSeconds(5));

        assertThat(seed.exitValue()).isZero();
        assertThat(read("seed.err")).doesNotContain("SLF4J").doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
    }

    @Test
    void aKilledDownloadGoesOnWhereItWas() throws IOException, InterruptedException {
        Process first = download("first", "--config", quickSync());
        await("first.out", "\"done\":1");

        first.destroyForcibly();

        assertThat(code(first)).isEqualTo(137);
        assertThat(code(download("second"))).isZero();
        assertThat(folder.resolve("target/data.bin")).hasSameBinaryContentAs(data);
        assertThat(Long.parseLong(events("second", "checked").get(0).get("verified")))
                .isPositive();
    }

    private Path quickSync() throws IOException {
        return Files.writeString(folder.resolve("quick.conf"), "bittern.storage.sync-interval = 200 ms");
    }
}
