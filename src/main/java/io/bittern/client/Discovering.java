package io.bittern.client;

import io.bittern.dht.Family;
import io.bittern.dht.NodeMemory;
import io.bittern.lsd.LsdActor;
import io.bittern.net.ExternalAddress;
import io.bittern.net.Multicast;
import io.bittern.net.Resolver;
import io.bittern.net.UdpActor;
import io.bittern.portmap.PortMapEvent;
import io.bittern.portmap.PortMapperActor;
import io.bittern.portmap.Route;
import io.bittern.portmap.Routes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
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
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Makes what finds peers without a tracker of what the settings allow. */
final class Discovering {

    private Discovering() {}

    static Behavior<DiscoveryActor.Command> with(
            ActorContext<?> context,
            Shared shared,
            Resolver resolver,
            CompletionStage<Integer> port,
            ExternalAddress external) {
        Settings.Discovery allowed = shared.settings().discovery();
        return DiscoveryActor.create(
                allowed.local() ? Optional.of(neighbourhood(shared)) : Optional.empty(),
                allowed.dht()
                        ? Optional.of(SeekerActor.create(
                                ready -> DhtNodesActor.create(
                                        dht(context.getSystem(), shared, resolver, port, external), ready),
                                shared.port(),
                                shared.nanoTime()))
                        : Optional.empty());
    }

    /** Asks the gateways of this machine. */
    static PortMapsActor.Mappers mappers(Shared shared) {
        Optional<String> bound = shared.settings().network().bindAddress();
        var sockets = new PortMapperActor.Sockets() {

            @Override
            public Behavior<UdpActor.Command> bind(InetSocketAddress local, ActorRef<UdpActor.Event> replyTo) {
                return UdpActor.create(local, replyTo);
            }

            @Override
            public Behavior<UdpActor.Command> join(InetSocketAddress group, ActorRef<UdpActor.Event> replyTo) {
                return UdpActor.join(group, Multicast.Interfaces.of(bound), replyTo);
            }
        };
        return new PortMapsActor.Mappers() {

            @Override
            public List<Route> routes() {
                return Routes.find(bound);
            }

            @Override
            public Behavior<PortMapperActor.Command> along(Route route, int port, Consumer<PortMapEvent> listener) {
                var settings = new PortMapperActor.Settings(
                        route,
                        port,
                        PortMapperActor.GATEWAY_PORT,
                        PortMapperActor.SSDP,
                        sockets,
                        shared.nanoTime(),
                        shared.random());
                return PortMapperActor.create(settings, listener);
            }
        };
    }

    private static LsdActor.Settings neighbourhood(Shared shared) {
        Multicast.Interfaces interfaces =
                Multicast.Interfaces.of(shared.settings().network().bindAddress());
        return new LsdActor.Settings(
                LsdActor.GROUPS,
                (group, replyTo) -> UdpActor.join(group, interfaces, replyTo),
                shared.port()::own,
                Long.toHexString(shared.random().nextLong()),
                shared.nanoTime());
    }

    private static DhtParts dht(
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

    static Function<Family, NodeMemory> memory(ActorSystem<?> system, Path stateDir) {
        Executor blocking = system.dispatchers().lookup(DispatcherSelector.fromConfig("bittern.blocking"));
        Map<Family, NodeMemory> memories = new EnumMap<>(Family.class);
        for (Family family : Family.values()) {
            memories.put(family, new DhtMemory(stateDir, family, blocking));
        }
        return memories::get;
    }

    static DhtParts.Sockets sockets(Settings.Network network) {
        return (port, replyTo) -> UdpActor.create(local(network, port), replyTo);
    }

    private static InetSocketAddress local(Settings.Network network, int port) {
        return network.bindAddress()
                .map(address -> new InetSocketAddress(address, port))
                .orElseGet(() -> new InetSocketAddress(port));
    }

    /** All addresses of all routers; those without a known name are left out. */
    static CompletionStage<List<InetSocketAddress>> routers(List<String> names, Resolver resolver) {
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
}
