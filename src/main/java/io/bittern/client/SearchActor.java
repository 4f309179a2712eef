package io.bittern.client;

import io.bittern.dht.DhtActor;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** One search of the DHT in all address families, until it is over in the last, or a node fails. Stopping it ends the search. */
final class SearchActor extends AbstractBehavior<DhtEvent.OfSearch> {

    /**
     * A search is over.
     *
     * @param whole whether it is in all families; if not, a node has failed by a bug of ours, or there is none
     * @param found whether anything was found
     * @param ends of the families in which it is over
     */
    record Over(ActorRef<DhtEvent.OfSearch> search, boolean whole, boolean found, List<DhtEvent.Finished> ends) {}

    private final int nodes;
    private final Consumer<DhtEvent.OfSearch> listener;
    private final Consumer<Over> over;
    private final List<DhtEvent.Finished> ends = new ArrayList<>();
    private boolean found;

    /**
     * Begins to search.
     *
     * @param nodes the node of each family, with what is wanted of it
     * @param listener hears of what is found
     * @param over hears of the end, unless the search is stopped before; as the listener, called by this actor
     */
    static Behavior<DhtEvent.OfSearch> create(
            Map<ActorRef<DhtActor.Command>, Wanted> nodes, Consumer<DhtEvent.OfSearch> listener, Consumer<Over> over) {
        return Behaviors.setup(context -> {
            if (nodes.isEmpty()) {
                over.accept(new Over(context.getSelf(), false, false, List.of()));
                return Behaviors.stopped();
            }
            nodes.forEach((node, wanted) -> {
                context.watch(node);
                node.tell(new DhtActor.Search(wanted, context.getSelf()));
            });
            return new SearchActor(context, nodes.size(), listener, over);
        });
    }

    private SearchActor(
            ActorContext<DhtEvent.OfSearch> context,
            int nodes,
            Consumer<DhtEvent.OfSearch> listener,
            Consumer<Over> over) {
        super(context);
        this.nodes = nodes;
        this.listener = listener;
        this.over = over;
    }

    @Override
    public Receive<DhtEvent.OfSearch> createReceive() {
        return newReceiveBuilder()
                .onMessage(DhtEvent.Finished.class, this::onFinished)
                .onAnyMessage(this::onFound)
                .onSignal(Terminated.class, failed -> end(false))
                .build();
    }

    private Behavior<DhtEvent.OfSearch> onFound(DhtEvent.OfSearch news) {
        found = true;
        listener.accept(news);
        return this;
    }

    private Behavior<DhtEvent.OfSearch> onFinished(DhtEvent.Finished finished) {
        ends.add(finished);
        return ends.size() < nodes ? this : end(true);
    }

    private Behavior<DhtEvent.OfSearch> end(boolean whole) {
        over.accept(new Over(getContext().getSelf(), whole, found, List.copyOf(ends)));
        return Behaviors.stopped();
    }
}
