package io.bittern.cli;

import io.bittern.client.Bittern;
import io.bittern.client.ClientException;
import io.bittern.client.Settings;
import io.bittern.metainfo.InfoHash;
import io.bittern.tracker.ScrapeResponse;
import io.bittern.tracker.SwarmSize;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What the trackers of a torrent say of the size of its swarm. */
final class Scrape {

    private static final int MOST_TRACKERS = 100;

    private final List<Answer> answers;

    /**
     * What one tracker said: a size, or why there is none.
     *
     * @param answered whether it said anything at all
     * @param ahead how much later it is by its clock than by ours, if it says
     */
    record Answer(
            String tracker, boolean answered, Optional<SwarmSize> size, String problem, Optional<Duration> ahead) {

        /** What it said in words. */
        String words() {
            return size.map(known -> count(known.seeders()) + " seeders, " + count(known.leechers())
                            + " leechers, completed " + count(known.completed()) + " times")
                    .orElse(problem);
        }
    }

    private Scrape(List<Answer> answers) {
        this.answers = answers;
    }

    /** Asks all trackers at once, with a client that is started for it, and waits for their answers. */
    static Scrape ask(Shell shell, InfoHash torrent, List<List<String>> tiers)
            throws CliException, InterruptedException {
        try (Bittern client = shell.starter().start(settings(shell))) {
            return ask(client, torrent, tiers, shell.clock());
        } catch (ClientException refused) {
            throw CliException.of(refused);
        }
    }

    /** Asks all trackers at once and waits for their answers. */
    static Scrape ask(Bittern client, InfoHash torrent, List<List<String>> tiers, InstantSource clock)
            throws InterruptedException {
        Map<String, CompletableFuture<Answer>> asked = new LinkedHashMap<>();
        tiers.stream()
                .flatMap(List::stream)
                .distinct()
                .limit(MOST_TRACKERS)
                .forEach(tracker -> asked.put(
                        tracker,
                        client.scrape(tracker, List.of(torrent))
                                .thenApply(answer -> answer(tracker, torrent, answer, clock))
                                .toCompletableFuture()));
        List<Answer> answers = new ArrayList<>();
        for (Map.Entry<String, CompletableFuture<Answer>> entry : asked.entrySet()) {
            answers.add(answer(entry.getKey(), entry.getValue()));
        }
        return new Scrape(answers);
    }

    private static Answer answer(String tracker, InfoHash torrent, ScrapeResponse said, InstantSource clock) {
        Optional<SwarmSize> size = Optional.ofNullable(said.swarms().get(torrent));
        String problem = size.isPresent() ? "" : "the tracker does not know this torrent";
        return new Answer(
                tracker, true, size, problem, said.date().map(date -> Duration.between(clock.instant(), date)));
    }

    private static Answer answer(String tracker, CompletableFuture<Answer> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            String reason = failed.getCause() == null
                    ? "no answer"
                    : String.valueOf(failed.getCause().getMessage());
            return new Answer(tracker, false, Optional.empty(), reason, Optional.empty());
        }
    }

    /** Those of the user, but for the port: nobody is to connect to us. */
    private static Settings settings(Shell shell) throws CliException {
        Map<String, Object> flags = new HashMap<>(SettingsOptions.ALONE);
        flags.put("port", 0);
        return SettingsOptions.load(shell, Optional.empty(), flags);
    }

    /** Whether any tracker knows the torrent. */
    boolean found() {
        return answers.stream().anyMatch(answer -> answer.size().isPresent());
    }

    List<Answer> answers() {
        return answers;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Answer answer : answers) {
            lines.add(Facts.line(lines.isEmpty() ? "swarm" : "", answer.tracker() + ": " + answer.words()));
        }
        return lines;
    }

    private static String count(OptionalInt number) {
        return number.isPresent() ? String.valueOf(number.getAsInt()) : "?";
    }

    List<Map<String, @Nullable Object>> fields() {
        return answers.stream().map(Scrape::fields).toList();
    }

    private static Map<String, @Nullable Object> fields(Answer answer) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("tracker", answer.tracker());
        SwarmSize size = answer.size().orElse(SwarmSize.UNKNOWN);
        fields.put("seeders", Json.number(size.seeders()));
        fields.put("leechers", Json.number(size.leechers()));
        fields.put("completed", Json.number(size.completed()));
        if (answer.size().isEmpty()) {
            fields.put("message", answer.problem());
        }
        return fields;
    }
}
