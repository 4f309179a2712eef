package io.bittern.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Asks the DHT, for people who want to look; what it asks are commands of its own. */
@Command(
        name = "dht",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Ask the DHT: who has a torrent, which nodes are there, what is kept under a name.",
            "",
            "A node is started for the question, which remembers nothing. Exits 3 when nodes answered"
                    + " and had nothing, 6 when none answered."
        })
final class DhtCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private DhtCommand() {}

    /** The command with all that it can ask. */
    static CommandLine with(Shell shell) {
        return new CommandLine(new DhtCommand())
                .addSubcommand(new DhtPeersCommand(shell))
                .addSubcommand(new DhtNodesCommand(shell))
                .addSubcommand(new DhtGetCommand(shell))
                .addSubcommand(new DhtPutCommand(shell));
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "No question, which is peers, nodes, get or put");
    }
}
