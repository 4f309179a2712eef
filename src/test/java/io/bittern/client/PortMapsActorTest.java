package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.ExternalAddress;
import io.bittern.net.ExternalPort;
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
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PortMapsActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final InetAddress OUTSIDE = new InetSocketAddress("192.0.2.7", 1).getAddress();
    private static final Route HOME = new Route(Optional.empty(), InetAddress.getLoopbackAddress(), 8);
    private static final Route CAFE = new Route(Optional.of(OUTSIDE), InetAddress.getLoopbackAddress(), 8);

    private final TestProbe<Route> stopped = testKit.createTestProbe();
    private final TestProbe<Asked> asked = testKit.createTestProbe();
    private final TestProbe<PortMapping> told = testKit.createTestProbe();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final ExternalAddress address = new ExternalAddress();
    private final ExternalPort external = new ExternalPort(() -> 6881);
    private volatile List<Route> routes = List.of(HOME);
    private final ActorRef<PortMapsActor.Command> maps = testKit.spawn(
            PortMapsActor.create(new Fake(), port, new PortMapsActor.Ears(address, external, told.ref()::tell), left));

    private record Asked(Route route, int port, Consumer<PortMapEvent> listener) {}

    /** A mapper that tells what it hears, and ends when it is told to. */
    private final class Fake implements PortMapsActor.Mappers {

        @Override
        public List<Route> routes() {
            return routes;
        }

        @Override
        public Behavior<PortMapperActor.Command> along(Route route, int at, Consumer<PortMapEvent> listener) {
            asked.ref().tell(new Asked(route, at, listener));
            return Behaviors.receiveMessage(command -> {
                stopped.ref().tell(route);
                return Behaviors.stopped();
            });
        }
    }

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    private Asked listens() {
        port.complete(6881);
        return asked.receiveMessage(LONG);
    }

    private static PortMapEvent.Mapped mapped(int at) {
        return new PortMapEvent.Mapped(Protocol.TCP, OUTSIDE, at, 0, "PCP");
    }

    /** The next piece of news; timers are set by messages that nobody sees, so time passes until it comes. */
    private PortMapping news() {
        return told.awaitAssert(() -> {
            time.timePasses(PortMapsActor.GATHER);
            return told.expectMessageClass(PortMapping.class, Duration.ofMillis(50));
        });
    }

    @Test
    void asksForThePortOnceItIsKnownAndTakesItBackAtTheEnd() throws Exception {
        asked.expectNoMessage(Duration.ofMillis(50));
        assertThat(listens().port()).isEqualTo(6881);

        maps.tell(PortMapsActor.Leave.INSTANCE);

        assertThat(stopped.receiveMessage(LONG)).isEqualTo(HOME);
        left.get(10, TimeUnit.SECONDS);
    }

    @Test
    void endsAtOnceWhereNothingWasAsked() throws Exception {
        maps.tell(PortMapsActor.Leave.INSTANCE);

        left.get(10, TimeUnit.SECONDS);
    }

    @Test
    void tellsWhatTheGatewayGivesAndTakes() {
        Asked gateway = listens();

        gateway.listener().accept(mapped(7881));
        assertThat(news().doors())
                .containsExactly(new PortMapping.Door("TCP", new InetSocketAddress(OUTSIDE, 7881), "PCP"));
        assertThat(external.announced()).isEqualTo(7881);

        gateway.listener().accept(new PortMapEvent.Unavailable("it has changed its mind"));
        assertThat(news().reason()).isEqualTo("it has changed its mind");
        assertThat(external.announced()).isEqualTo(6881);
    }

    @Test
    void whatTheGatewaySaysOfOurAddressIsOneVote() {
        listens().listener().accept(mapped(6881));
        news();
        assertThat(address.external(Inet4Address.class)).isEmpty();

        address.says("one", OUTSIDE);
        address.says("two", OUTSIDE);
        assertThat(address.external(Inet4Address.class)).contains(OUTSIDE);
    }

    @Test
    void asksAnotherGatewayWhenThisMachineHasMoved() {
        Asked home = listens();
        home.listener().accept(mapped(7881));
        news();

        routes = List.of(CAFE);
        time.timePasses(PortMapsActor.LOOK_EVERY);

        assertThat(stopped.receiveMessage(LONG)).isEqualTo(HOME);
        Asked cafe = asked.receiveMessage(LONG);
        assertThat(cafe.route()).isEqualTo(CAFE);
        assertThat(external.announced()).isEqualTo(6881);
        home.listener().accept(mapped(7881));
        cafe.listener().accept(mapped(9881));
        news();
        assertThat(external.announced()).isEqualTo(9881);
    }

    @Test
    void asksNobodyAgainWhileThisMachineStays() {
        listens();

        time.timePasses(PortMapsActor.LOOK_EVERY.multipliedBy(5));

        asked.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void saysOnceThatThereIsNobodyToAskAndLooksAgain() {
        routes = List.of();
        port.complete(6881);
        assertThat(news().gateways()).isZero();

        routes = List.of(HOME);
        time.timePasses(PortMapsActor.LOOK_EVERY);

        assertThat(asked.receiveMessage(LONG).route()).isEqualTo(HOME);
    }
}
