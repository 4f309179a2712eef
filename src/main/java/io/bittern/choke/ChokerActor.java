package io.bittern.choke;

import io.bittern.peer.PeerActor;
import io.bittern.peer.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Chokes and unchokes the peers of one torrent, in rounds: asks all of them how they stand, lets the policy choose, and
 * tells those whose state changes (BEP 3).
 *
 * <p>A peer that does not answer in time is judged by its last answer; after three regular rounds it loses its slot.
 * When the policy fails, the choker goes on with a new one and the same peers.
 */
public final class ChokerActor extends AbstractBehavior<ChokerActor.Command> {

    /** What a choker can be told. */
    public sealed interface Command {}

    /** A peer takes part from now on; it is choked. */
    public record Join(int peer, ActorRef<PeerActor.Command> ref) implements Command {}

    /** A peer is gone. */
    public record Leave(int peer) implements Command {}

    /** Somebody has become interested: free slots are filled at once. */
    public enum Nudge implements Command {
        INSTANCE
    }

    /** Whether we want nothing more of the torrent. */
    public record Seeding(boolean seeding) implements Command {}

    private record Answered(Standing standing) implements Command {}

    private enum Round implements Command {
        INSTANCE
    }

    private enum Pause implements Command {
        INSTANCE
    }

    private enum TooLate implements Command {
        INSTANCE
    }

    /** Chooses who is served. */
    @FunctionalInterface
    public interface Policy {

        /** The peers to serve from now on, by number; all others are choked. */
        Set<Integer> choose(List<Standing> standings, Turn turn);
    }

    /**
     * When rounds are.
     *
     * @param interval between regular rounds
     * @param answerTime how long a round waits for answers
     * @param pause between quick rounds, at least
     */
    public record Settings(Duration interval, Duration answerTime, Duration pause) {

        /** The rounds of BEP 3. */
        public static final Settings USUAL =
                new Settings(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMillis(100));
    }

    private static final SupervisorStrategy GO_ON = SupervisorStrategy.restart().withLimit(10, Duration.ofMinutes(1));

    private final TimerScheduler<Command> timers;
    private final Settings settings;
    private final Policy policy;
    private final Members members;
    private final PeerActor.TellStanding question;
    private boolean regular;
    private boolean nudged;

    /** A choker without peers; {@code policies} makes the policy, and another one after a failure. */
    public static Behavior<Command> create(Supplier<? extends Policy> policies, Settings settings) {
        return Behaviors.setup(outer -> {
            Members members = new Members();
            return Behaviors.supervise(Behaviors.<Command>setup(context -> Behaviors.withTimers(
                            timers -> new ChokerActor(context, timers, settings, policies.get(), members))))
                    .onFailure(Exception.class, GO_ON);
        });
    }

    private ChokerActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Settings settings,
            Policy policy,
            Members members) {
        super(context);
        this.timers = timers;
        this.settings = settings;
        this.policy = policy;
        this.members = members;
        this.question = new PeerActor.TellStanding(context.messageAdapter(Standing.class, Answered::new));
        if (!members.isEmpty()) {
            keepTime();
        }
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Join.class, this::join)
                .onMessage(Leave.class, leave -> leave(leave.peer()))
                .onMessage(Seeding.class, this::seeding)
                .onMessageEquals(Nudge.INSTANCE, this::nudge)
                .onMessageEquals(Pause.INSTANCE, this::nudgeAgain)
                .onMessageEquals(Round.INSTANCE, () -> ask(true))
                .onMessage(Answered.class, answered -> answered(answered.standing()))
                .onMessageEquals(TooLate.INSTANCE, this::decide)
                .build();
    }

    private Behavior<Command> join(Join join) {
        if (members.isEmpty()) {
            keepTime();
        }
        members.join(join.peer(), join.ref()::tell);
        return this;
    }

    private Behavior<Command> leave(int peer) {
        boolean last = members.leave(peer);
        if (members.isEmpty()) {
            timers.cancelAll();
            nudged = false;
        }
        return last ? decide() : this;
    }

    private Behavior<Command> seeding(Seeding now) {
        members.seeding(now.seeding());
        return this;
    }

    /** One quick round at once, then a pause: whoever nudges meanwhile shares the next. */
    private Behavior<Command> nudge() {
        if (members.awaited() || timers.isTimerActive(Pause.INSTANCE)) {
            nudged = true;
        } else if (!members.isEmpty()) {
            timers.startSingleTimer(Pause.INSTANCE, settings.pause());
            ask(false);
        }
        return this;
    }

    private Behavior<Command> nudgeAgain() {
        boolean again = nudged;
        nudged = false;
        return again ? nudge() : this;
    }

    /** Begins a round, in place of one that is still waiting for answers. */
    private Behavior<Command> ask(boolean regularly) {
        regular = regularly;
        timers.startSingleTimer(TooLate.INSTANCE, settings.answerTime());
        members.ask(question, regularly);
        return this;
    }

    private Behavior<Command> answered(Standing standing) {
        return members.hear(standing) ? decide() : this;
    }

    private Behavior<Command> decide() {
        timers.cancel(TooLate.INSTANCE);
        members.serve(policy.choose(members.judged(), new Turn(regular, members.seeding())));
        return nudgeAgain();
    }

    private void keepTime() {
        timers.startTimerWithFixedDelay(Round.INSTANCE, settings.interval());
    }
}
