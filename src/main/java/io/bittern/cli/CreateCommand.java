package io.bittern.cli;

import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.store.PayloadHasher;
import io.bittern.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a torrent file of a file or folder. */
@Command(
        name = "create",
        description = {"Make a torrent file of a file or a folder.", "", "Its path goes to standard output."})
final class CreateCommand implements Callable<Integer> {

    /** Bytes of hashes that still fit, with the rest, in a file that we would read. */
    private static final int MAX_HASHES = 9_500_000;

    private final Shell shell;

    @Parameters(paramLabel = "PATH", description = "The file or folder to share.")
    private Path source = Path.of("");

    @Option(
            names = {"-a", "--announce"},
            paramLabel = "URL",
            description = "A tracker, or several of one tier with commas; each further -a is a tier of its own.")
    private List<String> trackers = new ArrayList<>();

    @Option(
            names = {"-w", "--web-seed"},
            paramLabel = "URL",
            description = "A web server that has the data; may be given again.")
    private List<String> webSeeds = new ArrayList<>();

    @Option(
            names = "--node",
            paramLabel = "HOST:PORT",
            description = "A node of the DHT for others to begin at; may be given again.")
    private List<String> nodes = new ArrayList<>();

    @Option(
            names = {"-c", "--comment"},
            paramLabel = "TEXT",
            description = "A comment.")
    private @Nullable String comment;

    @Option(names = "--private", description = "Peers may come from the trackers only.")
    private boolean isPrivate;

    @Option(
            names = {"-l", "--piece-length"},
            paramLabel = "SIZE",
            converter = PieceLengthConverter.class,
            description = "A power of two such as 256KiB, or its exponent, 18; by default one that fits the size.")
    private @Nullable Integer pieceLength;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The torrent file, by default the name of PATH with .torrent in this folder.")
    private @Nullable Path output;

    @Option(
            names = {"-f", "--force"},
            description = "Write over a file that is there.")
    private boolean force;

    @Mixin
    private OutputOptions outputs = new OutputOptions();

    CreateCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        try {
            List<List<String>> tiers = tiers();
            PayloadHasher payload = PayloadHasher.of(source);
            TorrentBuilder builder = payload.builder();
            name(nodes, builder);
            Path target = target(builder);
            byte[] torrent = build(payload, builder.tiers(tiers));
            Metainfo metainfo = Metainfo.parse(torrent);
            write(target, torrent);
            say(target, metainfo);
            return ExitCode.DONE.number();
        } catch (StoreException failed) {
            throw CliException.of(failed);
        } catch (MetainfoException tooMuch) {
            throw new CliException(ExitCode.METAINFO, "this cannot be a torrent: " + tooMuch.getMessage(), tooMuch);
        }
    }

    private List<List<String>> tiers() throws CliException {
        List<List<String>> tiers = new ArrayList<>();
        for (String tier : trackers) {
            List<String> urls =
                    Arrays.stream(tier.split(",", -1)).map(String::strip).toList();
            for (String url : urls) {
                check(url, List.of("http", "https", "udp"));
            }
            tiers.add(urls);
        }
        for (String url : webSeeds) {
            check(url, List.of("http", "https"));
        }
        return tiers;
    }

    private static void check(String text, List<String> schemes) throws CliException {
        try {
            URI url = URI.create(text);
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            if (schemes.contains(scheme) && url.getHost() != null) {
                return;
            }
        } catch (IllegalArgumentException malformed) {
            throw new CliException(ExitCode.USAGE, "this is not a URL: " + text, malformed);
        }
        throw new CliException(
                ExitCode.USAGE, "this is not a URL with a host and one of " + String.join(", ", schemes) + ": " + text);
    }

    private void name(List<String> dhtNodes, TorrentBuilder builder) throws CliException {
        if (isPrivate && !dhtNodes.isEmpty()) {
            throw new CliException(ExitCode.USAGE, "nobody looks for a private torrent in the DHT; leave out --node");
        }
        try {
            builder.nodes(dhtNodes);
        } catch (IllegalArgumentException malformed) {
            throw new CliException(ExitCode.USAGE, "--node is " + malformed.getMessage(), malformed);
        }
    }

    private Path target(TorrentBuilder builder) throws CliException {
        Path real = source.toAbsolutePath().normalize();
        Path target = output == null ? Path.of(real.getFileName() + ".torrent") : output;
        Path full = target.toAbsolutePath().normalize();
        if (full.startsWith(real)) {
            throw new CliException(
                    ExitCode.USAGE, target + " would be part of what is shared; give another place with -o");
        }
        if (Files.isDirectory(full)) {
            throw new CliException(ExitCode.EXISTS, target + " is a folder; give the name of a file with -o");
        }
        if (Files.exists(full) && !force) {
            throw exists(target, null);
        }
        if (pieceLength != null) {
            builder.pieceLength(pieceLength);
        }
        return target;
    }

    private static CliException exists(Path target, @Nullable IOException cause) {
        String message = target + " is there already; give another name with -o, or write over it with --force";
        return cause == null
                ? new CliException(ExitCode.EXISTS, message)
                : new CliException(ExitCode.EXISTS, message, cause);
    }

    private byte[] build(PayloadHasher payload, TorrentBuilder builder)
            throws CliException, StoreException, InterruptedException {
        if (20L * builder.sizes().count() > MAX_HASHES) {
            throw new CliException(
                    ExitCode.USAGE, builder.sizes().count() + " pieces are too many; give a larger --piece-length");
        }
        int threads = Runtime.getRuntime().availableProcessors();
        try (Meter meter = new Meter(shell, "hashing", outputs.quiet() || outputs.json())) {
            builder.hashes(payload.hash(builder.sizes(), threads, meter));
        }
        if (comment != null) {
            builder.comment(comment);
        }
        return builder.webSeeds(webSeeds)
                .isPrivate(isPrivate)
                .createdBy("Bittern " + RootCommand.Version.number())
                .creationDate(shell.clock().instant())
                .build();
    }

    /** Writes beside the target and moves into place, so that there is never half a file. */
    private void write(Path target, byte[] torrent) throws CliException {
        Path full = target.toAbsolutePath();
        Path part = full.resolveSibling(full.getFileName() + ".part");
        try {
            Files.write(part, torrent);
            if (force) {
                Files.move(part, full, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(part, full);
            }
        } catch (FileAlreadyExistsException already) {
            throw exists(target, already);
        } catch (IOException failed) {
            throw Disk.failure("cannot write", target, failed);
        } finally {
            part.toFile().delete();
        }
    }

    private void say(Path target, Metainfo metainfo) {
        if (outputs.json()) {
            shell.out().println(Json.line(fields(target, metainfo)));
        } else {
            shell.out().println(target);
        }
        if (!outputs.json() && !outputs.quiet()) {
            shell.err()
                    .println(metainfo.name() + ": "
                            + Units.size(metainfo.layout().length()) + ", "
                            + metainfo.sizes().count() + " pieces of "
                            + Units.size(metainfo.sizes().pieceLength()) + ", info hash " + metainfo.infoHash());
        }
        shell.out().flush();
    }

    private Map<String, @Nullable Object> fields(Path target, Metainfo metainfo) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("event", "done");
        fields.put("time", shell.clock().millis() / 1000.0);
        fields.put("hash", metainfo.infoHash().toString());
        fields.put("name", metainfo.name());
        fields.put("path", target.toString());
        fields.put("total", metainfo.layout().length());
        fields.put("piece_length", metainfo.sizes().pieceLength());
        fields.put("pieces", metainfo.sizes().count());
        return fields;
    }
}
