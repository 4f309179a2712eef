package io.bittern.webseed;

import io.bittern.net.ByteBudget;
import io.bittern.net.RateLimit;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One web server that has a torrent's payload: takes leases as a peer does, and asks for them by HTTP (BEP 19, BEP 17).
 *
 * <p>It has one state; the rules are in {@link Harvest}. It ends by itself when the server is of no use.
 */
public final class WebSeedActor {

    /** What a web seed can be told. */
    public sealed interface Command {}

    /** Answers {@link Wants}: blocks to fetch. Fewer than wanted means that more comes by itself when there is some. */
    public record Grant(List<Lease> leases) implements Command {}

    /** Takes blocks back that somebody else has brought, or that are no longer wanted. */
    public record Revoke(List<Lease> leases) implements Command {}

    private record FromServer(int exchange, WebSource.Event event) implements Command {}

    private record FromStore(PieceStoreActor.Stored stored) implements Command {}

    private enum Tick implements Command {
        INSTANCE
    }

    /** What a web seed tells its torrent; {@code seed} is the number that the torrent gave it. */
    public sealed interface Event {
        int seed();
    }

    /** It could fetch so many blocks in all; 0 if it wants none for now. */
    public record Wants(int seed, int blocks) implements Event {}

    /** Blocks of a lease that are with the store. */
    public record Fetched(int seed, Lease lease) implements Event {}

    /** It will not fetch these. */
    public record Returned(int seed, List<Lease> leases) implements Event {}

    /** The server does not have every file: only these pieces can come from it. Its leases have been returned before. */
    public record HasOnly(int seed, Bitfield pieces) implements Event {}

    /** Bytes of payload since the last report, at most one report a second, and how many of these were of no use. */
    public record Traffic(int seed, long down, long wasted) implements Event {}

    /** The server failed and is left alone for a while. */
    public record Failed(int seed, String reason) implements Event {}

    /** The last event: the server is of no use. Its leases have been returned before. */
    public record Gone(int seed, String reason) implements Event {}

    /**
     * What web seeds share with all else that downloads: bytes in memory, and rates.
     *
     * @param budget of the client
     * @param download the rate that all of them are under together
     */
    public record Limits(ByteBudget budget, RateLimit download) {}

    /**
     * How patient and how greedy a web seed is.
     *
     * @param connections most exchanges at a time
     * @param silence of the server that ends an exchange
     * @param firstRest after a first failure, twice as long after each that follows
     * @param longestRest the most of it
     * @param nanoTime monotonic time
     */
    public record Settings(
            int connections, Duration silence, Duration firstRest, Duration longestRest, LongSupplier nanoTime) {

        /** What suits a server that serves others too. */
        public static Settings usual(LongSupplier nanoTime) {
            return new Settings(2, Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofMinutes(5), nanoTime);
        }
    }

    /** All that a web seed works with. */
    public record Environment(
            WebPlan plan,
            WebSource source,
            ActorRef<PieceStoreActor.Command> store,
            Limits limits,
            Settings settings) {}

    private static final long MILLISECOND = 1_000_000L;

    private final TimerScheduler<Command> timers;
    private final Environment env;
    private final Harvest harvest;
    private long tickAt = Long.MAX_VALUE;

    /** A web seed with the number {@code seed}, which is also its number towards the store. */
    public static Behavior<Command> create(int seed, Environment env, ActorRef<Event> torrent) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new WebSeedActor(context, timers, seed, env, torrent).running()));
    }

    private WebSeedActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            int seed,
            Environment env,
            ActorRef<Event> torrent) {
        this.timers = timers;
        this.env = env;
        ActorRef<PieceStoreActor.Stored> stored = context.messageAdapter(PieceStoreActor.Stored.class, FromStore::new);
        this.harvest = new Harvest(seed, env.plan(), env.limits(), env.settings(), new Harvest.World() {
            @Override
            public WebSource.Get get(int exchange, WebSource.Ask ask) {
                ActorRef<Command> self = context.getSelf();
                return env.source().get(ask, event -> self.tell(new FromServer(exchange, event)));
            }

            @Override
            public void write(List<PieceStoreActor.Block> blocks) {
                env.store().tell(new PieceStoreActor.Write(blocks, seed, stored));
            }

            @Override
            public void tell(Event event) {
                torrent.tell(event);
            }
        });
    }

    private Behavior<Command> running() {
        return next(
                () -> {},
                Behaviors.receive(Command.class)
                        .onMessage(FromServer.class, it -> then(() -> harvest.heard(it.exchange(), it.event(), now())))
                        .onMessage(FromStore.class, it -> then(() -> harvest.stored(it.stored())))
                        .onMessage(Grant.class, grant -> then(() -> harvest.grant(grant.leases())))
                        .onMessage(Revoke.class, revoke -> then(() -> harvest.revoke(revoke.leases())))
                        .onMessageEquals(Tick.INSTANCE, () -> {
                            tickAt = Long.MAX_VALUE;
                            return then(() -> {});
                        })
                        .onSignal(PostStop.class, stop -> {
                            harvest.close();
                            return Behaviors.same();
                        })
                        .build());
    }

    private Behavior<Command> then(Runnable step) {
        return next(step, Behaviors.same());
    }

    private Behavior<Command> next(Runnable step, Behavior<Command> same) {
        step.run();
        long now = now();
        harvest.settle(now);
        if (harvest.uselessness().isPresent()) {
            return Behaviors.stopped();
        }
        tickAt(harvest.deadline(now), now);
        return same;
    }

    /** A timer that fires too early is cheaper than one set anew for every piece of a body. */
    private void tickAt(long deadline, long now) {
        if (deadline < tickAt) {
            tickAt = deadline;
            long millis = Math.max(1, (deadline - now + MILLISECOND - 1) / MILLISECOND);
            timers.startSingleTimer(Tick.INSTANCE, Duration.ofMillis(millis));
        }
    }

    private long now() {
        return env.settings().nanoTime().getAsLong();
    }
}
