package io.bittern.client;

import io.bittern.net.ExternalAddress;
import io.bittern.net.ExternalPort;
import io.bittern.portmap.PortMapEvent;
import io.bittern.portmap.PortMapperActor;
import io.bittern.portmap.Route;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Has the gateways let peers in once it is known where we listen, looks for other gateways when this machine has moved, says
 * how that goes, and takes it all back at the end.
 */
final class PortMapsActor extends AbstractBehavior<PortMapsActor.Command> {

    /** What it can be told. */
    sealed interface Command {}

    /** Takes all mappings back and stops. */
    enum Leave implements Command {
        INSTANCE
    }

    private record FromMapper(Route route, PortMapEvent event) implements Command {}

    private record Ended(Route route) implements Command {}

    /** It is time to look where this machine is. */
    private record Look(int port) implements Command {}

    private enum Tell implements Command {
        INSTANCE
    }

    /** Asks along the routes of this machine. */
    interface Mappers {

        List<Route> routes();

        Behavior<PortMapperActor.Command> along(Route route, int port, Consumer<PortMapEvent> listener);
    }

    /**
     * Who is to know.
     *
     * @param address hears how gateways see us
     * @param port hears at which port peers can connect
     * @param watcher hears of it in words, by a thread of ours
     */
    record Ears(ExternalAddress address, ExternalPort port, Consumer<PortMapping> watcher) {}

    /** Between two looks at the routes of this machine. */
    static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    /** TCP and UDP are granted one after the other, and are one piece of news. */
    static final Duration GATHER = Duration.ofMillis(500);

    private final TimerScheduler<Command> timers;
    private final Mappers mappers;
    private final Ears ears;
    private final CompletableFuture<Void> left;
    private final Gateways gateways = new Gateways();
    /** Those that have not ended, also when they were told to. */
    private final Map<Route, ActorRef<PortMapperActor.Command>> running = new HashMap<>();

    private boolean leaving;

    /**
     * Waits for the port.
     *
     * @param left completed when everything was taken back
     */
    static Behavior<Command> create(
            Mappers mappers, CompletionStage<Integer> port, Ears ears, CompletableFuture<Void> left) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new PortMapsActor(context, timers, mappers, port, ears, left)));
    }

    private PortMapsActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Mappers mappers,
            CompletionStage<Integer> port,
            Ears ears,
            CompletableFuture<Void> left) {
        super(context);
        this.timers = timers;
        this.mappers = mappers;
        this.ears = ears;
        this.left = left;
        context.pipeToSelf(port, (found, failed) -> failed == null ? new Look(found) : Leave.INSTANCE);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Look.class, this::look)
                .onMessage(FromMapper.class, this::onEvent)
                .onMessageEquals(Tell.INSTANCE, this::say)
                .onMessage(Ended.class, this::onEnded)
                .onMessageEquals(Leave.INSTANCE, this::leave)
                .onSignal(PostStop.class, stop -> {
                    left.complete(null);
                    return this;
                })
                .build();
    }

    /** Leaves the gateways to which this machine has no route any more, and asks the new ones. */
    private Behavior<Command> look(Look look) {
        timers.startSingleTimer(look, LOOK_EVERY);
        List<Route> routes = leaving ? List.of() : mappers.routes();
        for (Route asked : gateways.routes()) {
            if (!routes.contains(asked)) {
                forget(asked);
            }
        }
        routes.stream().filter(route -> !running.containsKey(route)).forEach(route -> ask(route, look.port()));
        return tellSoon();
    }

    private void ask(Route route, int port) {
        ActorRef<Command> self = getContext().getSelf();
        var mapper = getContext()
                .spawnAnonymous(mappers.along(route, port, event -> self.tell(new FromMapper(route, event))));
        getContext().watchWith(mapper, new Ended(route));
        running.put(route, mapper);
        gateways.add(route);
    }

    private void forget(Route route) {
        gateways.remove(route);
        ears.port().map(route.family(), OptionalInt.empty());
        Optional.ofNullable(running.get(route)).ifPresent(mapper -> mapper.tell(PortMapperActor.Stop.INSTANCE));
    }

    private Behavior<Command> onEvent(FromMapper wrapped) {
        gateways.on(wrapped.route(), wrapped.event());
        if (wrapped.event() instanceof PortMapEvent.Mapped mapped && gateways.knows(wrapped.route())) {
            ears.address().says(PortMapsActor.class, mapped.external());
        }
        return changed(wrapped.route());
    }

    private Behavior<Command> changed(Route route) {
        if (gateways.knows(route)) {
            ears.port().map(route.family(), gateways.port(route));
        }
        return tellSoon();
    }

    private Behavior<Command> tellSoon() {
        timers.startSingleTimer(Tell.INSTANCE, GATHER);
        return this;
    }

    private Behavior<Command> say() {
        (leaving ? Optional.<PortMapping>empty() : gateways.news()).ifPresent(news -> {
            getContext().getLog().info("port mapping: {}", news.text());
            ears.watcher().accept(news);
        });
        return this;
    }

    private Behavior<Command> leave() {
        leaving = true;
        running.values().forEach(mapper -> mapper.tell(PortMapperActor.Stop.INSTANCE));
        return orEnd();
    }

    /** One that ends by itself has failed; the next look begins anew. */
    private Behavior<Command> onEnded(Ended ended) {
        running.remove(ended.route());
        gateways.ended(ended.route());
        changed(ended.route());
        return orEnd();
    }

    private Behavior<Command> orEnd() {
        return leaving && running.isEmpty() ? Behaviors.stopped() : this;
    }
}
