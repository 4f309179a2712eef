package io.bittern.client;

import io.bittern.lsd.LsdActor;
import io.bittern.net.ExternalAddress;
import io.bittern.net.Multicast;
import io.bittern.net.Resolver;
import io.bittern.net.UdpActor;
import io.bittern.portmap.PortMapEvent;
import io.bittern.portmap.PortMapperActor;
import io.bittern.portmap.Route;
import io.bittern.portmap.Routes;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
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
                                        DhtParts.lasting(context.getSystem(), shared, resolver, port, external), ready),
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
}
