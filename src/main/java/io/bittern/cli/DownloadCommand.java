package io.bittern.cli;

import io.bittern.client.AddTorrent;
import io.bittern.client.Bittern;
import io.bittern.client.SeedGoal;
import io.bittern.client.Settings;
import io.bittern.metainfo.FilePriorities;
import io.bittern.metainfo.FileSelection;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.Text;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Downloads torrents side by side. */
@Command(
        name = "download",
        description = {
            "Download torrents, and go on where an earlier run stopped.",
            "",
            "Data that are there already are checked and used. Progress goes to standard error, the path of each"
                    + " complete torrent to standard output."
        })
final class DownloadCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(
            arity = "1..*",
            paramLabel = "TORRENT",
            description = "Torrent files, folders of them, URLs, or magnet links.")
    private List<String> torrents = new ArrayList<>();

    @Option(
            names = {"-s", "--select"},
            paramLabel = "FILES",
            description = "Fetch only these files: numbers as info shows them, ranges and globs, such as 1,4-6,*.txt.")
    private @Nullable String select;

    @Option(
            names = "--sequential",
            description = "Fetch in the order of the files, to use them before all is there; others gain less by it.")
    private boolean sequential;

    @Option(
            names = "--priority",
            paramLabel = "FILES=LEVEL",
            description = "Fetch these files before or after others, or not at all: high, normal, low or skip, such as"
                    + " 1=high or *.nfo=skip; may be given again.")
    private List<String> priorities = new ArrayList<>();

    @Option(
            names = "--first-last",
            description = "Fetch the first and the last piece of each file before the rest of it, as players need.")
    private boolean firstLast;

    @Option(names = "--keep-seeding", description = "Go on seeding when the download is complete.")
    private boolean keepSeeding;

    @Option(
            names = "--stop-timeout",
            paramLabel = "TIME",
            description = "Give up when there was no peer and no progress for so long, such as 10m.")
    private @Nullable Duration stopTimeout;

    @Mixin
    private TransferOptions transfer = new TransferOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    DownloadCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        Transfer command = new Transfer(shell, output);
        return command.inView(view -> download(command, view));
    }

    private ExitCode download(Transfer command, View view) throws CliException, InterruptedException {
        Settings settings = transfer.settings(shell);
        SeedGoal goal = transfer.goal(keepSeeding ? SeedGoal.FOREVER : SeedGoal.NONE);
        List<InetSocketAddress> peers = transfer.peers();
        List<MagnetLink> links = new ArrayList<>();
        for (String argument : torrents.stream().filter(MagnetLink::isMagnet).toList()) {
            links.add(Metadata.parse(argument));
        }
        Sources sources = Sources.load(
                torrents.stream()
                        .filter(argument -> !MagnetLink.isMagnet(argument))
                        .toList(),
                shell,
                view);
        List<AddTorrent> requests = new ArrayList<>();
        for (Metainfo torrent : sources.torrents()) {
            requests.add(request(torrent, Optional.empty()).withPeers(peers).withSeedGoal(goal));
        }
        if (!requests.isEmpty() || !links.isEmpty()) {
            Disk.prepare(transfer.folder());
        }
        Session.Rules rules = new Session.Rules(Optional.ofNullable(stopTimeout), ExitCode.INTERRUPTED);
        Transfer.Work work = new Transfer.Work(requests, sources.problem());
        return links.isEmpty()
                ? command.run(view, settings, work, rules)
                : download(command, view, new Magnets(settings, links, peers, goal), work, rules);
    }

    private record Magnets(Settings settings, List<MagnetLink> links, List<InetSocketAddress> peers, SeedGoal goal) {}

    /** Fetches the metadata of links first; then they are torrents like the others. */
    private ExitCode download(Transfer command, View view, Magnets magnets, Transfer.Work others, Session.Rules rules)
            throws CliException, InterruptedException {
        Bittern client = command.start(view, magnets.settings());
        try {
            Metadata.Result result = new Metadata(client, view, shell)
                    .fetch(magnets.links(), magnets.peers(), Optional.ofNullable(stopTimeout));
            List<AddTorrent> requests = new ArrayList<>(others.requests());
            for (Metadata.Fetched one : result.fetched()) {
                requests.add(request(one.learned().metainfo(), one.link().files())
                        .withPeers(one.learned().peers())
                        .withSeedGoal(magnets.goal()));
            }
            Optional<ExitCode> problem = others.problem().or(result::problem);
            return command.follow(view, client, new Transfer.Work(requests, problem), rules);
        } finally {
            client.close();
        }
    }

    private AddTorrent request(Metainfo torrent, Optional<BitSet> files) throws CliException {
        AddTorrent all = AddTorrent.download(torrent, transfer.folder());
        AddTorrent ordered = sequential ? all.inOrder() : all;
        AddTorrent request = firstLast ? ordered.edgesFirst() : ordered;
        try {
            FilePriorities wanted = select != null
                    ? FilePriorities.only(torrent.layout(), FileSelection.parse(select, torrent.layout()))
                    : files.isPresent()
                            ? FilePriorities.only(torrent.layout(), existing(torrent, files.get()))
                            : request.files();
            return request.withFiles(prioritised(torrent, wanted));
        } catch (FileSelection.SelectionException none) {
            throw new CliException(
                    ExitCode.USAGE,
                    torrent.name() + ": " + none.getMessage() + "; 'bittern info' lists the files",
                    none);
        }
    }

    private FilePriorities prioritised(Metainfo torrent, FilePriorities wanted)
            throws FileSelection.SelectionException, CliException {
        FilePriorities result = wanted;
        for (String one : priorities) {
            int equals = one.lastIndexOf('=');
            FilePriorities.Priority level = level(one, one.substring(equals + 1));
            result = result.with(FileSelection.parse(one.substring(0, Math.max(0, equals)), torrent.layout()), level);
        }
        return result;
    }

    private static FilePriorities.Priority level(String option, String name) throws CliException {
        for (FilePriorities.Priority level : FilePriorities.Priority.values()) {
            if (level.name().equalsIgnoreCase(name)) {
                return level;
            }
        }
        throw new CliException(
                ExitCode.USAGE,
                "--priority " + Text.clean(option) + " has no level; give FILES=LEVEL with high, normal, low or skip");
    }

    /** The files that a link selects, as far as there are such. */
    private static BitSet existing(Metainfo torrent, BitSet files) throws CliException {
        BitSet wanted = (BitSet) files.clone();
        wanted.and(torrent.layout().all());
        if (wanted.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE,
                    torrent.name() + " has none of the files that the link selects; give others with --select");
        }
        return wanted;
    }
}
