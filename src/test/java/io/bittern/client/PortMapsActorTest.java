package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.ExternalAddress;
import io.bittern.portmap.PortMapEvent;
import io.bittern.portmap.PortMapperActor;
import io.bittern.portmap.Protocol;
import io.bittern.portmap.Route;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PortMapsActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create();
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final InetAddress OUTSIDE = new InetSocketAddress("192.0.2.7", 1).getAddress();
    private static final Route ROUTE = new Route(Optional.empty(), InetAddress.getLoopbackAddress(), 8);

    private final TestProbe<PortMapperActor.Command> mapper = testKit.createTestProbe();
    private final TestProbe<Integer> ports = testKit.createTestProbe();
    private final TestProbe<ActorRef<PortMapEvent>> listeners = testKit.createTestProbe();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final ExternalAddress external = new ExternalAddress();
    private final ActorRef<PortMapsActor.Command> maps =
            testKit.spawn(PortMapsActor.create(new Fake(), port, external, left));

    /** A mapper that tells what it hears, and ends when it is told to. */
    private final class Fake implements PortMapsActor.Mappers {

        @Override
        public List<Route> routes() {
            return List.of(ROUTE);
        }

        @Override
        public Behavior<PortMapperActor.Command> along(Route route, int at, ActorRef<PortMapEvent> listener) {
            ports.ref().tell(at);
            listeners.ref().tell(listener);
            return Behaviors.receiveMessage(command -> {
                mapper.ref().tell(command);
                return Behaviors.stopped();
            });
        }
    }

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void asksForThePortOnceItIsKnownAndTakesItBackAtTheEnd() throws Exception {
        ports.expectNoMessage(Duration.ofMillis(50));
        port.complete(6881);
        assertThat(ports.receiveMessage(LONG)).isEqualTo(6881);

        maps.tell(PortMapsActor.Leave.INSTANCE);

        mapper.expectMessage(LONG, PortMapperActor.Stop.INSTANCE);
        left.get(10, TimeUnit.SECONDS);
    }

    @Test
    void endsAtOnceWhereNothingWasAsked() throws Exception {
        maps.tell(PortMapsActor.Leave.INSTANCE);

        left.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whatTheGatewaySaysOfOurAddressIsOneVote() throws Exception {
        port.complete(6881);
        ActorRef<PortMapEvent> listener = listeners.receiveMessage(LONG);

        listener.tell(new PortMapEvent.Mapped(Protocol.TCP, OUTSIDE, 6881, 0, "PCP"));
        listener.tell(new PortMapEvent.Unavailable("it has changed its mind"));
        maps.tell(PortMapsActor.Leave.INSTANCE);
        left.get(10, TimeUnit.SECONDS);

        assertThat(external.external(Inet4Address.class)).isEmpty();
    }
}
