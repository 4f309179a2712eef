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

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
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
