package io.bittern.cli;

import io.bittern.client.Bittern;
import io.bittern.client.Settings;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a torrent file of a magnet link. */
@Command(
        name = "magnet",
        description = {
            "Make a torrent file of a magnet link, with what peers say.",
            "",
            "The path of the file goes to standard output; the data are not fetched."
        })
final class MagnetCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(paramLabel = "LINK", description = "A magnet link.")
    private String link = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to make, by default NAME.torrent in the folder of -d.")
    private @Nullable Path output;

    @Option(
            names = "--stop-timeout",
            paramLabel = "TIME",
            description = "Give up when there was nothing new for so long, such as 10m.")
    private @Nullable Duration stopTimeout;

    @Mixin
    private TransferOptions transfer = new TransferOptions();

    @Mixin
    private OutputOptions says = new OutputOptions();

    MagnetCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        Transfer command = new Transfer(shell, says);
        return command.inView(view -> fetch(command, view));
    }

    private ExitCode fetch(Transfer command, View view) throws CliException, InterruptedException {
        MagnetLink magnet = Metadata.parse(link);
        Disk.requireNone(output);
        Settings settings = transfer.settings(shell);
        try (Bittern client = command.start(view, settings)) {
            Metadata.Result result = new Metadata(client, view, shell)
                    .fetch(List.of(magnet), transfer.peers(), Optional.ofNullable(stopTimeout));
            if (!result.fetched().isEmpty()) {
                save(result.fetched().get(0).learned().metainfo());
            }
            return result.problem().orElse(ExitCode.DONE);
        }
    }

    private void save(Metainfo torrent) throws CliException {
        Path file = output == null ? transfer.folder().resolve(torrent.name() + ".torrent") : output;
        Disk.writeNew(file, torrent.torrentBytes());
        if (!says.json()) {
            shell.say(file.toString());
        }
    }
}
