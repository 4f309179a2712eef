package io.bittern.client;

import io.bittern.dht.Contact;
import io.bittern.dht.DhtActor;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.Wanted;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
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

    private record Made(DhtParts parts) implements Command {}

    private record Ready(DhtNodesActor.Ready news) implements Command {}

    private static final int MOST_WAITING = 1000;

    private final ActorContext<Command> context;
    private final StashBuffer<Command> early;

    /** @param parts of the nodes, once those are known by whom no search begins without */
    static Behavior<Command> create(Function<ActorSystem<?>, CompletionStage<DhtParts>> parts) {
        return Behaviors.setup(context -> Behaviors.withStash(
                MOST_WAITING, early -> new DhtClientActor(context, early).starting(parts.apply(context.getSystem()))));
    }

    private DhtClientActor(ActorContext<Command> context, StashBuffer<Command> early) {
        this.context = context;
        this.early = early;
    }

    private Behavior<Command> starting(CompletionStage<DhtParts> parts) {
        context.pipeToSelf(parts, (made, failed) -> new Made(made));
        return Behaviors.receive(Command.class)
                .onMessage(Made.class, made -> spawnNodes(made.parts()))
                .onMessage(Ready.class, ready -> early.unstashAll(asking(ready.news())))
                .onAnyMessage(command -> {
                    early.stash(command);
                    return Behaviors.same();
                })
                .build();
    }

    private Behavior<Command> spawnNodes(DhtParts parts) {
        context.spawn(
                DhtNodesActor.create(parts, context.messageAdapter(DhtNodesActor.Ready.class, Ready::new)), "nodes");
        return Behaviors.same();
    }

    private Behavior<Command> asking(DhtNodesActor.Ready dht) {
        Set<ActorRef<DhtActor.Command>> nodes = Set.copyOf(dht.nodes().values());
        return Behaviors.receive(Command.class)
                .onMessage(Ready.class, ready -> asking(ready.news()))
                .onMessage(Search.class, search -> {
                    Map<ActorRef<DhtActor.Command>, Wanted> wanted = new HashMap<>();
                    nodes.forEach(node -> wanted.put(node, search.wanted()));
                    context.spawnAnonymous(
                            SearchActor.create(wanted, search.listener(), over -> answer(search.result(), over)));
                    return Behaviors.same();
                })
                .onMessage(Look.class, look -> {
                    context.spawnAnonymous(looking(look, nodes));
                    return Behaviors.same();
                })
                .build();
    }

    private static void answer(CompletableFuture<DhtClient.Outcome> result, SearchActor.Over over) {
        if (over.whole()) {
            result.complete(outcome(over.ends()));
        } else {
            fail(result);
        }
    }

    private static void fail(CompletableFuture<?> result) {
        result.completeExceptionally(new ClientException(
                new Failure(Failure.Kind.INTERNAL, "the node of the DHT failed; the log says why")));
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

    private static Behavior<DhtActor.State> looking(Look look, Set<ActorRef<DhtActor.Command>> nodes) {
        return Behaviors.setup(context -> {
            nodes.forEach(context::watch);
            nodes.forEach(node -> node.tell(new DhtActor.Report(context.getSelf())));
            return counting(look, nodes.size(), List.of());
        });
    }

    private static Behavior<DhtActor.State> counting(Look look, int nodes, List<DhtActor.State> told) {
        if (told.size() == nodes) {
            look.result().complete(neighbourhood(look.answered(), told));
            return Behaviors.stopped();
        }
        return Behaviors.receive(DhtActor.State.class)
                .onAnyMessage(state -> counting(look, nodes, and(told, state)))
                .onSignal(Terminated.class, failed -> {
                    fail(look.result());
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
