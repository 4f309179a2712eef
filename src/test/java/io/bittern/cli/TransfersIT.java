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
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that move data, with real clients on loopback in this process. */
@Timeout(60)
class TransfersIT {

    @TempDir
    private Path folder = Path.of("");

    private Path torrent = Path.of("");
    private Path data = Path.of("");
    private Path target = Path.of("");
    private Bittern seeder = new FakeBittern();
    private TestShell shell = new TestShell(folder);

    /** A folder of three files that share pieces, one of them empty, and a seeder of it. */
    @BeforeEach
    void seed() throws IOException, ClientException, SettingsException, MetainfoException {
        data = Files.createDirectories(folder.resolve("source/data"));
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        Files.write(data.resolve("a.bin"), bytes);
        Files.write(data.resolve("b.bin"), Arrays.copyOf(bytes, 100_000));
        Files.write(data.resolve("c.bin"), Arrays.copyOfRange(bytes, 1000, 90_000));
        Files.createFile(data.resolve("empty"));
        torrent = folder.resolve("t.torrent");
        target = folder.resolve("target");
        fresh();
        assertThat(shell.run("create", data, "-o", torrent, "-l", "64KiB")).isZero();
        Map<String, String> home = Alone.environment(folder.resolve("seeder"));
        seeder = BitternClient.start(Settings.load(home, Optional.empty(), Map.of("port", 0)));
        Metainfo metainfo = Metainfo.parse(Files.readAllBytes(torrent));
        seeder.add(AddTorrent.seed(metainfo, folder.resolve("source")), event -> {})
                .downloaded()
                .toCompletableFuture()
                .join();
        fresh();
    }

    @AfterEach
    void stop() {
        seeder.close();
    }

    private void fresh() {
        shell = new TestShell(folder.resolve("home"));
        shell.starter = BitternClient::start;
    }

    /** Runs a command with the usual options, in a shell of its own. */
    private int run(String command, Object... more) {
        fresh();
        List<Object> all = new ArrayList<>(List.of(command, torrent));
        if (!List.of(more).contains("-p")) {
            all.addAll(List.of("-p", "0"));
        }
        all.addAll(List.of(more));
        return shell.run(all.toArray());
    }

    private int download(Object... more) {
        List<Object> all = new ArrayList<>(List.of("-d", target, "--peer", "127.0.0.1:" + seeder.port()));
        all.addAll(List.of(more));
        return run("download", all.toArray());
    }

    private static List<String> files(Path top) throws IOException {
        try (Stream<Path> all = Files.walk(top)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> top.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private void assertSame(Path copy) throws IOException {
        assertThat(files(copy)).isEqualTo(files(data));
        for (String file : files(data)) {
            assertThat(copy.resolve(file)).hasSameBinaryContentAs(data.resolve(file));
        }
    }

    private List<String> stateFiles(String ending) throws IOException {
        return files(folder.resolve("home")).stream()
                .filter(file -> file.endsWith(ending))
                .toList();
    }

    @Test
    void selectedFilesBringNoOthersAndTheRestComesLater() throws IOException {
        assertThat(download("--select", "2")).isZero();
        assertThat(files(target)).containsExactly("data/b.bin");
        assertThat(stateFiles(".parts")).hasSize(1);

        assertThat(download("--json")).isZero();
        assertThat(JsonViewTest.objects(shell))
                .filteredOn("event", "checked")
                .singleElement()
                .satisfies(checked -> assertThat(checked.get("verified")).isNotEqualTo("0"));
        assertSame(target.resolve("data"));
        assertThat(stateFiles(".parts")).isEmpty();
    }

    @Test
    void whatWasLostOrDamagedBetweenRunsIsFetchedAgain() throws IOException {
        assertThat(download()).isZero();
        Files.delete(target.resolve("data/b.bin"));
        try (RandomAccessFile file =
                new RandomAccessFile(target.resolve("data/a.bin").toFile(), "rw")) {
            file.setLength(70_000);
        }

        assertThat(download("-q")).isZero();

        assertThat(shell.err()).isEmpty();
        assertThat(shell.out()).isEqualTo(target.resolve("data") + "\n");
        assertSame(target.resolve("data"));
    }

    @Test
    void aDamagedStateIsSetAsideAndTheDataChecked() throws IOException {
        assertThat(download()).isZero();
        Path state = folder.resolve("home").resolve(stateFiles(".resume").get(0));
        Files.writeString(state, "garbage");

        assertThat(run("download", "-d", target, "--stop-timeout", "5s", "--json"))
                .isZero();

        assertThat(stateFiles(".resume.corrupt")).hasSize(1);
        assertThat(JsonViewTest.objects(shell))
                .filteredOn("event", "checked")
                .singleElement()
                .satisfies(checked -> assertThat(checked.get("verified")).isEqualTo(checked.get("total")));
    }

    @Test
    void theSameTorrentInTwoFoldersHasTwoStates() throws IOException {
        assertThat(download()).isZero();
        Path first = target;
        target = folder.resolve("other");

        assertThat(download()).isZero();

        assertSame(first.resolve("data"));
        assertSame(target.resolve("data"));
        assertThat(stateFiles(".resume")).hasSize(2);
    }

    @Test
    void seedingSaysHowMuchIsThere() throws IOException {
        Path some = Files.createDirectories(folder.resolve("some/data"));
        Files.copy(data.resolve("a.bin"), some.resolve("a.bin"));

        assertThat(run("seed", "-d", folder.resolve("some"), "--seed-time", "0s", "--json"))
                .isZero();

        assertThat(JsonViewTest.objects(shell))
                .extracting("event")
                .contains("note")
                .doesNotContain("done");
        assertThat(shell.out()).contains("data: seeding 53.6% ", "'bittern download' gets the rest");

        assertThat(run("seed", "-d", folder.resolve("source"), "--seed-time", "0s", "--json"))
                .isEqualTo(11);
        seeder.close();
        assertThat(run("seed", "-d", folder.resolve("source"), "--seed-time", "0s", "--json"))
                .isZero();
        assertThat(JsonViewTest.objects(shell))
                .filteredOn("event", "done")
                .singleElement()
                .satisfies(done -> assertThat(done.get("total")).isEqualTo("489000"));
    }

    @Test
    void givesUpWithoutPeers() {
        assertThat(run("download", "-d", target, "--stop-timeout", "1s", "-q")).isEqualTo(6);
        assertThat(shell.err()).startsWith("bittern: no peer and no progress").hasLineCount(1);
    }

    @Test
    void aTakenPortIsSaidAndAnotherTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1)) {
            assertThat(download("-p", taken.getLocalPort())).isZero();
            assertThat(shell.err()).startsWith("port " + taken.getLocalPort() + " is taken, so it is port ");
        }
    }

    @Test
    void whatIsInTheWayStaysAsItIs() throws IOException {
        Files.createDirectories(target.resolve("data"));
        byte[] longer = new byte[300_001];
        Files.write(target.resolve("data/a.bin"), longer);

        assertThat(download("-q")).isEqualTo(13);
        assertThat(shell.err())
                .startsWith("bittern: data: ")
                .contains("data/a.bin; move it away")
                .hasLineCount(1);
        assertThat(target.resolve("data/a.bin")).hasBinaryContent(longer);

        Files.delete(target.resolve("data/a.bin"));
        Files.createSymbolicLink(target.resolve("data/a.bin"), data.resolve("b.bin"));
        assertThat(download("-q")).isEqualTo(13);
        assertThat(data.resolve("b.bin")).hasSize(100_000);
        assertThat(files(target)).isEmpty();
    }

    @Test
    void aFullDiskEndsItAndSpaceLetsItGoOn() throws IOException {
        Files.createDirectories(target);
        try (Mount disk = Mount.tmpfs(target, "size=1m")) {
            Path other = Files.write(target.resolve("other"), new byte[700_000]);

            assertThat(download("-q")).isEqualTo(9);
            assertThat(shell.err())
                    .contains("No space left")
                    .contains("; free some")
                    .hasLineCount(1);
            assertThat(shell.out()).isEmpty();
            assertThat(other).hasSize(700_000);

            Files.delete(other);
            assertThat(download("-q")).isZero();
            assertSame(target.resolve("data"));
            disk.makeReadOnly();
            assertThat(run("seed", "-d", target, "--seed-time", "0s", "-q")).isZero();
            assertThat(download("--state-dir", folder.resolve("new"), "-q")).isEqualTo(17);
            assertThat(shell.err()).startsWith("bittern: cannot write to ").hasLineCount(1);
        }
    }

    @Test
    void aStateFolderThatCannotBeIsSaid() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(download("--state-dir", file.resolve("state"))).isEqualTo(17);
        assertThat(shell.err())
                .startsWith("bittern: cannot use the state folder ")
                .contains("; make it writable or give another with --state-dir")
                .hasLineCount(1);
    }
}
