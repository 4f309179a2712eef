package io.bittern.cli;

import io.bittern.client.DhtClient;
import io.bittern.dht.Contact;
import io.bittern.net.Addresses;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows nodes of the DHT. */
@Command(
        name = "nodes",
        description = {"Show nodes of the DHT that are there.", "", "A line each: id and address."})
final class DhtNodesCommand implements Callable<Integer> {

    private final Shell shell;

    @Mixin
    private DhtOptions options = new DhtOptions();

    DhtNodesCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        DhtClient.Neighbourhood around = options.ask(shell, DhtClient::nodes).orElseThrow(options::late);
        if (options.json()) {
            shell.say(Json.line(fields(around)));
        } else {
            around.nodes().forEach(node -> shell.say(node.id() + " " + Addresses.text(node.address())));
        }
        if (around.nodes().isEmpty()) {
            throw DhtOptions.nobody();
        }
        return ExitCode.DONE.number();
    }

    private static Map<String, @Nullable Object> fields(DhtClient.Neighbourhood around) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("nodes", around.nodes().stream().map(DhtNodesCommand::fields).toList());
        fields.put("answered", around.answered());
        fields.put("seen_as", around.address().map(InetAddress::getHostAddress).orElse(null));
        return fields;
    }

    private static Map<String, Object> fields(Contact node) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", node.id());
        fields.put("address", Addresses.text(node.address()));
        return fields;
    }
}
