package io.bittern.cli;

import io.bittern.cli.Diagnosis.Level;
import io.bittern.cli.Diagnosis.Verdict;
import io.bittern.client.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is in the way of downloads. */
@Command(
        name = "doctor",
        description = {
            "Say whether port, router, DHT, clock, disk and limits are well, and why a torrent has no peers.",
            "",
            "Each line of standard output is ok, a warning or a problem, with what to do about it. Exits 33 when there is"
                    + " a problem."
        })
final class DoctorCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(
            arity = "0..1",
            paramLabel = "TORRENT|MAGNET",
            description = "A torrent file, its URL, a magnet link or an info hash, to be looked for.")
    private @Nullable String torrent;

    @Mixin
    private FolderOption data = new FolderOption();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long DHT and router may take to answer, by default 35s.")
    private Duration timeout = Duration.ofSeconds(35);

    @Mixin
    private AnswerOptions answer = new AnswerOptions();

    DoctorCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        Settings settings = settings(Map.of());
        Optional<Subject> subject = torrent == null ? Optional.empty() : Optional.of(Subject.of(torrent, shell));
        List<Verdict> verdicts =
                Diagnosis.of(new Examination(shell, settings, settings(alone()), data.folder(), timeout).of(subject));
        if (answer.json()) {
            shell.say(Json.line(Map.of(
                    "findings", verdicts.stream().map(DoctorCommand::fields).toList())));
        } else {
            verdicts.forEach(verdict -> shell.say(line(verdict)));
        }
        boolean problem = verdicts.stream().anyMatch(verdict -> verdict.level() == Level.PROBLEM);
        return (problem ? ExitCode.UNWELL : ExitCode.DONE).number();
    }

    /** The client finds nobody by itself, but asks the router as the client of a download would. */
    private static Map<String, Object> alone() {
        Map<String, Object> flags = new HashMap<>(SettingsOptions.ALONE);
        flags.remove("discovery.port-mapping");
        return flags;
    }

    /** The settings of the user with these flags over them. */
    private Settings settings(Map<String, Object> given) throws CliException {
        Map<String, Object> flags = new HashMap<>(given);
        network.put(flags);
        return answer.settings(shell, flags);
    }

    private static String line(Verdict verdict) {
        String next = verdict.next().isEmpty() ? "" : "; " + verdict.next();
        return Columns.fit(verdict.level().word(), 9) + Facts.line(verdict.topic(), verdict.text() + next);
    }

    private static Map<String, Object> fields(Verdict verdict) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("level", verdict.level().word());
        fields.put("topic", verdict.topic());
        fields.put("text", verdict.text());
        fields.put("next", verdict.next());
        return fields;
    }
}
