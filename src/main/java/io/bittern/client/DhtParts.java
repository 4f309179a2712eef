package io.bittern.client;

import io.bittern.dht.DhtActor;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.DhtSettings;
import io.bittern.dht.Family;
import io.bittern.dht.NodeId;
import io.bittern.dht.NodeMemory;
import io.bittern.dht.SavedNodes;
import io.bittern.net.ExternalAddress;
import io.bittern.net.Resolver;
import io.bittern.net.UdpActor;
import io.bittern.peer.Introduction;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
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

    private static final Duration RESOLVE = Duration.ofSeconds(10);

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

    /** Nodes that announce torrents, and remember whom they have met. */
    static DhtParts lasting(
            ActorSystem<?> system,
            Shared shared,
            Resolver resolver,
            CompletionStage<Integer> port,
            ExternalAddress external) {
        Settings settings = shared.settings();
        return new DhtParts(
                port,
                sockets(settings.network()),
                memory(system, settings.stateDir()),
                routers(settings.discovery().dhtRouters(), resolver),
                names -> routers(names, resolver),
                settings.discovery().dhtReadOnly(),
                shared.node()::set,
                external,
                shared.nanoTime(),
                shared.random());
    }

    /** Nodes for single questions, once the routers are looked up: they remember nothing. */
    static CompletionStage<DhtParts> single(ActorSystem<?> system, Settings settings) {
        Function<Family, NodeMemory> memory = memory(system, settings.stateDir());
        return routers(settings.discovery().dhtRouters(), Resolver.system(system, RESOLVE))
                .thenApply(routers -> new DhtParts(
                        CompletableFuture.completedStage(settings.network().port()),
                        sockets(settings.network()),
                        family -> new OthersOnly(memory.apply(family)),
                        CompletableFuture.completedStage(routers),
                        names -> CompletableFuture.completedStage(List.of()),
                        settings.discovery().dhtReadOnly(),
                        nobody -> {},
                        new ExternalAddress(),
                        System::nanoTime,
                        new SecureRandom()));
    }

    private static Function<Family, NodeMemory> memory(ActorSystem<?> system, Path stateDir) {
        Executor blocking = system.dispatchers().lookup(DispatcherSelector.fromConfig("bittern.blocking"));
        Map<Family, NodeMemory> memories = new EnumMap<>(Family.class);
        for (Family family : Family.values()) {
            memories.put(family, new DhtMemory(stateDir, family, blocking));
        }
        return memories::get;
    }

    private static Sockets sockets(Settings.Network network) {
        return (port, replyTo) -> UdpActor.create(local(network, port), replyTo);
    }

    private static InetSocketAddress local(Settings.Network network, int port) {
        return network.bindAddress()
                .map(address -> new InetSocketAddress(address, port))
                .orElseGet(() -> new InetSocketAddress(port));
    }

    /** All addresses of all routers; those without a known name are left out. */
    private static CompletionStage<List<InetSocketAddress>> routers(List<String> names, Resolver resolver) {
        CompletableFuture<List<InetSocketAddress>> all = CompletableFuture.completedFuture(List.of());
        for (String name : names) {
            int colon = name.lastIndexOf(':');
            int port = Integer.parseInt(name.substring(colon + 1)) & 0xffff;
            String host = name.substring(0, colon).replaceAll("[\\[\\]]", "");
            CompletionStage<List<InetAddress>> found = resolver.resolve(host).exceptionally(unknown -> List.of());
            all = all.thenCombine(found, (before, addresses) -> {
                List<InetSocketAddress> more = new ArrayList<>(before);
                addresses.forEach(address -> more.add(new InetSocketAddress(address, port)));
                return List.copyOf(more);
            });
        }
        return all;
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
