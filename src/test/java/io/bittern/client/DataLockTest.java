package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DataLockTest {

    private static final InfoHash ONE = hash(1);
    private static final InfoHash OTHER = hash(2);

    @TempDir
    private Path home = Path.of("");

    private Path file = Path.of("");
    private Path folder = Path.of("");

    @BeforeEach
    void makeAFolder() throws IOException {
        file = home.resolve("state/locks");
        folder = Files.createDirectory(home.resolve("data"));
    }

    @Test
    void isHadOnceInAProcessThroughWhicheverDoor() throws IOException {
        assertThat(DataLock.open(file).take(ONE, folder)).isPresent();

        assertThat(DataLock.open(file).take(ONE, folder)).isEmpty();
    }

    @Test
    void isOfOneTorrentInOneFolder() throws IOException {
        DataLock lock = DataLock.open(file);
        assertThat(lock.take(ONE, folder)).isPresent();

        assertThat(lock.take(OTHER, folder)).isPresent();
        assertThat(lock.take(ONE, Files.createDirectory(home.resolve("elsewhere"))))
                .isPresent();
    }

    @Test
    void canBeHadAgainWhenItIsGivenBackAndGivenBackTwice() throws IOException {
        DataLock lock = DataLock.open(file);
        DataLock.Held held = lock.take(ONE, folder).orElseThrow();

        held.release();
        held.release();

        assertThat(lock.take(ONE, folder)).isPresent();
    }

    @Test
    void seesThroughLinks() throws IOException {
        DataLock lock = DataLock.open(file);
        Path link = Files.createSymbolicLink(home.resolve("link"), folder);
        assertThat(lock.take(ONE, folder)).isPresent();

        assertThat(lock.take(ONE, link)).isEmpty();
        assertThat(lock.take(ONE, folder.resolve("../data/."))).isEmpty();
    }

    @Test
    void isTheSameBeforeAndAfterItsFolderIsMade() throws IOException {
        DataLock lock = DataLock.open(file);
        Path link = Files.createSymbolicLink(home.resolve("link"), folder);
        assertThat(lock.take(ONE, link.resolve("not/yet"))).isPresent();

        Files.createDirectories(folder.resolve("not/yet"));

        assertThat(lock.take(ONE, folder.resolve("not/yet"))).isEmpty();
        assertThat(lock.take(ONE, link.resolve("not/yet"))).isEmpty();
    }

    @Test
    void isKeptFromAnotherProcessUntilThatOneEnds() throws IOException, InterruptedException {
        Process other = otherProcess();
        try (BufferedReader says =
                new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(says.readLine()).isEqualTo("true");
            DataLock lock = DataLock.open(file);
            assertThat(lock.take(ONE, folder)).isEmpty();
            assertThat(lock.take(OTHER, folder)).isPresent();

            other.destroyForcibly();
            assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();

            assertThat(lock.take(ONE, folder)).isPresent();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void isKeptFromAnotherProcessThoughSomebodyElseInThisOneHasOpenedTheFileSince()
            throws IOException, InterruptedException {
        assertThat(DataLock.open(file).take(ONE, folder)).isPresent();
        assertThat(DataLock.open(file).take(OTHER, folder).orElseThrow()).satisfies(DataLock.Held::release);

        Process other = otherProcess();
        try (BufferedReader says =
                new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(says.readLine()).isEqualTo("false");
        } finally {
            other.destroyForcibly();
        }
    }

    private Process otherProcess() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        file.toString(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Another process: says whether it has the lock, and keeps it until it is ended. */
    static final class Other {

        private Other() {}

        public static void main(String[] args) throws IOException {
            boolean taken =
                    DataLock.open(Path.of(args[0])).take(ONE, Path.of(args[1])).isPresent();
            System.out.write((taken + "\n").getBytes(StandardCharsets.UTF_8));
            System.out.flush();
            int unused = System.in.read();
        }
    }

    private static InfoHash hash(int fill) {
        byte[] bytes = new byte[InfoHash.LENGTH];
        Arrays.fill(bytes, (byte) fill);
        return InfoHash.of(bytes);
    }
}
