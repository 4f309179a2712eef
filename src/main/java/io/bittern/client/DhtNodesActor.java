package io.bittern.client;

import io.bittern.dht.Contact;
import io.bittern.dht.DhtActor;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.DhtSettings;
import io.bittern.dht.Family;
import io.bittern.dht.NodeId;
import io.bittern.dht.SavedNodes;
import io.bittern.net.ExternalAddress;
import io.bittern.net.UdpActor;
import io.bittern.peer.PeerActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Brings the nodes of the DHT to life, one for each address family, on one UDP socket with the number of the port where peers connect. */
final class DhtNodesActor extends AbstractBehavior<DhtNodesActor.Command> {

    /** What it tells itself. */
    sealed interface Command {}

    private record Suggest(InetSocketAddress node) implements Command {}

    private record Listens(int port) implements Command {}

    private record FromSocket(UdpActor.Event event) implements Command {}

    private record Remembered(ActorRef<UdpActor.Command> socket, Map<Family, SavedNodes> saved) implements Command {}

    private record Routers(List<InetSocketAddress> addresses) implements Command {}

    private record FromNode(DhtEvent event) implements Command {}

    private record Down(Family family) implements Command {}

    private enum Mingle implements Command {
        INSTANCE
    }

    private enum Useless implements Command {
        INSTANCE
    }

    /**
     * The nodes that live; said again when one of them has met others, or has failed.
     *
     * @param impliedPort whether they speak from the port on which we listen for peers
     */
    record Ready(Map<Family, ActorRef<DhtActor.Command>> nodes, boolean impliedPort) {}

    /**
     * What it is made of.
     *
     * @param port where peers connect to us, once that is known
     * @param routers addresses of nodes that are always there, looked up
     * @param readOnly whether others are asked but not answered (BEP 43)
     * @param introduction hears what peers are to be told of the nodes
     * @param external hears by which addresses other nodes see us
     */
    record Parts(
            CompletionStage<Integer> port,
            Sockets socket,
            Memory memory,
            CompletionStage<List<InetSocketAddress>> routers,
            boolean readOnly,
            Consumer<PeerActor.DhtNode> introduction,
            ExternalAddress external,
            LongSupplier nanoTime,
            RandomGenerator random) {}

    /** Makes a UDP socket; port 0 is any. */
    @FunctionalInterface
    interface Sockets {
        Behavior<UdpActor.Command> bind(int port, ActorRef<UdpActor.Event> replyTo);
    }

    /** The nodes of the last time. */
    interface Memory {

        CompletionStage<Map<Family, SavedNodes>> load();

        void save(Family family, SavedNodes nodes);
    }

    /** Between two times that the nodes hear of each other's neighbours. */
    static final Duration MINGLE_EVERY = Duration.ofMinutes(1);

    private final Parts parts;
    private final ActorRef<Ready> owner;
    private final Map<Family, ActorRef<DhtActor.Command>> nodes = new EnumMap<>(Family.class);
    private List<InetSocketAddress> routers = List.of();
    private boolean impliedPort = true;

    static Behavior<Command> create(Parts parts, ActorRef<Ready> owner) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Mingle.INSTANCE, MINGLE_EVERY);
            return new DhtNodesActor(context, parts, owner);
        }));
    }

    private DhtNodesActor(ActorContext<Command> context, Parts parts, ActorRef<Ready> owner) {
        super(context);
        this.parts = parts;
        this.owner = owner;
        context.pipeToSelf(parts.port(), (found, failed) -> failed == null ? new Listens(found) : Useless.INSTANCE);
        context.pipeToSelf(parts.routers(), (found, failed) -> failed == null ? new Routers(found) : Useless.INSTANCE);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Listens.class, this::onListens)
                .onMessage(FromSocket.class, wrapped -> onSocket(wrapped.event()))
                .onMessage(Remembered.class, this::start)
                .onMessage(Routers.class, this::onRouters)
                .onMessage(FromNode.class, wrapped -> onNode(wrapped.event()))
                .onMessage(Suggest.class, this::suggest)
                .onMessageEquals(Mingle.INSTANCE, this::mingle)
                .onMessage(Down.class, this::onDown)
                .onMessageEquals(Useless.INSTANCE, () -> this)
                .build();
    }

    private Behavior<Command> onListens(Listens listens) {
        return bind(listens.port());
    }

    private Behavior<Command> bind(int at) {
        ActorRef<UdpActor.Event> events = getContext().messageAdapter(UdpActor.Event.class, FromSocket::new);
        getContext().spawnAnonymous(parts.socket().bind(at, events));
        return this;
    }

    private Behavior<Command> onSocket(UdpActor.Event event) {
        if (event instanceof UdpActor.Bound bound) {
            introduce(bound.local().getPort());
            getContext()
                    .pipeToSelf(
                            parts.memory().load(),
                            (saved, failed) -> new Remembered(bound.socket(), failed == null ? saved : Map.of()));
        } else if (event instanceof UdpActor.BindFailed failed) {
            getContext()
                    .getLog()
                    .info("DHT: {}; {}", failed.reason(), impliedPort ? "another port is used" : "it is off");
            return impliedPort ? bindAnywhere() : this;
        }
        return this;
    }

    /** Peers hear nothing of a node that would not answer them. */
    private void introduce(int udpPort) {
        ActorRef<Command> self = getContext().getSelf();
        if (!parts.readOnly()) {
            parts.introduction().accept(new PeerActor.DhtNode(udpPort, node -> self.tell(new Suggest(node))));
        }
    }

    private Behavior<Command> bindAnywhere() {
        impliedPort = false;
        return bind(0);
    }

    private Behavior<Command> start(Remembered remembered) {
        ActorRef<DhtEvent> events = getContext().messageAdapter(DhtEvent.class, FromNode::new);
        for (Family family : Family.values()) {
            Optional<SavedNodes> saved = Optional.ofNullable(remembered.saved().get(family));
            NodeId id = saved.map(SavedNodes::id).orElseGet(() -> NodeId.random(parts.random()));
            var node = getContext()
                    .spawn(
                            Behaviors.supervise(DhtActor.create(
                                            remembered.socket(),
                                            id,
                                            DhtSettings.usual(family).withReadOnly(parts.readOnly()),
                                            events,
                                            nodes -> parts.memory().save(family, nodes),
                                            parts.nanoTime(),
                                            parts.random()))
                                    .onFailure(SupervisorStrategy.stop()),
                            "dht-" + family);
            List<Contact> contacts = saved.map(SavedNodes::contacts).orElse(List.of());
            node.tell(new DhtActor.Start(contacts, routers));
            getContext().watchWith(node, new Down(family));
            nodes.put(family, node);
        }
        return ready();
    }

    private Behavior<Command> ready() {
        owner.tell(new Ready(Map.copyOf(nodes), impliedPort));
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
        return event instanceof DhtEvent.Bootstrapped ? ready() : this;
    }

    private Behavior<Command> suggest(Suggest suggest) {
        nodes.values().forEach(node -> node.tell(new DhtActor.Suggest(suggest.node())));
        return this;
    }

    /** Has each node tell the other whom it knows, for those who ask one for both families (BEP 32). */
    private Behavior<Command> mingle() {
        for (ActorRef<DhtActor.Command> node : nodes.values()) {
            nodes.values().stream()
                    .filter(other -> !other.equals(node))
                    .forEach(other -> node.tell(new DhtActor.Introduce(other)));
        }
        return this;
    }

    /** The log says why. */
    private Behavior<Command> onDown(Down down) {
        nodes.remove(down.family());
        return ready();
    }
}
