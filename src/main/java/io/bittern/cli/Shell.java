package io.bittern.cli;

import io.bittern.client.Bittern;
import io.bittern.client.DhtClient;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What a command sees of the world.
 *
 * @param out standard output, for results
 * @param err standard error, for everything else
 * @param nanoTime monotonic time
 * @param clock wall time, only to be shown
 */
record Shell(
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Screen screen,
        Signals signals,
        Bittern.Starter starter,
        DhtClient.Starter dht,
        LongSupplier nanoTime,
        InstantSource clock) {

    /** The world of this process. */
    static Shell ofProcess(Bittern.Starter starter) {
        Map<String, String> environment = System.getenv();
        TerminalScreen screen = TerminalScreen.of(environment, System::nanoTime);
        if (screen.live()) {
            ProcessSignals.onResize(screen::resized);
        }
        return new Shell(
                System.out,
                System.err,
                environment,
                screen,
                new ProcessSignals(),
                starter,
                DhtClient::start,
                System::nanoTime,
                InstantSource.system());
    }

    /** The same with another standard output. */
    Shell withOut(PrintStream other) {
        return new Shell(other, err, environment, screen, signals, starter, dht, nanoTime, clock);
    }

    /** Says a line of the result. */
    void say(String line) {
        out.println(line);
        out.flush();
    }

    /** Says in one line why something does not work. */
    void problem(String text) {
        err.println(Lines.problem(text));
        err.flush();
    }
}
