package io.bittern.cli;

import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Reads a torrent from where an argument says: a file, or a URL of the web. */
final class TorrentSource {

    private static final int MAX_BYTES = 10_000_000;
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(30);

    private final Shell shell;

    TorrentSource(Shell shell) {
        this.shell = shell;
    }

    /** Whether an argument is a URL of the web rather than a file. */
    static boolean isUrl(String argument) {
        String lower = argument.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }

    /** The torrent. */
    Metainfo load(String argument) throws CliException, InterruptedException {
        if (MagnetLink.isMagnet(argument)) {
            throw new CliException(
                    ExitCode.MAGNET,
                    "a magnet link says nothing but where to ask; 'bittern magnet' makes a .torrent file of it");
        }
        return isUrl(argument) ? parse(argument, fetch(argument)) : parse(argument, read(path(argument)));
    }

    private byte[] fetch(String argument) throws CliException, InterruptedException {
        URI url;
        try {
            url = URI.create(argument);
        } catch (IllegalArgumentException malformed) {
            throw new CliException(ExitCode.USAGE, "this is not a URL: " + argument, malformed);
        }
        return new TorrentFetcher(FETCH_TIMEOUT, MAX_BYTES, shell.nanoTime()).fetch(url);
    }

    static Path path(String argument) throws CliException {
        try {
            return Path.of(argument);
        } catch (InvalidPathException noPath) {
            throw new CliException(ExitCode.NOT_FOUND, "there can be no file " + argument, noPath);
        }
    }

    private static byte[] read(Path file) throws CliException {
        if (Files.isDirectory(file)) {
            throw new CliException(ExitCode.EXISTS, file + " is a folder; give a .torrent file");
        }
        try (InputStream input = Files.newInputStream(file)) {
            byte[] bytes = input.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new CliException(
                        ExitCode.BENCODE, file + " is no torrent: it is larger than " + Units.size(MAX_BYTES));
            }
            return bytes;
        } catch (NoSuchFileException missing) {
            throw new CliException(ExitCode.NOT_FOUND, "there is no file " + file + "; check the path", missing);
        } catch (IOException failed) {
            throw Disk.failure("cannot read", file, failed);
        }
    }

    private static Metainfo parse(String argument, byte[] bytes) throws CliException {
        try {
            return Metainfo.parse(bytes);
        } catch (MetainfoException refused) {
            ExitCode code = switch (refused.kind()) {
                case BENCODE -> ExitCode.BENCODE;
                case METAINFO -> ExitCode.METAINFO;
            };
            String name = isUrl(argument) ? TorrentFetcher.shown(URI.create(argument)) : argument;
            String fault = String.valueOf(refused.getMessage());
            String step = fault.contains("; ") ? "" : "; get it again from where it came";
            throw new CliException(code, name + ": " + fault + step, refused);
        }
    }
}
