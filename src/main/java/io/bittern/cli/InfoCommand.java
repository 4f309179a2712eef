package io.bittern.cli;

import io.bittern.metainfo.MagnetLink;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a torrent or a magnet link says, and on request how large the swarm is. */
@Command(
        name = "info",
        description = "Show what a torrent says; its files have the numbers that --select of download takes.")
final class InfoCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(paramLabel = "TORRENT", description = "A torrent file, its URL, or a magnet link.")
    private String torrent = "";

    @Option(
            names = "--scrape",
            description = "Ask the trackers how large the swarm is; exits 6 when none of them knows the torrent.")
    private boolean scrape;

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    InfoCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        Facts facts = MagnetLink.isMagnet(torrent)
                ? Facts.of(Metadata.parse(torrent))
                : Facts.of(new TorrentSource(shell).load(torrent));
        if (!scrape) {
            show(facts);
            return ExitCode.DONE.number();
        }
        Scrape swarm = Scrape.ask(shell, facts.infoHash(), facts.tiers());
        show(facts.with(swarm));
        if (!swarm.found()) {
            throw new CliException(
                    ExitCode.NETWORK,
                    facts.tiers().isEmpty()
                            ? "there is no tracker to ask; a magnet link with tr= names one"
                            : "no tracker told the size of the swarm; are they up?");
        }
        return ExitCode.DONE.number();
    }

    private void show(Facts facts) {
        if (json) {
            shell.say(Json.line(facts.fields()));
        } else {
            facts.lines().forEach(shell::say);
        }
    }
}
