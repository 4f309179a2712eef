package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What swarms of 50 uploaders, 10 free riders and one seed come to; a failure names the seed of the swarm. */
class FairnessTest {

    /** The rules were tuned with the seeds from 0 to 19; those are in {@link FairnessIT}. */
    @Test
    void uploadersFareBetterInSwarmsThatTheRulesWereNotTunedWith() {
        assertFair(swarms(1000, 1020, SimMain::real));
    }

    @Test
    void noneOfThatHoldsWhenAnybodyIsUnchoked() {
        List<SimResult> unfair = swarms(0, 2, SimMain::random);

        assertFails(unfair, FairnessTest::assertUploadersFirst);
        assertFails(unfair, FairnessTest::assertWhoGivesGets);
        assertFails(unfair, FairnessTest::assertFewCopies);
    }

    @Test
    void theSameSeedIsTheSameRunInAnyJvm() throws Exception {
        String once = inAnotherJvm(42);

        assertThat(once).startsWith("seed 42: ").isEqualTo(inAnotherJvm(42));
    }

    static List<SimResult> swarms(long from, long to, SimSwarm.Chokers chokers) {
        return LongStream.range(from, to)
                .mapToObj(seed -> SimSwarm.run(seed, chokers))
                .toList();
    }

    static void assertFair(List<SimResult> results) {
        double[] factors = results.stream()
                .flatMapToDouble(result -> Arrays.stream(result.factors()))
                .sorted()
                .toArray();
        System.out.println("free riders take " + factors[factors.length / 2] + " times as long (median)");
        results.forEach(System.out::println);
        assertThat(results).extracting(SimResult::digest).doesNotHaveDuplicates();
        for (SimResult result : results) {
            assertUploadersFirst(result);
            assertWhoGivesGets(result);
            assertFewCopies(result);
            assertThat(result.everybodyUnchoked()).as("%s", result).isTrue();
            assertThat(result.doubles()).as("%s", result).isZero();
        }
    }

    private static void assertUploadersFirst(SimResult result) {
        assertThat(result.uploaderFirst()).as("%s", result).isGreaterThanOrEqualTo(0.95);
    }

    private static void assertWhoGivesGets(SimResult result) {
        assertThat(result.correlation()).as("%s", result).isGreaterThan(0.8);
    }

    private static void assertFewCopies(SimResult result) {
        assertThat(result.copies()).as("%s", result).isLessThanOrEqualTo(2.2);
    }

    private static void assertFails(List<SimResult> results, Consumer<SimResult> check) {
        for (SimResult result : results) {
            assertThatThrownBy(() -> check.accept(result)).isInstanceOf(AssertionError.class);
        }
    }

    private static String inAnotherJvm(long seed) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SimMain.class.getName(),
                        Long.toString(seed),
                        Long.toString(seed + 1))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }
}
