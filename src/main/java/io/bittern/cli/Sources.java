package io.bittern.cli;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The torrents of many arguments. What cannot be read is told of and left out, so that one bad file of thousands stops
 * nothing.
 *
 * @param torrents those that could be read, each once
 * @param problem the code of the first that could not
 */
record Sources(List<Metainfo> torrents, Optional<ExitCode> problem) {

    /** So many are read by one thread; with more it pays to begin with several. */
    private static final int FEW = 16;

    /** Reads files, URLs, and all torrent files of a folder. */
    static Sources load(List<String> arguments, Shell shell, View view) throws InterruptedException {
        TorrentSource source = new TorrentSource(shell);
        List<FutureTask<Metainfo>> reads = new ArrayList<>();
        for (String argument : arguments) {
            try {
                for (String one : expand(argument)) {
                    reads.add(new FutureTask<>(() -> source.load(one)));
                }
            } catch (CliException refused) {
                reads.add(new FutureTask<>(() -> {
                    throw refused;
                }));
            }
        }
        (reads.size() > FEW ? reads.parallelStream() : reads.stream()).forEach(FutureTask::run);
        return collect(reads, view);
    }

    private static Sources collect(List<FutureTask<Metainfo>> reads, View view) throws InterruptedException {
        Map<InfoHash, Metainfo> torrents = new LinkedHashMap<>();
        Optional<ExitCode> problem = Optional.empty();
        for (FutureTask<Metainfo> read : reads) {
            try {
                Metainfo torrent = read.get();
                torrents.putIfAbsent(torrent.infoHash(), torrent);
            } catch (ExecutionException failed) {
                CliException refused = expected(failed.getCause());
                problem = problem.or(() -> Optional.of(refused.code()));
                view.problem(refused.code(), refused.reason());
            }
        }
        return new Sources(List.copyOf(torrents.values()), problem);
    }

    private static CliException expected(@Nullable Throwable failure) throws InterruptedException {
        if (failure instanceof CliException refused) {
            return refused;
        }
        if (failure instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        throw new IllegalStateException("a torrent could not be read", failure);
    }

    private static List<String> expand(String argument) throws CliException {
        boolean file = !TorrentSource.isUrl(argument) && !MagnetLink.isMagnet(argument);
        if (!file || !Files.isDirectory(TorrentSource.path(argument))) {
            return List.of(argument);
        }
        Path folder = TorrentSource.path(argument);
        List<String> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            entries.map(Path::toString)
                    .filter(name -> name.endsWith(".torrent"))
                    .sorted()
                    .forEach(found::add);
        } catch (IOException failed) {
            throw Disk.failure("cannot read the folder", folder, failed);
        }
        if (found.isEmpty()) {
            throw new CliException(ExitCode.NOT_FOUND, "there are no .torrent files in " + folder);
        }
        return found;
    }
}
