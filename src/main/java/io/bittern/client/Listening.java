package io.bittern.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Where peers can connect to us: the ports that are tried in turn. */
final class Listening {

    private Listening() {}

    /** Has the listener try the ports, and completes {@code port} with what it got, or with the failure. */
    static void start(
            ActorContext<?> context,
            ActorRef<ListenerActor.Command> listener,
            Settings.Network network,
            CompletableFuture<Integer> port) {
        List<InetSocketAddress> addresses;
        try {
            addresses = addresses(network);
        } catch (UnknownHostException unknown) {
            port.completeExceptionally(new ClientException(new Failure(
                    Failure.Kind.NETWORK,
                    "no such address to listen on: " + network.bindAddress().orElse(""))));
            return;
        }
        ActorRef<ListenerActor.Answer> answers = context.spawnAnonymous(Behaviors.receive(ListenerActor.Answer.class)
                .onMessage(ListenerActor.Listening.class, listening -> {
                    port.complete(listening.local().getPort());
                    return Behaviors.stopped();
                })
                .onMessage(ListenerActor.CannotListen.class, cannot -> {
                    port.completeExceptionally(new ClientException(new Failure(Failure.Kind.NETWORK, cannot.reason())));
                    return Behaviors.stopped();
                })
                .build());
        listener.tell(new ListenerActor.Listen(addresses, answers));
    }

    /** The addresses to try in turn; the last has any free port. */
    private static List<InetSocketAddress> addresses(Settings.Network network) throws UnknownHostException {
        InetAddress bind = network.bindAddress().isPresent()
                ? InetAddress.getByName(network.bindAddress().get())
                : new InetSocketAddress(0).getAddress();
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int next = 0; next < network.portsToTry() && network.port() > 0; next++) {
            if (network.port() + next <= 0xffff) {
                addresses.add(new InetSocketAddress(bind, network.port() + next));
            }
        }
        addresses.add(new InetSocketAddress(bind, 0));
        return addresses;
    }
}
