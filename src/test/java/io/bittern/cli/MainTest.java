package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.client.ClientException;
import io.bittern.client.Failure;
import io.bittern.client.Settings;
import io.bittern.metainfo.FilePriorities;
import io.bittern.metainfo.InfoHash;
import io.bittern.tracker.ScrapeResponse;
import io.bittern.tracker.SwarmSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class MainTest {

    private static final InfoHash HASH = InfoHash.fromHex("0123456789abcdef0123456789abcdef01234567");
    private static final String UP = "http://up.test/announce";
    private static final String DOWN = "udp://down.test:80";
    private static final String LINK = "magnet:?xt=urn:btih:" + HASH + "&dn=it&tr=" + UP + "&tr=" + DOWN;

    @TempDir
    private Path folder = Path.of("");

    private TestShell shell = new TestShell(folder);
    private FakeBittern client = new FakeBittern();

    @BeforeEach
    void setUp() {
        shell = new TestShell(folder);
        client = new FakeBittern();
        client.script = torrent -> {
            torrent.complete();
            torrent.finish();
        };
        shell.starter = client;
    }

    private void assertOneLine(String pattern) {
        assertThat(shell.err().lines()).hasSize(1).allMatch(line -> line.matches("bittern: " + pattern));
        assertThat(shell.out()).isEmpty();
    }

    @Nested
    class WhateverTheCommand {

        @Test
        void showsHelpAndVersionOnStandardOutput() {
            assertThat(shell.run("--help")).isZero();
            assertThat(shell.out()).contains("Usage: bittern", "download", "verify", "Exit codes:", "32");
            assertThat(shell.err()).isEmpty();

            assertThat(shell.run("--version")).isZero();
            assertThat(shell.out()).contains("bittern ");
        }

        @Test
        void everyCommandHasHelpWithTheTableOfExitCodes() {
            for (String command : Main.commandNames()) {
                shell.out.reset();

                assertThat(shell.run(command, "--help")).isZero();
                assertThat(shell.out())
                        .as(command)
                        .contains("Usage: bittern " + command, "--version", "--verbose", "Exit codes:");
            }
            assertThat(shell.err()).isEmpty();
        }

        @Test
        void everyExitCodeIsInTheHelp() {
            shell.run("--help");

            for (ExitCode code : ExitCode.values()) {
                assertThat(shell.out())
                        .containsPattern(
                                "\\s" + code.number() + "\\s+" + code.meaning().substring(0, 10));
            }
        }

        @Test
        void refusesWhatItDoesNotKnow() {
            assertThat(shell.run()).isEqualTo(2);
            assertThat(shell.run("frobnicate")).isEqualTo(2);
            assertThat(shell.run("--frobnicate")).isEqualTo(2);
            assertThat(shell.run("download", "x.torrent", "--max-downlod", "1")).isEqualTo(2);
            assertThat(shell.run("download")).isEqualTo(2);

            assertThat(shell.err().lines()).hasSize(5).allMatch(line -> line.startsWith("bittern: "));
            assertThat(shell.err())
                    .contains(
                            "unknown command 'frobnicate'",
                            "unknown option '--frobnicate'",
                            "did you mean",
                            "see 'bittern download --help'");
        }

        @Test
        void refusesValuesThatCannotBe() {
            for (String[] bad : new String[][] {
                {"--max-upload", "x"},
                {"-p", "70000"},
                {"-p", "abc"},
                {"--peer", "nowhere"},
                {"--seed-ratio", "-1"},
                {"--seed-time", "soon"},
                {"--stop-timeout", "5 weeks"}
            }) {
                shell.err.reset();

                assertThat(shell.run("download", "x.torrent", bad[0], bad[1]))
                        .as(Arrays.toString(bad))
                        .isEqualTo(2);
                assertThat(shell.err().lines()).as(Arrays.toString(bad)).hasSize(1);
            }
        }

        @Test
        void completionScriptsNameTheCommands() {
            assertThat(shell.run("completion", "bash")).isZero();
            assertThat(shell.out()).contains("complete -F", "download", "--max-upload");

            assertThat(shell.run("completion", "zsh")).isZero();
            assertThat(shell.out()).contains("bashcompinit");
        }
    }

    @Nested
    class WithoutAGoodTorrent {

        @Test
        void saysThatAFileIsNotThere() {
            assertThat(shell.run("download", folder.resolve("none.torrent"))).isEqualTo(3);
            assertOneLine("there is no file .*none.torrent; check the path");
        }

        @Test
        void downloadIsTheCommandForAnArgumentThatLooksLikeATorrent() {
            assertThat(shell.run(folder.resolve("none.torrent"))).isEqualTo(3);
            assertThat(shell.run("magnet:?xt=urn:btih:abc")).isEqualTo(27);
        }

        @Test
        void saysWhatIsWrongWithAMagnetLink() {
            assertThat(shell.run("download", "magnet:?xt=urn:btih:abc")).isEqualTo(27);
            assertOneLine("the magnet link has an info hash of neither .*; copy the link again");
        }

        @Test
        void saysThatAWebPageIsNoTorrent() throws IOException {
            Path page = Files.writeString(folder.resolve("a.torrent"), "<html><body>not here</body></html>\n");

            assertThat(shell.run("info", page)).isEqualTo(25);
            assertOneLine(".*a.torrent: not a torrent: .*web page");
        }

        @Test
        void saysThatATorrentIsCutShort() throws IOException {
            byte[] whole = Samples.torrent("a", 1000);
            Path cut = Files.write(folder.resolve("a.torrent"), Arrays.copyOf(whole, whole.length / 2));

            assertThat(shell.run("download", cut)).isEqualTo(25);
            assertOneLine(".*a.torrent: not a torrent: .*");
        }

        @Test
        void saysThatItsContentIsWrong() throws IOException {
            Path noInfo = Files.writeString(folder.resolve("a.torrent"), "d3:foo3:bare");

            assertThat(shell.run("download", noInfo)).isEqualTo(26);
            assertOneLine(".*a.torrent: not a torrent: it has no info dictionary; get it again from where it came");
        }

        @Test
        void saysThatAFolderIsNoTorrent() {
            assertThat(shell.run("info", folder)).isEqualTo(13);
            assertOneLine(".* is a folder; give a .torrent file");
        }

        @Test
        void saysThatAFileIsTooLarge() throws IOException {
            Path large = Files.write(folder.resolve("a.torrent"), new byte[10_000_001]);

            assertThat(shell.run("info", large)).isEqualTo(25);
            assertOneLine(".* larger than 9.5 MiB");
        }

        @Test
        void oneBadFileOfSeveralStopsNothing() throws IOException {
            Path good = Samples.write(folder, "good.torrent", Samples.torrent("good", 1000));

            assertThat(shell.run("download", folder.resolve("bad.torrent"), good, "-d", folder, "-q"))
                    .isEqualTo(3);
            assertThat(shell.out()).isEqualTo(folder.resolve("good") + "\n");
        }
    }

    @Nested
    class Downloading {

        private Path torrent = Path.of("");

        @BeforeEach
        void write() throws IOException {
            torrent = Samples.write(folder, "a.torrent", Samples.torrent("a", 1000));
        }

        @Test
        void endsWithThePathOnStandardOutput() {
            assertThat(shell.run("download", torrent, "-d", folder.resolve("new/folder")))
                    .isZero();

            assertThat(shell.out()).isEqualTo(folder.resolve("new/folder/a") + "\n");
            assertThat(shell.err()).contains("1 torrent, listening on port 6881", "a: complete, 1000 B");
            assertThat(shell.err()).doesNotContain("\u001b", "\r");
        }

        @Test
        void quietSaysOnlyThePath() {
            assertThat(shell.run("download", torrent, "-d", folder, "-q")).isZero();

            assertThat(shell.out()).isEqualTo(folder.resolve("a") + "\n");
            assertThat(shell.err()).isEmpty();
        }

        @Test
        void jsonSaysEverythingOnStandardOutput() throws IOException {
            assertThat(shell.run("download", torrent, "-d", folder, "--json")).isZero();

            assertThat(JsonViewTest.objects(shell))
                    .extracting(object -> object.get("event"))
                    .contains("loaded", "progress", "done");
            assertThat(shell.err()).isEmpty();
        }

        @Test
        void jsonHasAnErrorForWhatEndsItEarly() throws IOException {
            assertThat(shell.run("download", folder.resolve("no.torrent"), "--json"))
                    .isEqualTo(3);

            assertThat(JsonViewTest.objects(shell))
                    .extracting(object -> object.get("event") + object.get("code"))
                    .containsExactly("error3");
        }

        @Test
        void saysWhenItListensElsewhere() {
            client.port = 6885;

            assertThat(shell.run("download", torrent, "-d", folder, "-p", "6881"))
                    .isZero();
            assertThat(shell.err()).contains("port 6881 is taken, so it is port 6885\n");
        }

        @Test
        void failuresOfTheClientHaveTheirCodes() {
            Map<Failure.Kind, Integer> codes = Map.of(
                    Failure.Kind.NOT_FOUND, 3,
                    Failure.Kind.WRONG_KIND, 13,
                    Failure.Kind.NO_SPACE, 9,
                    Failure.Kind.IO, 17,
                    Failure.Kind.BUSY, 11,
                    Failure.Kind.NETWORK, 6,
                    Failure.Kind.METADATA, 26,
                    Failure.Kind.STOPPED, 7,
                    Failure.Kind.INTERNAL, 1);
            assertThat(codes).containsOnlyKeys(Failure.Kind.values());
            codes.forEach((kind, code) -> {
                shell.err.reset();
                client.refusal = Optional.of(new Failure(kind, "it is so"));

                assertThat(shell.run("download", torrent, "-d", folder, "-q")).isEqualTo(code);
                assertOneLine("it is so");
            });
        }

        @Test
        void aTorrentThatFailsEndsItWithItsCode() {
            client.script = torrent -> torrent.fail(new Failure(Failure.Kind.NO_SPACE, "No space left on device"));

            assertThat(shell.run("download", torrent, "-d", folder, "-q")).isEqualTo(9);
            assertOneLine("a: No space left on device; free some and run the same again");
        }

        @Test
        void aFolderThatIsAFileIsRefused() throws IOException {
            Path file = Files.writeString(folder.resolve("file"), "");

            assertThat(shell.run("download", torrent, "-d", file)).isEqualTo(13);
            assertOneLine(".*file is not a folder; give another with -d");
        }

        @Test
        void aFolderThatCannotBeMadeIsAnError() {
            assertThat(shell.run("download", torrent, "-d", "/proc/no/such")).isEqualTo(17);
            assertOneLine("cannot make the folder /proc/no/such: .*");
        }

        @Test
        void selectsFilesAsInfoNumbersThem() throws IOException {
            Path many = Samples.write(folder, "many.torrent", Samples.folder("many"));

            assertThat(shell.run("download", many, "-d", folder, "--select", "1,3"))
                    .isZero();
            assertThat(client.torrents.get(0).request.files().wanted().stream()).containsExactly(0, 2);

            assertThat(shell.run("download", many, "-d", folder, "--priority", "2=HIGH", "--priority", "3=skip"))
                    .isZero();
            FilePriorities files = client.torrents.get(1).request.files();
            assertThat(files.wanted().stream()).contains(0, 1).doesNotContain(2);
            assertThat(files.of(1)).isEqualTo(FilePriorities.Priority.HIGH);

            assertThat(shell.run("download", many, "-d", folder, "--priority", "2=best"))
                    .isEqualTo(2);
            assertThat(shell.err()).contains("--priority 2=best has no level; give FILES=LEVEL with high");

            assertThat(shell.run("download", many, "-d", folder, "--select", "*.exe"))
                    .isEqualTo(2);
            assertThat(shell.err())
                    .contains("bittern: many: no file matches \"*.exe\"; 'bittern info' lists the files");
        }

        @Test
        void flagsReachTheSettings() {
            shell.run(
                    "download",
                    torrent,
                    "-d",
                    folder,
                    "-p",
                    "7000",
                    "--max-download",
                    "1MiB",
                    "--max-upload",
                    "16k",
                    "--ip-filter",
                    folder.resolve("list"),
                    "--state-dir",
                    folder.resolve("state"));

            Settings settings = client.settings.orElseThrow();
            assertThat(settings.network().port()).isEqualTo(7000);
            assertThat(settings.limits().all().download()).isEqualTo(1 << 20);
            assertThat(settings.limits().all().upload()).isEqualTo(16 << 10);
            assertThat(settings.network().ipFilter()).contains(folder.resolve("list"));
            assertThat(settings.stateDir()).isEqualTo(folder.resolve("state"));
        }

        @Test
        void peersAndGoalReachTheTorrent() {
            shell.run("download", torrent, "-d", folder, "--peer", "127.0.0.1:5000", "--peer", "[::1]:6000");
            shell.run("download", torrent, "-d", folder, "--keep-seeding");
            shell.run("download", torrent, "-d", folder, "--seed-ratio", "1.5", "--seed-time", "1h");

            assertThat(client.torrents.get(0).request.peers()).hasSize(2);
            assertThat(client.torrents.get(0).request.seedGoal().forever()).isFalse();
            assertThat(client.torrents.get(1).request.seedGoal().forever()).isTrue();
            assertThat(client.torrents.get(2).request.seedGoal().ratio()).contains(1.5);
        }

        @Test
        void settingsThatCannotBeAreAnError() throws IOException {
            Path config = Files.writeString(folder.resolve("my.conf"), "bittern.prot = 1");

            assertThat(shell.run("download", torrent, "-d", folder, "--config", config))
                    .isEqualTo(2);
            assertOneLine(".*my.conf:1: there is no setting \"bittern.prot\"");

            assertThat(shell.run("download", torrent, "-d", folder, "--config", "/none.conf"))
                    .isEqualTo(3);
        }
    }

    @Nested
    class Seeding {

        @Test
        void takesFoldersOfTorrentsAndListsOfFiles() throws IOException {
            Path torrents = Files.createDirectory(folder.resolve("torrents"));
            for (String name : new String[] {"a", "b", "c"}) {
                Samples.write(torrents, name + ".torrent", Samples.torrent(name, 1000));
                Files.createFile(folder.resolve(name));
            }
            Path list = Files.writeString(folder.resolve("list"), torrents.resolve("a.torrent") + "\n");

            assertThat(shell.run("seed", torrents, "-d", folder)).isZero();
            assertThat(client.torrents).hasSize(3);
            assertThat(client.torrents.get(0).request.files().wanted().isEmpty())
                    .isTrue();

            assertThat(shell.run("seed", "@" + list, "-d", folder)).isZero();
            assertThat(client.torrents).hasSize(4);
        }

        @Test
        void saysWhichDataAreNotThere() throws IOException {
            Path torrent = Samples.write(folder, "a.torrent", Samples.torrent("a", 1000));

            assertThat(shell.run("seed", torrent, "-d", folder)).isEqualTo(3);
            assertOneLine("there is nothing at .*/a; say with -d where the data are");

            assertThat(shell.run("seed", torrent, "-d", folder.resolve("none"))).isEqualTo(3);
        }
    }

    @Nested
    class Showing {

        @Test
        void showsATorrentWithNumberedFiles() throws IOException {
            Path torrent = Samples.write(folder, "many.torrent", Samples.folder("many"));

            assertThat(shell.run("info", torrent)).isZero();

            assertThat(shell.out())
                    .contains(
                            "name        many\n", "size        19.5 KiB (20015 bytes)\n", "pieces      2 of 16.0 KiB\n")
                    .contains("trackers    tier 1: http://one.test/announce\n", "tier 2: udp://two.test:80\n")
                    .contains("     2    19.5 KiB  many/sub/two.bin\n", "     3         5 B  many/three.txt\n");
            assertThat(shell.err()).isEmpty();
        }

        @Test
        void showsATorrentAsJson() throws IOException {
            Path torrent = Samples.write(folder, "many.torrent", Samples.folder("many"));

            assertThat(shell.run("info", torrent, "--json")).isZero();

            assertThat(shell.out().lines()).hasSize(1);
            assertThat(shell.out())
                    .doesNotContain("scrape")
                    .contains("\"name\":\"many\"", "\"total\":20015", "\"piece_length\":16384", "\"created\":null")
                    .contains("\"trackers\":[[\"http://one.test/announce\"],[\"udp://two.test:80\"]]")
                    .contains("{\"number\":2,\"path\":\"many/sub/two.bin\",\"length\":20000}");
        }

        @Test
        void showsWhatAMagnetLinkSays() {
            assertThat(shell.run("info", LINK)).isZero();

            assertThat(shell.out().lines())
                    .containsExactly(
                            "name        it",
                            "info hash   " + HASH,
                            "trackers    tier 1: " + UP,
                            "            tier 2: " + DOWN);
        }

        @Test
        void asksTheTrackersHowLargeTheSwarmIs() {
            client.scrapes.put(
                    UP, CompletableFuture.completedFuture(new ScrapeResponse(Map.of(HASH, SwarmSize.of(3, 4, 50)))));
            client.scrapes.put(DOWN, refusing("no connection to \u001b[31m"));

            assertThat(shell.run("info", "--scrape", LINK)).isZero();
            assertThat(shell.out())
                    .contains("swarm       " + UP + ": 3 seeders, 4 leechers, completed 50 times\n")
                    .contains("            " + DOWN + ": no connection to [31m\n");

            assertThat(shell.run("info", "--scrape", "--json", LINK)).isZero();
            assertThat(shell.out())
                    .contains(
                            "\"scrape\":[{\"tracker\":\"" + UP + "\",\"seeders\":3,\"leechers\":4,\"completed\":50},");
        }

        @Test
        void failsWhenNoTrackerKnowsTheSwarm() {
            client.scrapes.put(UP, CompletableFuture.completedFuture(new ScrapeResponse(Map.of())));
            client.scrapes.put(DOWN, refusing("no answer in time"));

            assertThat(shell.run("info", "--scrape", LINK)).isEqualTo(6);
            assertThat(shell.out()).contains(UP + ": the tracker does not know this torrent\n");
            assertThat(shell.err()).isEqualTo("bittern: no tracker told the size of the swarm; are they up?\n");
        }

        @Test
        void saysThatThereIsNoTrackerToAsk() {
            assertThat(shell.run("info", "--scrape", "magnet:?xt=urn:btih:" + HASH))
                    .isEqualTo(6);
            assertThat(shell.err())
                    .isEqualTo("bittern: there is no tracker to ask; a magnet link with tr= names one\n");
        }

        private static CompletableFuture<ScrapeResponse> refusing(String reason) {
            return CompletableFuture.failedFuture(new ClientException(new Failure(Failure.Kind.NETWORK, reason)));
        }
    }

    @AfterEach
    void neverShowsATrace() {
        assertThat(shell.err()).doesNotContain("\tat ", "Exception in");
    }
}
