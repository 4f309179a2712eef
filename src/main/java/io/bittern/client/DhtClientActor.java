package io.bittern.client;

import io.bittern.dht.Contact;
import io.bittern.dht.DhtActor;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.Family;
import io.bittern.dht.NodeId;
import io.bittern.dht.NodeMemory;
import io.bittern.dht.SavedNodes;
import io.bittern.dht.Wanted;
import io.bittern.net.ExternalAddress;
import io.bittern.net.Resolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/**
 * Nodes of the DHT for single questions, and whoever waits for the answers.
 *
 * <p>States: starting, asking.
 */
final class DhtClientActor {

    /** What it can be told. */
    sealed interface Command {}

    /** Searches in all address families. */
    record Search(Wanted wanted, Consumer<DhtEvent.OfSearch> listener, CompletableFuture<DhtClient.Outcome> result)
            implements Command {}

    /** Says which nodes are known, {@code answered} of which have answered before. */
    record Look(int answered, CompletableFuture<DhtClient.Neighbourhood> result) implements Command {}

    private record Routers(List<InetSocketAddress> addresses) implements Command {}

    private record Ready(DhtNodesActor.Ready news) implements Command {}

    /** The nodes that are known without where and who we were: another Bittern may be that at the moment. */
    private record OthersOnly(NodeMemory memory) implements NodeMemory {

        @Override
        public CompletionStage<Optional<SavedNodes>> load() {
            return memory.load()
                    .thenApply(saved ->
                            saved.map(nodes -> new SavedNodes(NodeId.random(new SecureRandom()), nodes.contacts())));
        }

        @Override
        public void keep(SavedNodes nodes) {}

        @Override
        public void keepNow(SavedNodes nodes) {}
    }

    private static final Duration RESOLVE = Duration.ofSeconds(10);
    private static final int MOST_WAITING = 1000;

    private final ActorContext<Command> context;
    private final StashBuffer<Command> early;
    private final Settings settings;

    static Behavior<Command> create(Settings settings) {
        return Behaviors.setup(context ->
                Behaviors.withStash(MOST_WAITING, early -> new DhtClientActor(context, early, settings).starting()));
    }

    private DhtClientActor(ActorContext<Command> context, StashBuffer<Command> early, Settings settings) {
        this.context = context;
        this.early = early;
        this.settings = settings;
    }

    private Behavior<Command> starting() {
        Resolver resolver = Resolver.system(context.getSystem(), RESOLVE);
        context.pipeToSelf(
                Discovering.routers(settings.discovery().dhtRouters(), resolver),
                (found, failed) -> new Routers(failed == null ? found : List.of()));
        return Behaviors.receive(Command.class)
                .onMessage(Routers.class, routers -> spawnNodes(routers.addresses()))
                .onMessage(Ready.class, ready -> early.unstashAll(asking(ready.news())))
                .onAnyMessage(command -> {
                    early.stash(command);
                    return Behaviors.same();
                })
                .build();
    }

    /** Once the routers are known, so that no search begins without them. */
    private Behavior<Command> spawnNodes(List<InetSocketAddress> routers) {
        Function<Family, NodeMemory> memory = Discovering.memory(context.getSystem(), settings.stateDir());
        var parts = new DhtParts(
                CompletableFuture.completedStage(settings.network().port()),
                Discovering.sockets(settings.network()),
                family -> new OthersOnly(memory.apply(family)),
                CompletableFuture.completedStage(routers),
                names -> CompletableFuture.completedStage(List.of()),
                settings.discovery().dhtReadOnly(),
                nobody -> {},
                new ExternalAddress(),
                System::nanoTime,
                new SecureRandom());
        context.spawn(
                DhtNodesActor.create(parts, context.messageAdapter(DhtNodesActor.Ready.class, Ready::new)), "nodes");
        return Behaviors.same();
    }

    private Behavior<Command> asking(DhtNodesActor.Ready dht) {
        List<ActorRef<DhtActor.Command>> nodes = List.copyOf(dht.nodes().values());
        return Behaviors.receive(Command.class)
                .onMessage(Ready.class, ready -> asking(ready.news()))
                .onMessage(Search.class, search -> {
                    var answers = context.spawnAnonymous(hearing(search, nodes.size(), List.of()));
                    nodes.forEach(node -> node.tell(new DhtActor.Search(search.wanted(), answers)));
                    return Behaviors.same();
                })
                .onMessage(Look.class, look -> {
                    var states = context.spawnAnonymous(counting(look, nodes.size(), List.of()));
                    nodes.forEach(node -> node.tell(new DhtActor.Report(states)));
                    return Behaviors.same();
                })
                .build();
    }

    /** Hears of one search, until it is over in all families. */
    private static Behavior<DhtEvent.OfSearch> hearing(Search search, int open, List<DhtEvent.Finished> over) {
        return Behaviors.receive(DhtEvent.OfSearch.class)
                .onMessage(DhtEvent.Finished.class, finished -> {
                    List<DhtEvent.Finished> now = and(over, finished);
                    if (now.size() < open) {
                        return hearing(search, open, now);
                    }
                    search.result().complete(outcome(now));
                    return Behaviors.stopped();
                })
                .onAnyMessage(found -> {
                    search.listener().accept(found);
                    return Behaviors.same();
                })
                .build();
    }

    private static DhtClient.Outcome outcome(List<DhtEvent.Finished> over) {
        return new DhtClient.Outcome(
                over.stream().mapToInt(DhtEvent.Finished::answered).sum(),
                over.stream().mapToInt(DhtEvent.Finished::stored).sum(),
                over.stream()
                        .flatMap(each -> each.swarm().stream())
                        .reduce((one, other) -> new DhtEvent.SwarmSize(
                                Math.max(one.seeds(), other.seeds()), Math.max(one.peers(), other.peers()))));
    }

    private static Behavior<DhtActor.State> counting(Look look, int open, List<DhtActor.State> told) {
        return Behaviors.receive(DhtActor.State.class)
                .onAnyMessage(state -> {
                    List<DhtActor.State> now = and(told, state);
                    if (now.size() < open) {
                        return counting(look, open, now);
                    }
                    look.result().complete(neighbourhood(look.answered(), now));
                    return Behaviors.stopped();
                })
                .build();
    }

    private static DhtClient.Neighbourhood neighbourhood(int answered, List<DhtActor.State> states) {
        List<Contact> nodes = states.stream()
                .flatMap(each -> each.saved().contacts().stream())
                .toList();
        Optional<InetAddress> address =
                states.stream().flatMap(each -> each.address().stream()).findFirst();
        long strangers =
                states.stream().mapToLong(each -> each.statistics().strangers()).sum();
        return new DhtClient.Neighbourhood(nodes, answered, address, strangers);
    }

    private static <T> List<T> and(List<T> some, T another) {
        return Stream.concat(some.stream(), Stream.of(another)).toList();
    }
}
