package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.dht.Contact;
import io.bittern.dht.Family;
import io.bittern.dht.NodeId;
import io.bittern.dht.NodeMemory;
import io.bittern.dht.SavedNodes;
import io.bittern.net.ExternalAddress;
import io.bittern.net.UdpActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that fail by a bug. */
@Timeout(60)
class DhtRevivalTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final InetSocketAddress NODE = new InetSocketAddress("10.0.0.1", 6881);
    private static final InetSocketAddress SUGGESTED = new InetSocketAddress("10.0.0.2", 6881);
    private static final Contact KNOWN = new Contact(NodeId.random(new Random(9)), NODE);

    private final AtomicLong clock = new AtomicLong();
    private final TestProbe<DhtNodesActor.Ready> ready = testKit.createTestProbe();
    private final TestProbe<UdpActor.Command> socket = testKit.createTestProbe();
    private final Map<Family, SavedNodes> kept =
            new ConcurrentHashMap<>(Map.of(Family.IPV4, new SavedNodes(NodeId.random(new Random(7)), List.of(KNOWN))));

    private NodeMemory memory(Family family) {
        return new NodeMemory() {

            @Override
            public CompletionStage<Optional<SavedNodes>> load() {
                return CompletableFuture.completedStage(Optional.ofNullable(kept.get(family)));
            }

            @Override
            public void keep(SavedNodes nodes) {}

            @Override
            public void keepNow(SavedNodes nodes) {}
        };
    }

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    /** The next that subscribes to the socket for IPv4. */
    private UdpActor.Subscribe subscriber() {
        UdpActor.Command told = socket.receiveMessage();
        return told instanceof UdpActor.Subscribe subscribe
                        && subscribe.wants().test(new UdpActor.Datagram(NODE, new byte[] {'d', '1', ':', 'e'}))
                ? subscribe
                : subscriber();
    }

    private void sends(InetSocketAddress to) {
        UdpActor.Command told = socket.receiveMessage();
        if (!(told instanceof UdpActor.Send send && send.to().equals(to))) {
            sends(to);
        }
    }

    private static void fail(UdpActor.Subscribe node) {
        node.subscriber().tell(new UdpActor.Received(java.util.Collections.singletonList(null)));
    }

    @Test
    void beginsANodeAnewAfterARestThatGrows() {
        var nodes = testKit.spawn(DhtNodesActor.create(
                new DhtParts(
                        CompletableFuture.completedFuture(6881),
                        (port, replyTo) -> Behaviors.setup(context -> {
                            replyTo.tell(new UdpActor.Bound(new InetSocketAddress("0.0.0.0", port), socket.ref()));
                            return Behaviors.empty();
                        }),
                        this::memory,
                        CompletableFuture.completedFuture(List.of()),
                        names -> CompletableFuture.completedFuture(List.of(SUGGESTED)),
                        false,
                        introduced -> {},
                        new ExternalAddress(),
                        clock::get,
                        new Random(1)),
                ready.ref()));
        assertThat(ready.receiveMessage().nodes()).hasSize(2);
        UdpActor.Subscribe first = subscriber();
        sends(NODE);

        fail(first);
        assertThat(ready.receiveMessage().nodes()).hasSize(1);
        nodes.tell(new DhtNodesActor.Named(List.of("node.test:6881")));
        time.timePasses(DhtNodesActor.FIRST_REST);
        assertThat(ready.receiveMessage().nodes()).hasSize(2);
        UdpActor.Subscribe second = subscriber();
        sends(NODE);
        sends(SUGGESTED);

        fail(second);
        assertThat(ready.receiveMessage().nodes()).hasSize(1);
        time.timePasses(DhtNodesActor.FIRST_REST);
        ready.expectNoMessage(Duration.ZERO);
        time.timePasses(DhtNodesActor.FIRST_REST);
        assertThat(ready.receiveMessage().nodes()).hasSize(2);
    }
}
