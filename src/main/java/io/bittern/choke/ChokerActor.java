package io.bittern.choke;

import io.bittern.peer.PeerActor;
import io.bittern.peer.Standing;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
     * @param interval between regular rounds; every third of them is an optimistic one
     * @param answerTime how long a round waits for answers
     * @param pause between quick rounds, at least
     * @param slots peers to serve at once, 0 for as many as the policy finds right
     */
    public record Settings(Duration interval, Duration answerTime, Duration pause, int slots) {

        /** The rounds of BEP 3. */
        public static Settings of(int slots) {
            return new Settings(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMillis(100), slots);
        }
    }

    /** What outlives a failure. */
    private static final class State {
        final Map<Integer, Member> members = new TreeMap<>();
        boolean seeding;
    }

    private static final int OPTIMISTIC_EVERY = 3;
    private static final SupervisorStrategy GO_ON = SupervisorStrategy.restart().withLimit(10, Duration.ofMinutes(1));

    private final TimerScheduler<Command> timers;
    private final Settings settings;
    private final Policy policy;
    private final State state;
    private final PeerActor.TellStanding question;
    private final Set<Integer> awaited = new HashSet<>();
    private Turn.Kind kind = Turn.Kind.QUICK;
    private boolean nudged;
    private int rounds;

    /** A choker without peers; {@code policies} makes the policy, and another one after a failure. */
    public static Behavior<Command> create(Supplier<? extends Policy> policies, Settings settings) {
        return Behaviors.setup(outer -> {
            State state = new State();
            return Behaviors.supervise(Behaviors.<Command>setup(context -> Behaviors.withTimers(
                            timers -> new ChokerActor(context, timers, settings, policies.get(), state))))
                    .onFailure(Exception.class, GO_ON);
        });
    }

    private ChokerActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Settings settings,
            Policy policy,
            State state) {
        super(context);
        this.timers = timers;
        this.settings = settings;
        this.policy = policy;
        this.state = state;
        this.question = new PeerActor.TellStanding(context.messageAdapter(Standing.class, Answered::new));
        if (!state.members.isEmpty()) {
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
                .onMessageEquals(Round.INSTANCE, this::round)
                .onMessage(Answered.class, answered -> answered(answered.standing()))
                .onMessageEquals(TooLate.INSTANCE, this::decide)
                .build();
    }

    private Behavior<Command> join(Join join) {
        if (state.members.isEmpty()) {
            keepTime();
        }
        state.members.put(join.peer(), new Member(join.ref()::tell));
        return this;
    }

    private Behavior<Command> leave(int peer) {
        state.members.remove(peer);
        if (state.members.isEmpty()) {
            timers.cancelAll();
            awaited.clear();
            nudged = false;
        }
        return heardOf(peer);
    }

    private Behavior<Command> seeding(Seeding now) {
        state.seeding = now.seeding();
        return this;
    }

    /** One quick round at once, then a pause: whoever nudges meanwhile shares the next. */
    private Behavior<Command> nudge() {
        if (!awaited.isEmpty() || timers.isTimerActive(Pause.INSTANCE)) {
            nudged = true;
        } else if (!state.members.isEmpty()) {
            timers.startSingleTimer(Pause.INSTANCE, settings.pause());
            ask(Turn.Kind.QUICK);
        }
        return this;
    }

    private Behavior<Command> nudgeAgain() {
        boolean again = nudged;
        nudged = false;
        return again ? nudge() : this;
    }

    private Behavior<Command> round() {
        ask(rounds++ % OPTIMISTIC_EVERY == 0 ? Turn.Kind.OPTIMISTIC : Turn.Kind.REGULAR);
        return this;
    }

    /** Begins a round, in place of one that is still waiting for answers. */
    private void ask(Turn.Kind next) {
        kind = next;
        timers.startSingleTimer(TooLate.INSTANCE, settings.answerTime());
        awaited.addAll(state.members.keySet());
        state.members.values().forEach(member -> member.ask(question, next));
    }

    private Behavior<Command> answered(Standing standing) {
        Member member = state.members.get(standing.peer());
        if (member != null) {
            member.hear(standing);
        }
        return heardOf(standing.peer());
    }

    private Behavior<Command> heardOf(int peer) {
        return awaited.remove(peer) && awaited.isEmpty() ? decide() : this;
    }

    private Behavior<Command> decide() {
        timers.cancel(TooLate.INSTANCE);
        awaited.clear();
        List<Standing> standings =
                state.members.values().stream().flatMap(Member::judged).toList();
        Set<Integer> chosen = policy.choose(standings, new Turn(kind, state.seeding, settings.slots()));
        state.members.forEach((peer, member) -> member.serve(chosen.contains(peer)));
        return nudgeAgain();
    }

    private void keepTime() {
        timers.startTimerWithFixedDelay(Round.INSTANCE, settings.interval());
    }
}
