package io.bittern.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.UdpActor;
import io.bittern.portmap.FakeGateway.Speaks;
import io.bittern.portmap.PortMapEvent.Mapped;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With real sockets, and a gateway on loopback. */
@Timeout(60)
class PortMapperActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create();
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static final PortMapperActor.Sockets SOCKETS = new PortMapperActor.Sockets() {
        @Override
        public Behavior<UdpActor.Command> bind(InetSocketAddress local, ActorRef<UdpActor.Event> replyTo) {
            return UdpActor.create(local, replyTo);
        }

        @Override
        public Behavior<UdpActor.Command> join(InetSocketAddress group, ActorRef<UdpActor.Event> replyTo) {
            replyTo.tell(new UdpActor.BindFailed("no groups here"));
            return Behaviors.stopped();
        }
    };

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    private static PortMapperActor.Settings settings(GatewayStation station) {
        return new PortMapperActor.Settings(
                new Route(Optional.of(LOOPBACK), LOOPBACK, 8),
                6881,
                station.port(),
                new InetSocketAddress(LOOPBACK, station.port()),
                SOCKETS,
                System::nanoTime,
                new Random(1));
    }

    private static GatewayStation station(Speaks language) throws IOException {
        return new GatewayStation(Set.of(language), LOOPBACK, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(Speaks.class)
    void mapsAndRemoves(Speaks language) throws Exception {
        try (GatewayStation station = station(language)) {
            TestProbe<PortMapEvent> listener = testKit.createTestProbe();
            var mapper = testKit.spawn(PortMapperActor.create(settings(station), listener.ref()::tell));

            List<Mapped> mapped = List.of(
                    listener.expectMessageClass(Mapped.class, LONG), listener.expectMessageClass(Mapped.class, LONG));
            assertThat(mapped).extracting(Mapped::protocol).containsExactlyInAnyOrder(Protocol.TCP, Protocol.UDP);
            assertThat(mapped).allMatch(each -> each.external().getHostAddress().equals("203.0.113.5"));
            assertThat(station.mappings()).containsExactlyInAnyOrder("TCP 6881", "UDP 6881");

            mapper.tell(PortMapperActor.Stop.INSTANCE);
            listener.expectTerminated(mapper, LONG);

            assertThat(station.mappings()).isEmpty();
        }
    }

    @Test
    void endsAlsoWhenTheGatewayIsSilentThen() throws Exception {
        try (GatewayStation station = station(Speaks.PCP)) {
            TestProbe<PortMapEvent> listener = testKit.createTestProbe();
            var mapper = testKit.spawn(PortMapperActor.create(settings(station), listener.ref()::tell));
            listener.expectMessageClass(Mapped.class, LONG);
            station.fallSilent();

            mapper.tell(PortMapperActor.Stop.INSTANCE);

            listener.expectTerminated(mapper, LONG);
        }
    }

    @Test
    void aDescriptionWithoutEndIsGivenUp() throws Exception {
        try (GatewayStation station = station(Speaks.UPNP)) {
            station.gateway().description = "<root>" + " ".repeat(GatewayHttp.LARGEST) + "</root>";
            GatewayHttp http = new GatewayHttp();

            GatewayHttp.Reply reply = http.ask(
                            new Outbox.Question(1, URI.create(station.gateway().location), "", new byte[0]))
                    .get();

            assertThat(reply.status()).isZero();
        }
    }

    @Test
    void saysSoWhenThereIsNoSocket() {
        TestProbe<PortMapEvent> listener = testKit.createTestProbe();
        var settings = new PortMapperActor.Settings(
                new Route(Optional.of(LOOPBACK), InetAddress.getLoopbackAddress(), 8),
                6881,
                5351,
                PortMapperActor.SSDP,
                new PortMapperActor.Sockets() {
                    @Override
                    public Behavior<UdpActor.Command> bind(InetSocketAddress local, ActorRef<UdpActor.Event> replyTo) {
                        replyTo.tell(new UdpActor.BindFailed("no network"));
                        return Behaviors.stopped();
                    }

                    @Override
                    public Behavior<UdpActor.Command> join(InetSocketAddress group, ActorRef<UdpActor.Event> replyTo) {
                        return Behaviors.stopped();
                    }
                },
                System::nanoTime,
                new Random(1));

        testKit.spawn(PortMapperActor.create(settings, listener.ref()::tell));

        assertThat(listener.receiveMessage(LONG)).isEqualTo(new PortMapEvent.Unavailable("no network"));
    }
}
