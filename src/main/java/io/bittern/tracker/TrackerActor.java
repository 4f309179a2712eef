package io.bittern.tracker;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One tracker of one torrent: one announce at a time, with a deadline.
 *
 * <p>States: idle, announcing. When and what to announce is decided by {@link Announcing}.
 */
public final class TrackerActor {

    /** What a tracker can be told. */
    public sealed interface Command {}

    /**
     * Announces, after what is being announced now; takes the place of what waits. A stop goes ahead of both, but for a second
     * after a completion. Each
     * announce that is not displaced ends with one {@link Announced} or {@link Refused}.
     */
    public record Announce(AnnounceRequest request) implements Command {}

    private record Answered(int run, AnnounceResponse response) implements Command {}

    private record Failed(int run, TrackerException why) implements Command {}

    private enum Silence implements Command {
        INSTANCE
    }

    private enum Overdue implements Command {
        INSTANCE
    }

    /** What a tracker tells its torrent. */
    public sealed interface Event {}

    /** The tracker accepted an announce. */
    public record Announced(int tracker, AnnounceEvent event, AnnounceResponse response) implements Event {}

    /** The tracker refused an announce or could not be reached; {@code retryIn} is its own wish (BEP 31). */
    public record Refused(int tracker, AnnounceEvent event, String reason, Optional<Duration> retryIn)
            implements Event {}

    /** The tracker has said nothing for a while; it is still being asked. */
    public record Silent(int tracker) implements Event {}

    /**
     * How long a tracker is waited for.
     *
     * @param silence after which others should be asked too
     * @param deadline after which an announce is given up, beside the announcer's own
     * @param stopDeadline the same when the torrent stops
     */
    public record Settings(Duration silence, Duration deadline, Duration stopDeadline) {

        private static final Duration STOP = Duration.ofSeconds(5);
        private static final Settings HTTP = new Settings(Duration.ofSeconds(35), Duration.ofMinutes(2), STOP);
        private static final Settings UDP = new Settings(Duration.ofSeconds(15), Duration.ofHours(5), STOP);

        /** For a URL: a UDP tracker has its own ladder of some hours (BEP 15); HTTP ends in 30 s but may wait for a slot before. */
        public static Settings forUrl(String url) {
            return url.strip().toLowerCase(Locale.ROOT).startsWith("udp:") ? UDP : HTTP;
        }
    }

    /** An announce under way. */
    private record Run(int number, AnnounceRequest request, CompletableFuture<AnnounceResponse> answer) {}

    /** How long a stop waits until the tracker has heard that the download is complete, which it counts. */
    private static final Duration LAST_NEWS = Duration.ofSeconds(1);

    private static final String BUG = "failed; see the log";

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Announcer announcer;
    private final Settings settings;
    private final Report report;

    /** Whom to tell, and as which tracker. */
    private record Report(int tracker, ActorRef<Event> torrent) {}

    /** What lasts from one announce to the next. */
    private record Memory(int runs, Optional<String> trackerId) {}

    public static Behavior<Command> create(
            int tracker, Announcer announcer, Settings settings, ActorRef<Event> torrent) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new TrackerActor(context, timers, announcer, settings, new Report(tracker, torrent))
                        .idle(new Memory(0, Optional.empty()))));
    }

    private TrackerActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Announcer announcer,
            Settings settings,
            Report report) {
        this.context = context;
        this.timers = timers;
        this.announcer = announcer;
        this.settings = settings;
        this.report = report;
    }

    private Behavior<Command> idle(Memory memory) {
        return Behaviors.receive(Command.class)
                .onMessage(Announce.class, announce -> start(announce.request(), memory))
                .onMessage(Answered.class, late -> Behaviors.same())
                .onMessage(Failed.class, late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> start(AnnounceRequest request, Memory memory) {
        boolean stopping = request.event() == AnnounceEvent.STOPPED;
        timers.startSingleTimer(Overdue.INSTANCE, stopping ? settings.stopDeadline() : settings.deadline());
        if (stopping || settings.silence().compareTo(settings.deadline()) >= 0) {
            timers.cancel(Silence.INSTANCE);
        } else {
            timers.startSingleTimer(Silence.INSTANCE, settings.silence());
        }
        AnnounceRequest full = memory.trackerId().map(request::withTrackerId).orElse(request);
        int number = memory.runs() + 1;
        CompletableFuture<AnnounceResponse> answer = ask(full);
        context.pipeToSelf(
                answer,
                (response, failure) -> failure == null
                        ? new Answered(number, response)
                        : new Failed(number, TrackerException.of(failure)));
        return announcing(new Run(number, full, answer), Optional.empty(), new Memory(number, memory.trackerId()));
    }

    /** A bug of an announcer that shows at once ends the announce like one that shows later. */
    private CompletableFuture<AnnounceResponse> ask(AnnounceRequest request) {
        try {
            return announcer.announce(request).toCompletableFuture();
        } catch (RuntimeException bug) {
            context.getLog().error("an announcer failed", bug);
            return CompletableFuture.failedFuture(new TrackerException(BUG));
        }
    }

    private Behavior<Command> announcing(Run run, Optional<AnnounceRequest> waiting, Memory memory) {
        BehaviorBuilder<Command> builder = Behaviors.receive(Command.class)
                .onMessage(Announce.class, announce -> onAnnounce(announce.request(), run, memory))
                .onMessage(Answered.class, late -> late.run() != run.number(), late -> Behaviors.same())
                .onMessage(Failed.class, late -> late.run() != run.number(), late -> Behaviors.same())
                .onMessage(Answered.class, answered -> onAnswered(answered.response(), run, waiting, memory))
                .onMessage(Failed.class, failed -> onRefused(failed.why(), run, waiting, memory))
                .onMessageEquals(Silence.INSTANCE, this::onSilence)
                .onMessageEquals(Overdue.INSTANCE, () -> onOverdue(run, waiting, memory))
                .onSignal(PreRestart.class, signal -> restarting(run, waiting))
                .onSignal(PostStop.class, signal -> abandon(run));
        return builder.build();
    }

    private Behavior<Command> onAnnounce(AnnounceRequest request, Run run, Memory memory) {
        if (request.event() == AnnounceEvent.STOPPED && run.request().event() != AnnounceEvent.STOPPED) {
            if (run.request().event() != AnnounceEvent.COMPLETED) {
                run.answer().cancel(true);
                return start(request, memory);
            }
            timers.startSingleTimer(Overdue.INSTANCE, LAST_NEWS);
        }
        return announcing(run, Optional.of(request), memory);
    }

    private Behavior<Command> onAnswered(
            AnnounceResponse response, Run run, Optional<AnnounceRequest> waiting, Memory memory) {
        Memory now = new Memory(memory.runs(), response.trackerId().or(memory::trackerId));
        Behavior<Command> next = next(waiting, now);
        report.torrent().tell(new Announced(report.tracker(), run.request().event(), response));
        return next;
    }

    private Behavior<Command> onRefused(
            TrackerException why, Run run, Optional<AnnounceRequest> waiting, Memory memory) {
        Behavior<Command> next = next(waiting, memory);
        report.torrent().tell(new Refused(report.tracker(), run.request().event(), why.reason(), why.retryIn()));
        return next;
    }

    private Behavior<Command> onSilence() {
        report.torrent().tell(new Silent(report.tracker()));
        return Behaviors.same();
    }

    private Behavior<Command> onOverdue(Run run, Optional<AnnounceRequest> waiting, Memory memory) {
        run.answer().cancel(true);
        return onRefused(new TrackerException("no answer in time"), run, waiting, memory);
    }

    private Behavior<Command> next(Optional<AnnounceRequest> waiting, Memory memory) {
        timers.cancel(Silence.INSTANCE);
        timers.cancel(Overdue.INSTANCE);
        return waiting.isPresent() ? start(waiting.get(), memory) : idle(memory);
    }

    /** Whoever waits for an answer is told that none will come, or it would wait for ever. */
    private Behavior<Command> restarting(Run run, Optional<AnnounceRequest> waiting) {
        report.torrent().tell(new Refused(report.tracker(), run.request().event(), BUG, Optional.empty()));
        waiting.ifPresent(
                next -> report.torrent().tell(new Refused(report.tracker(), next.event(), BUG, Optional.empty())));
        return abandon(run);
    }

    private static Behavior<Command> abandon(Run run) {
        run.answer().cancel(true);
        return Behaviors.same();
    }
}
