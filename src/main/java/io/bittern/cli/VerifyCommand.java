package io.bittern.cli;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.Text;
import io.bittern.store.PieceChecker;
import io.bittern.store.PieceChecker.FileReport;
import io.bittern.store.PieceChecker.State;
import io.bittern.store.StoreException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks data against a torrent, without a client. */
@Command(
        name = "verify",
        description = {
            "Check that data are what a torrent says.",
            "",
            "Files that are not are listed on standard output, and the exit code is 32."
        })
final class VerifyCommand implements Callable<Integer> {

    private static final int LONGEST_PATH = 8000;

    private final Shell shell;

    @Parameters(paramLabel = "TORRENT", description = "A torrent file or its URL.")
    private String torrent = "";

    @Mixin
    private FolderOption data = new FolderOption();

    @Mixin
    private OutputOptions output = new OutputOptions();

    VerifyCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        Path place = data.folder();
        Metainfo metainfo = new TorrentSource(shell).load(torrent);
        Disk.require(place);
        PieceChecker.Report report = check(metainfo, place);
        if (output.json()) {
            shell.out().println(Json.line(fields(metainfo, report)));
        } else {
            bad(report).forEach(file -> shell.out().println(line(metainfo.layout(), file)));
        }
        ExitCode code = report.isGood() ? ExitCode.DONE : ExitCode.VERIFY;
        say(metainfo, report);
        shell.out().flush();
        return code.number();
    }

    private PieceChecker.Report check(Metainfo metainfo, Path place) throws CliException, InterruptedException {
        int threads = Runtime.getRuntime().availableProcessors();
        try (Meter meter = new Meter(shell, "checking", output.quiet() || output.json())) {
            return PieceChecker.check(metainfo, place, threads, meter);
        } catch (StoreException failed) {
            throw CliException.of(failed);
        }
    }

    private void say(Metainfo metainfo, PieceChecker.Report report) {
        if (!report.isGood()) {
            shell.problem(metainfo.name() + ": " + bad(report).size() + " of "
                    + metainfo.layout().all().cardinality() + " files and "
                    + (report.verified().size() - report.verified().count()) + " of "
                    + report.verified().size() + " pieces are not right; 'bittern download' gets what is missing");
        } else if (!output.quiet() && !output.json()) {
            shell.err()
                    .println(metainfo.name() + ": all right, "
                            + Units.size(metainfo.layout().length()));
        }
    }

    private static List<FileReport> bad(PieceChecker.Report report) {
        return report.files().stream().filter(file -> file.state() != State.OK).toList();
    }

    private static String line(FileLayout layout, FileReport file) {
        String state = word(file.state());
        String path = Text.clean(layout.file(file.file()).pathText(), LONGEST_PATH);
        return state + " ".repeat(12 - state.length()) + path;
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Map<String, @Nullable Object> fields(Metainfo metainfo, PieceChecker.Report report) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("event", report.isGood() ? "verified" : "error");
        fields.put("time", shell.clock().millis() / 1000.0);
        fields.put("hash", metainfo.infoHash().toString());
        fields.put("name", metainfo.name());
        fields.put("code", report.isGood() ? 0 : ExitCode.VERIFY.number());
        fields.put("pieces", report.verified().size());
        fields.put("good_pieces", report.verified().count());
        fields.put(
                "bad_files",
                bad(report).stream().map(file -> fields(metainfo, file)).toList());
        return fields;
    }

    private static Map<String, Object> fields(Metainfo metainfo, FileReport file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("number", file.file() + 1);
        fields.put("path", metainfo.layout().file(file.file()).pathText());
        fields.put("state", word(file.state()));
        fields.put("bad_pieces", file.badPieces());
        return fields;
    }
}
