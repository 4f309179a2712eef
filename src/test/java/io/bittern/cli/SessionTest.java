package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.client.AddTorrent;
import io.bittern.client.Failure;
import io.bittern.client.TorrentSnapshot.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SessionTest {

    private final TestShell test = new TestShell(Path.of("/home"));
    private final FakeBittern client = new FakeBittern();
    private List<AddTorrent> requests = List.of();

    @BeforeEach
    void setUp() {
        requests = List.of(request("a"), request("b"));
    }

    private static AddTorrent request(String name) {
        return AddTorrent.download(Samples.metainfo(name), Path.of("/data"));
    }

    private ExitCode run(Optional<Duration> stopTimeout, ExitCode interrupted) throws InterruptedException {
        Shell shell = new Shell(
                test.shell().out(),
                test.shell().err(),
                test.environment,
                test.shell().screen(),
                test.onStop::add,
                client,
                new FakeDht(),
                System::nanoTime,
                test.shell().clock());
        Session.Rules rules = new Session.Rules(stopTimeout, interrupted);
        return new Session(client, new QuietView(shell), shell, rules, Optional.empty()).run(requests);
    }

    @Test
    void endsWhenAllAreDone() throws InterruptedException {
        client.script = torrent -> {
            torrent.complete();
            torrent.finish();
        };

        assertThat(run(Optional.empty(), ExitCode.INTERRUPTED)).isEqualTo(ExitCode.DONE);
        assertThat(test.out()).isEqualTo("/data/a\n/data/b\n");
    }

    @Test
    void aFailureDoesNotKeepTheOthersFromTheirEnd() throws InterruptedException {
        client.script = torrent -> {
            if (torrent.metainfo().name().equals("a")) {
                torrent.fail(new Failure(Failure.Kind.IO, "the disk is broken"));
            } else {
                torrent.complete();
                torrent.finish();
            }
        };

        assertThat(run(Optional.empty(), ExitCode.INTERRUPTED)).isEqualTo(ExitCode.IO);
        assertThat(test.out()).isEqualTo("/data/b\n");
        assertThat(test.err())
                .isEqualTo(
                        "bittern: a: the disk is broken; see to it that this can be read and written, and run the same again\n");
    }

    @Test
    void aFailureThatPassesIsNoFailure() throws InterruptedException {
        List<FakeBittern.FakeTorrent> added = new ArrayList<>();
        client.script = torrent -> {
            added.add(torrent);
            if (added.size() == 2) {
                FakeBittern.FakeTorrent first = added.get(0);
                first.fail(new Failure(Failure.Kind.NO_SPACE, "No space left"));
                first.snapshot = Samples.snapshot(State.DOWNLOADING).build();
                CompletableFuture.delayedExecutor(500, java.util.concurrent.TimeUnit.MILLISECONDS)
                        .execute(() -> added.forEach(one -> {
                            one.complete();
                            one.finish();
                        }));
            }
        };

        assertThat(run(Optional.empty(), ExitCode.INTERRUPTED)).isEqualTo(ExitCode.DONE);
    }

    @Test
    void aSignalEndsItAndIsAnErrorOnlyIfSomethingIsMissing() throws InterruptedException {
        client.script = torrent -> test.onStop.forEach(Runnable::run);

        assertThat(run(Optional.empty(), ExitCode.INTERRUPTED)).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(run(Optional.empty(), ExitCode.DONE)).isEqualTo(ExitCode.DONE);

        requests = List.of(request("a"));
        client.script = torrent -> {
            torrent.complete();
            test.onStop.forEach(Runnable::run);
        };
        assertThat(run(Optional.empty(), ExitCode.INTERRUPTED)).isEqualTo(ExitCode.DONE);
    }

    @Test
    void givesUpWhenNothingMoves() throws InterruptedException {
        client.script = torrent ->
                torrent.snapshot = Samples.snapshot(State.DOWNLOADING).build();

        assertThat(run(Optional.of(Duration.ofMillis(300)), ExitCode.INTERRUPTED))
                .isEqualTo(ExitCode.NETWORK);
        assertThat(test.err()).startsWith("bittern: no peer and no progress for the time of --stop-timeout");
    }

    @Test
    void doesNotWaitForeverForAClientThatDoesNotStop() throws InterruptedException {
        client.stopped = new CompletableFuture<>();
        requests = List.of(request("a"));
        client.script = torrent -> {
            torrent.complete();
            torrent.finish();
        };
        long start = System.nanoTime();

        assertThat(run(Optional.empty(), ExitCode.INTERRUPTED)).isEqualTo(ExitCode.DONE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
}
