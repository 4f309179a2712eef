package io.bittern.tracker;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One tracker of one torrent, for as long as there is something to announce: one announce at a time, with a deadline.
 *
 * <p>States: idle, announcing. When and what to announce is decided by {@link Announcing}. It remembers nothing that outlasts
 * an announce, so whoever has its last answer may end it.
 */
public final class TrackerActor {

    /** What a tracker can be told. */
    public sealed interface Command {}

    /**
     * Announces, after what is being announced now; takes the place of what waits. A stop goes ahead of both, but for a second
     * after a completion. Each announce that is not displaced ends with one {@link Announced} or {@link Refused}.
     */
    public record Announce(AnnounceRequest request) implements Command {}

    /** An announce has ended, perhaps one that nobody waits for any more. */
    private record Ended(
            CompletableFuture<AnnounceResponse> answer,
            @Nullable AnnounceResponse response,
            @Nullable Throwable failure)
            implements Command {}

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

    /** An announce under way, and the one that is to follow it. */
    private record Run(
            AnnounceRequest request, CompletableFuture<AnnounceResponse> answer, Optional<AnnounceRequest> waiting) {

        Run followedBy(AnnounceRequest next) {
            return new Run(request, answer, Optional.of(next));
        }
    }

    /** How long a stop waits until the tracker has heard that the download is complete, which it counts. */
    private static final Duration LAST_NEWS = Duration.ofSeconds(1);

    private static final String BUG = "failed; see the log";

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final int tracker;
    private final Announcer announcer;
    private final Patience patience;
    private final ActorRef<Event> torrent;

    public static Behavior<Command> create(
            int tracker, Announcer announcer, Patience patience, ActorRef<Event> torrent) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new TrackerActor(context, timers, tracker, announcer, patience, torrent).idle()));
    }

    private TrackerActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            int tracker,
            Announcer announcer,
            Patience patience,
            ActorRef<Event> torrent) {
        this.context = context;
        this.timers = timers;
        this.tracker = tracker;
        this.announcer = announcer;
        this.patience = patience;
        this.torrent = torrent;
    }

    private Behavior<Command> idle() {
        return Behaviors.receive(Command.class)
                .onMessage(Announce.class, announce -> start(announce.request()))
                .onMessage(Ended.class, late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> start(AnnounceRequest request) {
        timers.startSingleTimer(Overdue.INSTANCE, patience.deadline(request.event()));
        patience.silence(request.event()).ifPresent(silence -> timers.startSingleTimer(Silence.INSTANCE, silence));
        CompletableFuture<AnnounceResponse> answer = ask(request);
        context.pipeToSelf(answer, (response, failure) -> new Ended(answer, response, failure));
        return announcing(new Run(request, answer, Optional.empty()));
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

    private Behavior<Command> announcing(Run run) {
        return Behaviors.receive(Command.class)
                .onMessage(Announce.class, announce -> onAnnounce(announce.request(), run))
                .onMessage(Ended.class, ended -> onEnd(ended, run))
                .onMessageEquals(Silence.INSTANCE, this::onSilence)
                .onMessageEquals(Overdue.INSTANCE, () -> onOverdue(run))
                .onSignal(PreRestart.class, signal -> restarting(run))
                .onSignal(PostStop.class, signal -> abandon(run))
                .build();
    }

    private Behavior<Command> onAnnounce(AnnounceRequest request, Run run) {
        if (request.event() == AnnounceEvent.STOPPED && run.request().event() != AnnounceEvent.STOPPED) {
            if (run.request().event() != AnnounceEvent.COMPLETED) {
                run.answer().cancel(true);
                timers.cancelAll();
                return start(request);
            }
            timers.startSingleTimer(Overdue.INSTANCE, LAST_NEWS);
        }
        return announcing(run.followedBy(request));
    }

    private Behavior<Command> onEnd(Ended ended, Run run) {
        if (ended.answer() != run.answer()) {
            return Behaviors.same();
        }
        return end(
                run,
                ended.failure() == null
                        ? new Announced(tracker, run.request().event(), Objects.requireNonNull(ended.response()))
                        : refused(run.request(), TrackerException.of(ended.failure())));
    }

    private Behavior<Command> onSilence() {
        torrent.tell(new Silent(tracker));
        return Behaviors.same();
    }

    private Behavior<Command> onOverdue(Run run) {
        run.answer().cancel(true);
        return end(run, refused(run.request(), new TrackerException("no answer in time")));
    }

    private Behavior<Command> end(Run run, Event event) {
        timers.cancelAll();
        Behavior<Command> next = run.waiting().map(this::start).orElseGet(this::idle);
        torrent.tell(event);
        return next;
    }

    private Refused refused(AnnounceRequest request, TrackerException why) {
        return new Refused(tracker, request.event(), why.reason(), why.retryIn());
    }

    /** Whoever waits for an answer is told that none will come, or it would wait for ever. */
    private Behavior<Command> restarting(Run run) {
        Stream.concat(Stream.of(run.request()), run.waiting().stream())
                .forEach(lost -> torrent.tell(refused(lost, new TrackerException(BUG))));
        return abandon(run);
    }

    private static Behavior<Command> abandon(Run run) {
        run.answer().cancel(true);
        return Behaviors.same();
    }
}
