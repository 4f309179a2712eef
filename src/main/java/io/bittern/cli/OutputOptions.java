package io.bittern.cli;

import picocli.CommandLine.Option;

/** Options on what is said and how. */
final class OutputOptions {

    @Option(
            names = {"-q", "--quiet"},
            description = "Only errors, and on standard output the path of what is complete.")
    private boolean quiet;

    @Option(names = "--json", description = "One JSON object per line on standard output instead of text.")
    private boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log what goes on to standard error; twice for everything.")
    private boolean[] verbose = {};

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    boolean verbose() {
        return verbose.length > 0;
    }

    /** Sets the level for conf/logback.xml, which is read when somebody logs for the first time. */
    void setUpLog() {
        setUpLog(verbose);
    }

    /** The same, for as many {@code -v} as were given. */
    static void setUpLog(boolean[] verbose) {
        if (verbose.length > 0) {
            System.setProperty("bittern.log.level", verbose.length > 1 ? "DEBUG" : "INFO");
            System.setProperty("bittern.log.trace", "%ex");
        }
    }

    /** The view for these options and this screen. */
    View view(Shell shell) {
        if (json) {
            return new JsonView(shell);
        }
        if (quiet) {
            return new QuietView(shell);
        }
        return shell.screen().live() ? new LiveView(shell) : new PlainView(shell);
    }
}
