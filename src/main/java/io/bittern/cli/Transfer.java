package io.bittern.cli;

import io.bittern.client.AddTorrent;
import io.bittern.client.Bittern;
import io.bittern.client.ClientException;
import io.bittern.client.Settings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/** What the commands that talk to peers have in common: a view, a client, a session. */
final class Transfer {

    private final Shell shell;
    private final OutputOptions output;

    /** Done when the log is set up, which goes on beside the reading of settings and torrents; nobody may log before. */
    private CompletableFuture<?> logging = CompletableFuture.completedFuture(null);

    Transfer(Shell shell, OutputOptions output) {
        this.shell = shell;
        this.output = output;
    }

    /** The part of a command that goes on in a view. */
    interface Body {
        ExitCode run(View view) throws CliException, InterruptedException;
    }

    /** Runs something in a view; its failure is shown there. */
    int inView(Body body) throws InterruptedException {
        logging = CompletableFuture.runAsync(LoggerFactory::getILoggerFactory);
        try (View view = output.view(shell)) {
            try {
                return body.run(view).number();
            } catch (CliException failed) {
                view.problem(failed.code(), failed.reason());
                logging.join();
                Main.logTrace(failed);
                return failed.code().number();
            }
        }
    }

    /** What is to be transferred, and what could not be read of it. */
    record Work(List<AddTorrent> requests, Optional<ExitCode> problem) {}

    /** Starts a client and follows torrents to their end. */
    ExitCode run(View view, Settings settings, Work work, Session.Rules rules)
            throws CliException, InterruptedException {
        if (work.requests().isEmpty()) {
            return work.problem().orElse(ExitCode.DONE);
        }
        return follow(view, start(view, settings), work, rules);
    }

    /** Follows torrents to their end in a client, which it stops. */
    ExitCode follow(View view, Bittern client, Work work, Session.Rules rules) throws InterruptedException {
        return new Session(client, view, shell, rules, work.problem()).run(work.requests());
    }

    /** Starts a client. */
    Bittern start(View view, Settings settings) throws CliException {
        logging.join();
        Bittern client = start(settings);
        int wanted = settings.network().port();
        if (wanted != 0 && client.port() != wanted) {
            view.note("port " + wanted + " is taken, so it is port " + client.port());
        }
        return client;
    }

    private Bittern start(Settings settings) throws CliException {
        try {
            return shell.starter().start(settings);
        } catch (ClientException refused) {
            throw CliException.of(refused);
        }
    }
}
