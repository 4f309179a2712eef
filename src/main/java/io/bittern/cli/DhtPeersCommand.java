package io.bittern.cli;

import io.bittern.client.DhtClient;
import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows who shares a torrent. */
@Command(
        name = "peers",
        description = {
            "Show who shares a torrent, as the DHT says.",
            "",
            "Each peer is a line of standard output, as soon as it is known; how many there are about (BEP 33) goes to"
                    + " standard error."
        })
final class DhtPeersCommand implements Callable<Integer> {

    private final Shell shell;
    private final Set<String> peers = new ConcurrentSkipListSet<>();

    @Parameters(
            paramLabel = "INFOHASH|MAGNET|TORRENT",
            description = "40 hexadecimal digits, a magnet link, a torrent file or its URL.")
    private String torrent = "";

    @Mixin
    private DhtOptions options = new DhtOptions();

    DhtPeersCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        Subject subject = Subject.of(torrent, shell);
        if (subject.isPrivate()) {
            throw new CliException(
                    ExitCode.USAGE, "a private torrent is not looked for in the DHT (BEP 27); ask its trackers");
        }
        Optional<DhtClient.Outcome> outcome = options.ask(shell, client -> client.peers(subject.hash(), this::found));
        if (options.json()) {
            shell.say(Json.line(fields(subject, List.copyOf(peers), outcome)));
        } else if (!peers.isEmpty()) {
            shell.err().println(summary(outcome));
        }
        if (peers.isEmpty()) {
            throw options.nothing("peers of " + subject.hash(), outcome);
        }
        return ExitCode.DONE.number();
    }

    private void found(List<InetSocketAddress> found) {
        for (InetSocketAddress peer : found) {
            String address = Addresses.text(peer);
            if (peers.add(address) && !options.json()) {
                shell.say(address);
            }
        }
    }

    private String summary(Optional<DhtClient.Outcome> outcome) {
        return peers.size() + " peers"
                + outcome.map(over -> " from " + over.answered() + " nodes").orElse(", and time is over")
                + outcome.flatMap(DhtClient.Outcome::swarm)
                        .map(swarm -> "; about " + Math.round(swarm.seeds()) + " seeders and "
                                + Math.round(swarm.peers()) + " leechers in all")
                        .orElse("");
    }

    private static Map<String, @Nullable Object> fields(
            Subject subject, List<String> peers, Optional<DhtClient.Outcome> outcome) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("hash", subject.hash().toString());
        fields.put("peers", peers);
        fields.put("nodes", outcome.map(DhtClient.Outcome::answered).orElse(null));
        fields.put(
                "seeders",
                outcome.flatMap(DhtClient.Outcome::swarm)
                        .map(swarm -> Math.round(swarm.seeds()))
                        .orElse(null));
        fields.put(
                "leechers",
                outcome.flatMap(DhtClient.Outcome::swarm)
                        .map(swarm -> Math.round(swarm.peers()))
                        .orElse(null));
        return fields;
    }
}
