package io.bittern.client;

import io.bittern.dht.Contact;
import io.bittern.dht.FakeMemory;
import io.bittern.dht.Family;
import io.bittern.dht.NodeId;
import io.bittern.dht.SavedNodes;
import io.bittern.net.ExternalAddress;
import io.bittern.net.UdpActor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What nodes are made of that can be made to fail by a bug; the one for IPv4 knows another node from the last time. */
final class FailingNodes {

    static final InetSocketAddress NODE = new InetSocketAddress("10.0.0.1", 6881);
    static final InetSocketAddress SUGGESTED = new InetSocketAddress("10.0.0.2", 6881);

    private static final Contact KNOWN = new Contact(NodeId.random(new Random(9)), NODE);
    private static final SavedNodes SAVED = new SavedNodes(NodeId.random(new Random(7)), List.of(KNOWN));

    private final AtomicLong clock = new AtomicLong();
    private final TestProbe<UdpActor.Command> socket;

    FailingNodes(ActorTestKit testKit) {
        this.socket = testKit.createTestProbe();
    }

    DhtParts parts() {
        return new DhtParts(
                CompletableFuture.completedFuture(6881),
                (port, replyTo) -> Behaviors.setup(context -> {
                    replyTo.tell(new UdpActor.Bound(new InetSocketAddress("0.0.0.0", port), socket.ref()));
                    return Behaviors.empty();
                }),
                family ->
                        new FakeMemory(family == Family.IPV4 ? Optional.of(SAVED) : Optional.empty(), forgotten -> {}),
                CompletableFuture.completedFuture(List.of()),
                names -> CompletableFuture.completedFuture(List.of(SUGGESTED)),
                false,
                introduced -> {},
                new ExternalAddress(),
                clock::get,
                new Random(1));
    }

    /** The next node for IPv4, by how it hears of packets. */
    UdpActor.Subscribe next() {
        UdpActor.Command told = socket.receiveMessage();
        return told instanceof UdpActor.Subscribe subscribe
                        && subscribe.wants().test(new UdpActor.Datagram(NODE, new byte[] {'d', '1', ':', 'e'}))
                ? subscribe
                : next();
    }

    /** Waits until this is asked there. */
    void awaitAsked(InetSocketAddress to, String method) {
        UdpActor.Command told = socket.receiveMessage();
        if (!(told instanceof UdpActor.Send send
                && send.to().equals(to)
                && new String(send.payload(), StandardCharsets.ISO_8859_1).contains(method))) {
            awaitAsked(to, method);
        }
    }

    static void fail(UdpActor.Subscribe node) {
        node.subscriber().tell(new UdpActor.Received(Collections.singletonList(null)));
    }
}
