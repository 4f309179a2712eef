package io.bittern.cli;

import io.bittern.client.Settings;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that answer a question once. */
final class AnswerOptions {

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Mixin
    private SettingsOptions base = new SettingsOptions();

    boolean json() {
        return json;
    }

    /** The settings with these options and other flags over them. */
    Settings settings(Shell shell, Map<String, Object> flags) throws CliException {
        return base.settings(shell, flags);
    }
}
