package io.bittern.cli;

import io.bittern.client.DhtClient;
import io.bittern.dht.Item;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gets a value. */
@Command(
        name = "get",
        description = {
            "Get what the DHT keeps under a name (BEP 44).",
            "",
            "The value goes to standard output as a line of text without control characters, or as it is to a file."
        })
final class DhtGetCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(
            paramLabel = "TARGET|PUBLICKEY[:SALT]",
            description = "40 hexadecimal digits, or the 64 of a public key; :SALT if it was put with one.")
    private String name = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to make of the value.")
    private @Nullable Path output;

    @Mixin
    private DhtOptions options = new DhtOptions();

    DhtGetCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        DhtName wanted = DhtName.parse(name);
        Disk.requireNone(output);
        Newest newest = new Newest();
        Optional<DhtClient.Outcome> outcome =
                options.ask(shell, client -> client.get(wanted.target(), wanted.salt(), newest));
        Item item = newest.item().orElseThrow(() -> options.nothing("value under " + wanted.target(), outcome));
        if (output != null) {
            Disk.writeNew(output, DhtValue.bytes(item));
        }
        if (options.json()) {
            shell.say(Json.line(DhtValue.fields(item)));
        } else if (output == null) {
            shell.say(DhtValue.text(item));
        }
        return ExitCode.DONE.number();
    }
}
