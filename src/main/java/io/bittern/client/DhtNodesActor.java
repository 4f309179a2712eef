package io.bittern.client;

import io.bittern.dht.DhtActor;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.Family;
import io.bittern.dht.NodeId;
import io.bittern.dht.SavedNodes;
import io.bittern.net.UdpActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Keeps the nodes of the DHT alive, one for each address family, on one UDP socket: begins them at what was known last time,
 * and anew, after a rest, when one has failed.
 */
final class DhtNodesActor extends AbstractBehavior<DhtNodesActor.Command> {

    /** What it can be told. */
    sealed interface Command {}

    /** A torrent names nodes as {@code HOST:PORT} (BEP 5), to begin at while no other is known. */
    record Named(List<String> nodes) implements Command {}

    private record Suggest(List<InetSocketAddress> nodes) implements Command {}

    private record Opened(DhtSocketActor.Opened socket) implements Command {}

    private record Remembered(Map<Family, SavedNodes> saved) implements Command {}

    private record Routers(List<InetSocketAddress> addresses) implements Command {}

    private record FromNode(DhtEvent event) implements Command {}

    private record Down(Family family) implements Command {}

    private enum Time implements Command {
        TO_MINGLE,
        TO_REVIVE
    }

    /**
     * The nodes that live; said again when one of them has met others, or has failed.
     *
     * @param impliedPort whether they speak from the port on which we listen for peers
     */
    record Ready(Map<Family, ActorRef<DhtActor.Command>> nodes, boolean impliedPort) {}

    /** Before a node that has failed begins anew; doubled each time. */
    static final Duration FIRST_REST = Duration.ofSeconds(5);

    private static final Duration LONGEST_REST = Duration.ofMinutes(10);
    private static final Duration MINGLE_EVERY = Duration.ofMinutes(1);

    private final DhtParts parts;
    private final ActorRef<Ready> owner;
    private final Map<Family, ActorRef<DhtActor.Command>> nodes = new EnumMap<>(Family.class);
    private final Suggestions suggestions = new Suggestions();
    private List<InetSocketAddress> routers = List.of();
    private Optional<DhtSocketActor.Opened> socket = Optional.empty();
    private Duration rest = FIRST_REST;
    private boolean metOthers;

    static Behavior<Command> create(DhtParts parts, ActorRef<Ready> owner) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Time.TO_MINGLE, MINGLE_EVERY);
            return new DhtNodesActor(context, parts, owner);
        }));
    }

    private DhtNodesActor(ActorContext<Command> context, DhtParts parts, ActorRef<Ready> owner) {
        super(context);
        this.parts = parts;
        this.owner = owner;
        ActorRef<DhtSocketActor.Opened> opened = context.messageAdapter(DhtSocketActor.Opened.class, Opened::new);
        context.spawn(DhtSocketActor.create(parts.port(), parts.sockets(), opened), "socket");
        context.pipeToSelf(parts.routers(), (found, failed) -> new Routers(failed == null ? found : List.of()));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Opened.class, wrapped -> onSocket(wrapped.socket()))
                .onMessage(Remembered.class, remembered -> begin(remembered.saved()))
                .onMessage(Routers.class, this::onRouters)
                .onMessage(FromNode.class, wrapped -> onNode(wrapped.event()))
                .onMessage(Named.class, this::onNamed)
                .onMessage(Suggest.class, this::suggest)
                .onMessageEquals(Time.TO_MINGLE, this::mingle)
                .onMessage(Down.class, this::onDown)
                .onMessageEquals(Time.TO_REVIVE, this::remember)
                .build();
    }

    private Behavior<Command> onSocket(DhtSocketActor.Opened opened) {
        socket = Optional.of(opened);
        ActorRef<Command> self = getContext().getSelf();
        parts.introduce(opened.local(), node -> self.tell(new Suggest(List.of(node))));
        return remember();
    }

    private Behavior<Command> remember() {
        getContext()
                .pipeToSelf(parts.remembered(), (saved, failed) -> new Remembered(failed == null ? saved : Map.of()));
        return this;
    }

    private Behavior<Command> begin(Map<Family, SavedNodes> saved) {
        socket.ifPresent(opened -> {
            for (Family family : Family.values()) {
                nodes.computeIfAbsent(family, missing -> node(missing, saved, opened.socket()));
            }
        });
        return ready();
    }

    private ActorRef<DhtActor.Command> node(
            Family family, Map<Family, SavedNodes> saved, ActorRef<UdpActor.Command> udp) {
        SavedNodes known = saved.getOrDefault(family, new SavedNodes(NodeId.random(parts.random()), List.of()));
        ActorRef<DhtEvent> events = getContext().messageAdapter(DhtEvent.class, FromNode::new);
        var node = getContext().spawnAnonymous(parts.node(family, known.id(), udp, events));
        getContext().watchWith(node, new Down(family));
        node.tell(new DhtActor.Start(known.contacts(), routers));
        node.tell(new DhtActor.Suggest(suggestions.all()));
        return node;
    }

    private Behavior<Command> ready() {
        socket.ifPresent(opened -> owner.tell(new Ready(Map.copyOf(nodes), opened.impliedPort())));
        return this;
    }

    private Behavior<Command> onRouters(Routers found) {
        routers = found.addresses();
        nodes.values().forEach(node -> node.tell(new DhtActor.Start(List.of(), routers)));
        return this;
    }

    private Behavior<Command> onNode(DhtEvent event) {
        getContext().getLog().debug("DHT: {}", event);
        if (event instanceof DhtEvent.AddressLearned learned) {
            parts.external().says(DhtNodesActor.class, learned.address());
        }
        metOthers |= event instanceof DhtEvent.Bootstrapped;
        return event instanceof DhtEvent.Bootstrapped ? ready() : this;
    }

    private Behavior<Command> onNamed(Named named) {
        if (!metOthers) {
            getContext()
                    .pipeToSelf(
                            parts.resolver().apply(named.nodes()),
                            (found, failed) -> new Suggest(failed == null ? found : List.of()));
        }
        return this;
    }

    private Behavior<Command> suggest(Suggest suggest) {
        suggestions.add(suggest.nodes());
        nodes.values().forEach(node -> node.tell(new DhtActor.Suggest(suggest.nodes())));
        return this;
    }

    /**
     * Has each node tell the other whom it knows, for those who ask one for both families (BEP 32). While nobody is known,
     * whoever was suggested may not have heard us.
     */
    private Behavior<Command> mingle() {
        nodes.forEach((family, node) -> nodes.forEach((other, neighbour) -> {
            if (other != family) {
                node.tell(new DhtActor.Introduce(neighbour));
            }
        }));
        return metOthers ? this : suggest(new Suggest(suggestions.all()));
    }

    /** The log says why it failed. */
    private Behavior<Command> onDown(Down down) {
        nodes.remove(down.family());
        getContext().scheduleOnce(rest, getContext().getSelf(), Time.TO_REVIVE);
        rest = rest.compareTo(LONGEST_REST) < 0 ? rest.multipliedBy(2) : rest;
        return ready();
    }
}
