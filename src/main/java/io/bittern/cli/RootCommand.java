package io.bittern.cli;

import io.bittern.client.Release;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program without a command: help and version. */
@Command(
        name = "bittern",
        description = {
            "A BitTorrent client.",
            "",
            "With a torrent file, its URL or a magnet link as first argument the command is download."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = picocli.CommandLine.HelpCommand.class,
        versionProvider = RootCommand.Version.class)
final class RootCommand implements Runnable {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help; 'bittern COMMAND --help' shows that of a command.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "No command" + (help || version ? " but help" : ""));
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"bittern " + number() + ", Java " + System.getProperty("java.version")};
        }

        static String number() {
            return Release.version().orElse("(not packaged)");
        }
    }
}
