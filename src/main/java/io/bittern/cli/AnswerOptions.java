package io.bittern.cli;

import io.bittern.client.Settings;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that answer a question once. */
final class AnswerOptions {

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log what goes on to standard error; twice for everything.")
    private boolean[] verbose = {};

    @Mixin
    private SettingsOptions base = new SettingsOptions();

    boolean json() {
        return json;
    }

    /** The settings with these options and other flags over them; the log is as the user wants it from now on. */
    Settings settings(Shell shell, Map<String, Object> flags) throws CliException {
        OutputOptions.setUpLog(verbose);
        return base.settings(shell, flags);
    }
}
