package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.dht.Contact;
import io.bittern.dht.FakeMemory;
import io.bittern.dht.Family;
import io.bittern.dht.NodeId;
import io.bittern.dht.NodeMemory;
import io.bittern.dht.SavedNodes;
import io.bittern.net.ExternalAddress;
import io.bittern.net.UdpActor;
import io.bittern.peer.Introduction;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes of two clients on loopback, by real sockets. */
@Timeout(60)
class DhtNodesActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create();
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final AtomicLong NUMBERS = new AtomicLong(100);

    /** One client with its nodes. */
    private static final class Client {

        private record Saved(Family family, SavedNodes nodes) {}

        /** Equal seeds would give equal ids. */
        private final long number = NUMBERS.incrementAndGet();

        final TestProbe<DhtNodesActor.Ready> ready = testKit.createTestProbe();
        final TestProbe<Introduction.DhtNode> introduced = testKit.createTestProbe();
        final TestProbe<Integer> bound = testKit.createTestProbe();
        final TestProbe<Saved> saved = testKit.createTestProbe();
        final Map<String, InetSocketAddress> named = new HashMap<>();
        Map<Family, SavedNodes> remembered = Map.of();
        DhtParts.Sockets sockets = Client::bind;

        ActorRef<DhtNodesActor.Command> start(int port, List<InetSocketAddress> routers) {
            DhtParts.Sockets watched = (at, replyTo) -> {
                bound.ref().tell(at);
                return sockets.bind(at, replyTo);
            };
            return testKit.spawn(DhtNodesActor.create(
                    new DhtParts(
                            CompletableFuture.completedFuture(port),
                            watched,
                            this::memory,
                            CompletableFuture.completedFuture(routers),
                            names -> CompletableFuture.completedFuture(
                                    names.stream().map(named::get).toList()),
                            false,
                            introduced.ref()::tell,
                            new ExternalAddress(),
                            System::nanoTime,
                            new Random(number)),
                    ready.ref()));
        }

        /** Starts at any port; the address of its nodes. */
        InetSocketAddress start() {
            start(0, List.of());
            ready.receiveMessage(LONG);
            return local(introduced.receiveMessage(LONG).port());
        }

        static Behavior<UdpActor.Command> bind(int port, ActorRef<UdpActor.Event> replyTo) {
            return UdpActor.create(local(port), replyTo);
        }

        private NodeMemory memory(Family family) {
            return new FakeMemory(
                    Optional.ofNullable(remembered.get(family)),
                    nodes -> saved.ref().tell(new Saved(family, nodes)));
        }

        List<Contact> savedNodes() {
            for (Saved one = saved.receiveMessage(LONG); ; one = saved.receiveMessage(LONG)) {
                if (one.family() == Family.IPV4) {
                    return one.nodes().contacts();
                }
            }
        }
    }

    private final Client client = new Client();

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void livesAtThePortWherePeersConnect() {
        client.sockets = (port, replyTo) -> Behaviors.setup(context -> {
            replyTo.tell(new UdpActor.Bound(local(port), context.getSelf()));
            return Behaviors.ignore();
        });

        client.start(7000, List.of());

        client.bound.expectMessage(LONG, 7000);
        assertThat(client.introduced.receiveMessage(LONG).port()).isEqualTo(7000);
        DhtNodesActor.Ready ready = client.ready.receiveMessage(LONG);
        assertThat(ready.nodes()).hasSize(Family.values().length);
        assertThat(ready.impliedPort()).isTrue();
    }

    @Test
    void livesAtAnotherPortWhenThatOneIsTaken() {
        client.sockets = (port, replyTo) -> Behaviors.setup(context -> {
            replyTo.tell(
                    port == 7000
                            ? new UdpActor.BindFailed("taken")
                            : new UdpActor.Bound(local(7001), context.getSelf()));
            return Behaviors.ignore();
        });

        client.start(7000, List.of());

        client.bound.expectMessage(LONG, 7000);
        client.bound.expectMessage(LONG, 0);
        assertThat(client.introduced.receiveMessage(LONG).port()).isEqualTo(7001);
        DhtNodesActor.Ready ready = client.ready.receiveMessage(LONG);
        assertThat(ready.impliedPort()).isFalse();
    }

    @Test
    void beginsAtARouterAndKeepsWhomItHasMet() {
        InetSocketAddress other = new Client().start();

        ActorRef<DhtNodesActor.Command> nodes = client.start(0, List.of(other));
        client.ready.receiveMessage(LONG);
        client.ready.receiveMessage(LONG);
        testKit.stop(nodes);

        assertThat(client.savedNodes()).extracting(Contact::address).containsExactly(other);
    }

    @Test
    void beginsAtTheNodesOfTheLastTime() {
        InetSocketAddress other = new Client().start();
        Contact known = new Contact(NodeId.random(new Random(2)), other);
        client.remembered = Map.of(Family.IPV4, new SavedNodes(NodeId.random(new Random(3)), List.of(known)));

        ActorRef<DhtNodesActor.Command> nodes = client.start(0, List.of());
        client.ready.receiveMessage(LONG);
        client.ready.receiveMessage(LONG);
        testKit.stop(nodes);

        assertThat(client.savedNodes()).extracting(Contact::address).containsExactly(other);
    }

    @Test
    void meetsTheNodeThatAPeerSpeaksOf() {
        InetSocketAddress other = new Client().start();
        client.start(0, List.of());
        client.ready.receiveMessage(LONG);

        client.introduced.receiveMessage(LONG).others().accept(other);

        assertThat(client.ready.receiveMessage(LONG).nodes()).isNotEmpty();
    }

    @Test
    void meetsTheNodesThatATorrentNames() {
        client.named.put("node.test:6881", new Client().start());
        ActorRef<DhtNodesActor.Command> nodes = client.start(0, List.of());

        nodes.tell(new DhtNodesActor.Named(List.of("node.test:6881"))); // perhaps before there is a node

        client.ready.receiveMessage(LONG);
        client.ready.receiveMessage(LONG);
        testKit.stop(nodes);
        assertThat(client.savedNodes()).extracting(Contact::address).containsAll(client.named.values());
    }
}
