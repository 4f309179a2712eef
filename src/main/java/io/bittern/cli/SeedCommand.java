package io.bittern.cli;

import io.bittern.client.AddTorrent;
import io.bittern.client.SeedGoal;
import io.bittern.client.Settings;
import io.bittern.metainfo.Metainfo;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Seeds torrents whose data are there. */
@Command(
        name = "seed",
        description = {
            "Give data that are there to whoever wants them, until a signal or a goal of seeding.",
            "",
            "Nothing is downloaded: of data that are not complete, what is there is seeded."
        })
final class SeedCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(
            arity = "1..*",
            paramLabel = "TORRENT",
            description = "Torrent files, folders of them, URLs, or @FILE with a list of all that.")
    private List<String> torrents = new ArrayList<>();

    @Option(
            names = "--super-seed",
            description =
                    "Show peers one piece at a time until others have everything, too: the first seed then uploads"
                            + " little more than one copy. Slower where there are other seeds.")
    private boolean superSeed;

    @Mixin
    private TransferOptions transfer = new TransferOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    SeedCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        Transfer command = new Transfer(shell, output);
        return command.inView(view -> seed(command, view));
    }

    private ExitCode seed(Transfer command, View view) throws CliException, InterruptedException {
        Settings settings = transfer.settings(shell);
        SeedGoal goal = transfer.goal(SeedGoal.FOREVER);
        List<InetSocketAddress> peers = transfer.peers();
        Disk.require(transfer.folder());
        Sources sources = Sources.load(torrents, shell, view);
        Optional<ExitCode> problem = sources.problem();
        List<AddTorrent> requests = new ArrayList<>();
        for (Metainfo torrent : sources.torrents()) {
            Path data = transfer.folder().resolve(torrent.layout().root());
            if (Files.exists(data)) {
                AddTorrent request = AddTorrent.seed(torrent, transfer.folder());
                requests.add((superSeed ? request.superSeeding() : request)
                        .withPeers(peers)
                        .withSeedGoal(goal));
            } else {
                problem = problem.or(() -> Optional.of(ExitCode.NOT_FOUND));
                view.problem(ExitCode.NOT_FOUND, "there is nothing at " + data + "; say with -d where the data are");
            }
        }
        Session.Rules rules = new Session.Rules(Optional.empty(), ExitCode.DONE);
        return command.run(view, settings, new Transfer.Work(requests, problem), rules);
    }
}
