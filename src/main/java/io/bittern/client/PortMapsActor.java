package io.bittern.client;

import io.bittern.net.Addresses;
import io.bittern.net.ExternalAddress;
import io.bittern.portmap.PortMapEvent;
import io.bittern.portmap.PortMapperActor;
import io.bittern.portmap.Route;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Has the gateways let peers in once it is known where we listen, says how that goes, and takes it back at the end. */
final class PortMapsActor extends AbstractBehavior<PortMapsActor.Command> {

    /** What it can be told. */
    sealed interface Command {}

    /** Takes all mappings back and stops. */
    enum Leave implements Command {
        INSTANCE
    }

    private record Listens(int port) implements Command {}

    private record FromMapper(PortMapEvent event) implements Command {}

    private record Ended(ActorRef<PortMapperActor.Command> mapper) implements Command {}

    /** Asks along the routes of this machine. */
    interface Mappers {

        List<Route> routes();

        Behavior<PortMapperActor.Command> along(Route route, int port, ActorRef<PortMapEvent> listener);
    }

    private static final String NONE = "none";

    private final Mappers mappers;
    private final ExternalAddress external;
    private final CompletableFuture<Void> left;
    private final Set<ActorRef<PortMapperActor.Command>> running = new HashSet<>();
    /** What was said last, by protocol, or of none. */
    private final Map<String, String> said = new HashMap<>();

    private boolean leaving;

    /**
     * Waits for the port.
     *
     * @param external hears how gateways see us
     * @param left completed when everything was taken back
     */
    static Behavior<Command> create(
            Mappers mappers, CompletionStage<Integer> port, ExternalAddress external, CompletableFuture<Void> left) {
        return Behaviors.setup(context -> new PortMapsActor(context, mappers, port, external, left));
    }

    private PortMapsActor(
            ActorContext<Command> context,
            Mappers mappers,
            CompletionStage<Integer> port,
            ExternalAddress external,
            CompletableFuture<Void> left) {
        super(context);
        this.mappers = mappers;
        this.external = external;
        this.left = left;
        context.pipeToSelf(port, (found, failed) -> failed == null ? new Listens(found) : Leave.INSTANCE);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Listens.class, this::onListens)
                .onMessage(FromMapper.class, wrapped -> onEvent(wrapped.event()))
                .onMessage(Ended.class, this::onEnded)
                .onMessageEquals(Leave.INSTANCE, this::leave)
                .onSignal(PostStop.class, stop -> {
                    left.complete(null);
                    return this;
                })
                .build();
    }

    private Behavior<Command> onListens(Listens listens) {
        ActorRef<PortMapEvent> events = getContext().messageAdapter(PortMapEvent.class, FromMapper::new);
        for (Route route : leaving ? List.<Route>of() : mappers.routes()) {
            var mapper = getContext().spawnAnonymous(mappers.along(route, listens.port(), events));
            getContext().watchWith(mapper, new Ended(mapper));
            running.add(mapper);
        }
        return this;
    }

    private Behavior<Command> onEvent(PortMapEvent event) {
        if (event instanceof PortMapEvent.Mapped mapped) {
            external.says(mapped.by(), mapped.external());
            said.remove(NONE);
            String at = Addresses.text(new InetSocketAddress(mapped.external(), mapped.port()));
            say(mapped.protocol().name(), mapped.protocol() + " is open from outside at " + at + ", by " + mapped.by());
        } else if (event instanceof PortMapEvent.Unavailable unavailable) {
            said.keySet().retainAll(Set.of(NONE));
            say(NONE, "no port is open from outside: " + unavailable.reason());
        }
        return this;
    }

    /** A renewal is not news. */
    private void say(String about, String what) {
        if (!what.equals(said.put(about, what))) {
            getContext().getLog().info("port mapping: {}", what);
        }
    }

    private Behavior<Command> leave() {
        leaving = true;
        running.forEach(mapper -> mapper.tell(PortMapperActor.Stop.INSTANCE));
        return orEnd();
    }

    private Behavior<Command> onEnded(Ended ended) {
        running.remove(ended.mapper());
        return orEnd();
    }

    private Behavior<Command> orEnd() {
        return leaving && running.isEmpty() ? Behaviors.stopped() : this;
    }
}
