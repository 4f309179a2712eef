package io.bittern.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bittern.net.UdpActor;
import io.bittern.portmap.FakeGateway.Speaks;
import io.bittern.portmap.PortMapEvent.Mapped;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
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

    /** A gateway with sockets: one port for all that is UDP, and one for HTTP. */
    private static final class Station implements AutoCloseable {

        final FakeGateway gateway = new FakeGateway();
        final DatagramSocket udp = new DatagramSocket(0, LOOPBACK);
        final HttpServer http = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);

        Station(Set<Speaks> speaks) throws IOException {
            gateway.speaks.retainAll(speaks);
            gateway.location = "http://127.0.0.1:" + http.getAddress().getPort() + "/igd.xml";
            http.createContext("/", exchange -> {
                FakeGateway.Http answer;
                synchronized (gateway) {
                    String action = Optional.ofNullable(
                                    exchange.getRequestHeaders().getFirst("SOAPAction"))
                            .orElse("");
                    answer = gateway.http(
                            exchange.getRequestURI().getPath(),
                            action,
                            exchange.getRequestBody().readAllBytes());
                }
                exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
                exchange.getResponseBody().write(answer.body());
                exchange.close();
            });
            http.start();
            Thread thread = new Thread(this::serve, "gateway");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve() {
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                    udp.receive(packet);
                    Optional<byte[]> reply;
                    synchronized (gateway) {
                        reply = gateway.reply(Arrays.copyOf(packet.getData(), packet.getLength()));
                    }
                    if (reply.isPresent()) {
                        udp.send(new DatagramPacket(reply.get(), reply.get().length, packet.getSocketAddress()));
                    }
                }
            } catch (IOException closed) {
                return; // the test is over
            }
        }

        Set<String> mappings() {
            synchronized (gateway) {
                return Set.copyOf(gateway.mappings.keySet());
            }
        }

        PortMapperActor.Settings settings() {
            return new PortMapperActor.Settings(
                    new Route(Optional.of(LOOPBACK), LOOPBACK, 8),
                    6881,
                    udp.getLocalPort(),
                    new InetSocketAddress(LOOPBACK, udp.getLocalPort()),
                    SOCKETS,
                    System::nanoTime,
                    new Random(1));
        }

        @Override
        public void close() {
            udp.close();
            http.stop(0);
        }
    }

    @ParameterizedTest
    @EnumSource(Speaks.class)
    void mapsAndRemoves(Speaks language) throws Exception {
        try (Station station = new Station(EnumSet.of(language))) {
            TestProbe<PortMapEvent> listener = testKit.createTestProbe();
            var mapper = testKit.spawn(PortMapperActor.create(station.settings(), listener.ref()));

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
        try (Station station = new Station(EnumSet.of(Speaks.PCP))) {
            TestProbe<PortMapEvent> listener = testKit.createTestProbe();
            var mapper = testKit.spawn(PortMapperActor.create(station.settings(), listener.ref()));
            listener.expectMessageClass(Mapped.class, LONG);
            station.udp.close();

            mapper.tell(PortMapperActor.Stop.INSTANCE);

            listener.expectTerminated(mapper, LONG);
        }
    }

    @Test
    void aDescriptionWithoutEndIsGivenUp() throws Exception {
        try (Station station = new Station(EnumSet.of(Speaks.UPNP))) {
            station.gateway.description = "<root>" + " ".repeat(GatewayHttp.LARGEST) + "</root>";
            GatewayHttp http = new GatewayHttp();

            GatewayHttp.Reply reply = http.ask(
                            new Outbox.Question(1, java.net.URI.create(station.gateway.location), "", new byte[0]))
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

        testKit.spawn(PortMapperActor.create(settings, listener.ref()));

        assertThat(listener.receiveMessage(LONG)).isEqualTo(new PortMapEvent.Unavailable("no network"));
    }
}
