package io.bittern.cli;

import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a torrent says. */
@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        description = "Show what a torrent says; its files have the numbers that --select of download takes.")
final class InfoCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(paramLabel = "TORRENT", description = "A torrent file or its URL.")
    private String torrent = "";

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    InfoCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        Metainfo metainfo = new TorrentSource(shell).load(torrent);
        if (json) {
            shell.out().println(Json.line(fields(metainfo)));
        } else {
            lines(metainfo).forEach(shell.out()::println);
        }
        shell.out().flush();
        return ExitCode.DONE.number();
    }

    private static List<TorrentFile> files(Metainfo torrent) {
        return torrent.layout().files().stream().filter(file -> !file.pad()).toList();
    }

    private static List<String> lines(Metainfo torrent) {
        List<String> lines = new ArrayList<>();
        lines.add(line("name", torrent.name()));
        lines.add(line("info hash", torrent.infoHash().toString()));
        lines.add(line("size", Units.size(length(torrent)) + " (" + length(torrent) + " bytes)"));
        lines.add(line(
                "pieces",
                torrent.sizes().count() + " of " + Units.size(torrent.sizes().pieceLength())));
        lines.add(line("private", torrent.isPrivate() ? "yes" : "no"));
        torrent.creationDate().ifPresent(date -> lines.add(line("created", date.toString())));
        torrent.createdBy().ifPresent(program -> lines.add(line("created by", Text.clean(program))));
        torrent.comment().ifPresent(comment -> lines.add(line("comment", Text.clean(comment, 1000))));
        addUrls(lines, torrent);
        lines.add("files");
        files(torrent).forEach(file -> lines.add(line(file)));
        return lines;
    }

    private static void addUrls(List<String> lines, Metainfo torrent) {
        int tier = 0;
        for (List<String> urls : torrent.announceTiers()) {
            tier++;
            lines.add(line(tier == 1 ? "trackers" : "", "tier " + tier + ": " + clean(String.join(" ", urls))));
        }
        String label = "web seeds";
        for (String url : torrent.webSeeds()) {
            lines.add(line(label, clean(url)));
            label = "";
        }
        label = "http seeds";
        for (String url : torrent.httpSeeds()) {
            lines.add(line(label, clean(url)));
            label = "";
        }
    }

    private static String line(String label, String value) {
        return label + " ".repeat(12 - label.length()) + value;
    }

    private static String line(TorrentFile file) {
        String number = String.valueOf(file.index() + 1);
        String size = Units.size(file.length());
        return " ".repeat(Math.max(0, 6 - number.length())) + number + " ".repeat(Math.max(1, 12 - size.length()))
                + size + "  " + clean(file.pathText());
    }

    private static String clean(String text) {
        return Text.clean(text, 8000);
    }

    private static long length(Metainfo torrent) {
        return files(torrent).stream().mapToLong(TorrentFile::length).sum();
    }

    private static Map<String, @Nullable Object> fields(Metainfo torrent) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", torrent.name());
        fields.put("hash", torrent.infoHash().toString());
        fields.put("total", length(torrent));
        fields.put("piece_length", torrent.sizes().pieceLength());
        fields.put("pieces", torrent.sizes().count());
        fields.put("private", torrent.isPrivate());
        fields.put(
                "created", torrent.creationDate().map(Instant::getEpochSecond).orElse(null));
        fields.put("created_by", torrent.createdBy().orElse(null));
        fields.put("comment", torrent.comment().orElse(null));
        fields.put("trackers", torrent.announceTiers());
        fields.put("web_seeds", torrent.webSeeds());
        fields.put("http_seeds", torrent.httpSeeds());
        fields.put("files", files(torrent).stream().map(InfoCommand::fields).toList());
        return fields;
    }

    private static Map<String, Object> fields(TorrentFile file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("number", file.index() + 1);
        fields.put("path", file.pathText());
        fields.put("length", file.length());
        return fields;
    }
}
