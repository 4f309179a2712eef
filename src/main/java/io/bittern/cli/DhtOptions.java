package io.bittern.cli;

import io.bittern.client.ClientException;
import io.bittern.client.DhtClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that ask the DHT, and how they wait for it. */
final class DhtOptions {

    @Option(names = "--timeout", paramLabel = "TIME", description = "Take what is there after so long, by default 30s.")
    private Duration timeout = Duration.ofSeconds(30);

    @Mixin
    private AnswerOptions answer = new AnswerOptions();

    boolean json() {
        return answer.json();
    }

    /** Asks a node that is started for it, at any port, so that it is in nobody's way; empty when it took too long. */
    <T> Optional<T> ask(Shell shell, Function<DhtClient, CompletionStage<T>> question)
            throws CliException, InterruptedException {
        try (DhtClient client = shell.dht().start(answer.settings(shell, Map.of("port", 0)))) {
            return within(timeout, question.apply(client));
        }
    }

    /** Waits for an answer; empty when it took too long. */
    static <T> Optional<T> within(Duration timeout, CompletionStage<T> answer)
            throws CliException, InterruptedException {
        try {
            return Optional.of(answer.toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ClientException refused) {
                throw CliException.of(refused);
            }
            throw new IllegalStateException("a question to the DHT failed", failed.getCause());
        }
    }

    /** Why nothing was found. */
    CliException nothing(String what, Optional<DhtClient.Outcome> outcome) {
        int answered = outcome.map(DhtClient.Outcome::answered).orElse(0);
        if (answered > 0) {
            return new CliException(ExitCode.NOT_FOUND, "the DHT has no " + what + "; " + answered + " nodes answered");
        }
        return outcome.isEmpty() ? late() : nobody();
    }

    /** The time is over. */
    CliException late() {
        return new CliException(
                ExitCode.NETWORK, "nothing was found within " + Units.time(timeout) + "; give it more with --timeout");
    }

    /** No node is there. */
    static CliException nobody() {
        return new CliException(
                ExitCode.NETWORK, "no node of the DHT answered; is UDP let out, and --dht-router the right one?");
    }
}
