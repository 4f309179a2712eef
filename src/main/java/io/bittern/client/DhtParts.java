package io.bittern.client;

import io.bittern.dht.DhtActor;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.DhtSettings;
import io.bittern.dht.Family;
import io.bittern.dht.NodeId;
import io.bittern.dht.NodeMemory;
import io.bittern.dht.SavedNodes;
import io.bittern.net.ExternalAddress;
import io.bittern.net.UdpActor;
import io.bittern.peer.Introduction;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What the nodes of the DHT are made of.
 *
 * @param port where peers connect to us, once that is known
 * @param memory of each family, what to know again
 * @param routers addresses of nodes that are always there, looked up
 * @param resolver looks up {@code HOST:PORT}, and leaves out what it does not know
 * @param readOnly whether others are asked but not answered (BEP 43)
 * @param introduction hears what peers are to be told of the nodes
 * @param external hears by which addresses other nodes see us
 */
record DhtParts(
        CompletionStage<Integer> port,
        Sockets sockets,
        Function<Family, NodeMemory> memory,
        CompletionStage<List<InetSocketAddress>> routers,
        Function<List<String>, CompletionStage<List<InetSocketAddress>>> resolver,
        boolean readOnly,
        Consumer<Introduction.DhtNode> introduction,
        ExternalAddress external,
        LongSupplier nanoTime,
        RandomGenerator random) {

    /** Makes a UDP socket; port 0 is any. */
    @FunctionalInterface
    interface Sockets {
        Behavior<UdpActor.Command> bind(int port, ActorRef<UdpActor.Event> replyTo);
    }

    /** What is known of the last time, for each family of which something is. */
    CompletionStage<Map<Family, SavedNodes>> remembered() {
        CompletionStage<Map<Family, SavedNodes>> all = CompletableFuture.completedStage(new EnumMap<>(Family.class));
        for (Family family : Family.values()) {
            all = all.thenCombine(memory.apply(family).load(), (known, saved) -> {
                saved.ifPresent(nodes -> known.put(family, nodes));
                return known;
            });
        }
        return all;
    }

    /** Has peers told of the nodes at a port, and told of others by them; of one that would not answer they hear nothing. */
    void introduce(int port, Consumer<InetSocketAddress> others) {
        if (!readOnly) {
            introduction.accept(new Introduction.DhtNode(port, others));
        }
    }

    /** A node that begins with this id, and stops when it fails. */
    Behavior<DhtActor.Command> node(
            Family family, NodeId id, ActorRef<UdpActor.Command> socket, ActorRef<DhtEvent> events) {
        var life = new DhtActor.Parts(socket, events, memory.apply(family), nanoTime, random);
        DhtSettings settings = DhtSettings.usual(family).withReadOnly(readOnly);
        return Behaviors.supervise(DhtActor.create(life, id, settings)).onFailure(SupervisorStrategy.stop());
    }
}
