package io.bittern.client;

import io.bittern.lsd.LsdActor;
import io.bittern.net.Multicast;
import io.bittern.net.Resolver;
import io.bittern.net.UdpActor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Makes what finds peers without a tracker of what the settings allow. */
final class Discovering {

    private Discovering() {}

    static Behavior<DiscoveryActor.Command> with(
            ActorContext<?> context, Shared shared, Resolver resolver, CompletionStage<Integer> port) {
        Settings.Discovery allowed = shared.settings().discovery();
        return DiscoveryActor.create(
                allowed.local() ? Optional.of(neighbourhood(shared)) : Optional.empty(),
                allowed.dht()
                        ? Optional.of(SeekerActor.create(
                                ready -> DhtNodesActor.create(dht(context.getSystem(), shared, resolver, port), ready),
                                shared.nanoTime()))
                        : Optional.empty());
    }

    private static LsdActor.Settings neighbourhood(Shared shared) {
        Multicast.Interfaces interfaces =
                Multicast.Interfaces.of(shared.settings().network().bindAddress());
        return new LsdActor.Settings(
                LsdActor.GROUPS,
                (group, replyTo) -> UdpActor.join(group, interfaces, replyTo),
                shared.port(),
                Long.toHexString(shared.random().nextLong()),
                shared.nanoTime());
    }

    private static DhtNodesActor.Parts dht(
            ActorSystem<?> system, Shared shared, Resolver resolver, CompletionStage<Integer> port) {
        Settings settings = shared.settings();
        return new DhtNodesActor.Parts(
                port,
                sockets(settings.network()),
                new DhtMemory(
                        settings.stateDir(),
                        system.dispatchers().lookup(DispatcherSelector.fromConfig("bittern.blocking"))),
                routers(settings.discovery().dhtRouters(), resolver),
                settings.discovery().dhtReadOnly(),
                shared.nanoTime(),
                shared.random());
    }

    static DhtNodesActor.Sockets sockets(Settings.Network network) {
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
