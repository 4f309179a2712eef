package io.bittern.net;

import static io.bittern.net.NetFixture.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UdpActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create();

    private final TestProbe<UdpActor.Event> events = testKit.createTestProbe();

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    private UdpActor.Bound bind(String address) {
        testKit.spawn(UdpActor.create(new InetSocketAddress(address, 0), events.ref()));
        return events.expectMessageClass(UdpActor.Bound.class, LONG);
    }

    private static TestProbe<UdpActor.Received> subscribe(UdpActor.Bound bound, Predicate<byte[]> wants) {
        TestProbe<UdpActor.Received> probe = testKit.createTestProbe(UdpActor.Received.class);
        bound.socket().tell(new UdpActor.Subscribe(datagram -> wants.test(datagram.payload()), probe.ref()));
        return probe;
    }

    private static void send(DatagramSocket raw, InetSocketAddress to, int... payload) throws IOException {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        raw.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static DatagramSocket raw(String address) throws IOException {
        var raw = new DatagramSocket(0, InetAddress.getByName(address));
        raw.setSoTimeout(10_000);
        return raw;
    }

    private static UdpActor.Datagram one(TestProbe<UdpActor.Received> subscriber, ActorRef<UdpActor.Command> socket) {
        List<UdpActor.Datagram> got = subscriber.receiveMessage(LONG).datagrams();
        assertThat(got).hasSize(1);
        socket.tell(new UdpActor.Next(subscriber.ref()));
        return got.get(0);
    }

    private void speaks(String address) throws IOException {
        UdpActor.Bound bound = bind(address);
        var subscriber = subscribe(bound, payload -> true);
        try (DatagramSocket raw = raw(address)) {
            var rawAddress = (InetSocketAddress) raw.getLocalSocketAddress();
            bound.socket().tell(new UdpActor.Send(rawAddress, new byte[] {1, 2, 3}));
            var packet = new DatagramPacket(new byte[100], 100);
            raw.receive(packet);
            assertThat(packet.getLength()).isEqualTo(3);
            assertThat(packet.getPort()).isEqualTo(bound.local().getPort());

            send(raw, bound.local(), 4, 5);
            UdpActor.Datagram got = one(subscriber, bound.socket());

            assertThat(got.from()).isEqualTo(rawAddress);
            assertThat(got.payload()).containsExactly(4, 5);
        }
        bound.socket().tell(UdpActor.Close.INSTANCE);
    }

    @Test
    void speaksIpv4() throws IOException {
        speaks("127.0.0.1");
    }

    @Test
    void speaksIpv6() throws IOException {
        boolean available;
        try (DatagramSocket probe = raw("::1")) {
            available = probe.isBound();
        } catch (IOException e) {
            available = false;
        }
        assumeTrue(available, "this machine has no IPv6");
        speaks("::1");
    }

    @Test
    void carriesTheLargestAndTheEmptyDatagram() throws IOException {
        UdpActor.Bound bound = bind("127.0.0.1");
        var subscriber = subscribe(bound, payload -> true);
        try (DatagramSocket raw = raw("127.0.0.1")) {
            send(raw, bound.local(), new int[65_507]);
            assertThat(one(subscriber, bound.socket()).payload()).hasSize(65_507);

            send(raw, bound.local());
            assertThat(one(subscriber, bound.socket()).payload()).isEmpty();
        }
    }

    @Test
    void givesADatagramToTheFirstThatWantsIt() throws IOException {
        UdpActor.Bound bound = bind("127.0.0.1");
        var dht = subscribe(bound, payload -> payload.length > 0 && payload[0] == 'd');
        var rest = subscribe(bound, payload -> true);
        try (DatagramSocket raw = raw("127.0.0.1")) {
            send(raw, bound.local(), 'd', 1);
            send(raw, bound.local(), 'x', 2);

            assertThat(one(dht, bound.socket()).payload()).containsExactly('d', 1);
            assertThat(one(rest, bound.socket()).payload()).containsExactly('x', 2);

            dht.stop();
            rest.awaitAssert(LONG, () -> {
                send(raw, bound.local(), 'd', 3);
                return rest.receiveMessage(Duration.ofMillis(200));
            });
        }
    }

    @Test
    void dropsWhatASlowSubscriberDoesNotTakeAndServesTheOthers() throws IOException {
        UdpActor.Bound bound = bind("127.0.0.1");
        var slow = subscribe(bound, payload -> payload[0] == 1);
        var quick = subscribe(bound, payload -> true);
        try (DatagramSocket raw = raw("127.0.0.1")) {
            send(raw, bound.local(), 1);
            assertThat(slow.receiveMessage(LONG).datagrams()).hasSize(1);
            for (int i = 0; i < 5 * UdpActor.WAITING; i++) {
                send(raw, bound.local(), 1);
                if (i % 16 == 0) { // in step with the actor, so that the kernel drops nothing
                    send(raw, bound.local(), 2);
                    one(quick, bound.socket());
                }
            }
            slow.expectNoMessage(Duration.ofMillis(100));

            bound.socket().tell(new UdpActor.Next(slow.ref()));

            assertThat(slow.receiveMessage(LONG).datagrams()).hasSize(UdpActor.WAITING);
            bound.socket().tell(new UdpActor.Next(slow.ref()));
            send(raw, bound.local(), 1);
            assertThat(slow.receiveMessage(LONG).datagrams()).hasSize(1);
        }
    }

    @Test
    void losesNothingInABurstThatIsTaken() throws IOException {
        UdpActor.Bound bound = bind("127.0.0.1");
        var subscriber = subscribe(bound, payload -> true);
        try (DatagramSocket raw = raw("127.0.0.1")) {
            for (int i = 0; i < 200; i++) {
                send(raw, bound.local(), i);
            }
            List<Byte> got = new ArrayList<>();
            while (got.size() < 200) {
                subscriber.receiveMessage(LONG).datagrams().forEach(datagram -> got.add(datagram.payload()[0]));
                bound.socket().tell(new UdpActor.Next(subscriber.ref()));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(got.get(i)).isEqualTo((byte) i);
            }
        }
    }

    @Test
    void survivesDatagramsThatCannotBeSent() throws IOException {
        UdpActor.Bound bound = bind("127.0.0.1");
        var subscriber = subscribe(bound, payload -> true);
        List.of(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new InetSocketAddress("255.255.255.255", 9),
                        InetSocketAddress.createUnresolved("a.test", 9),
                        new InetSocketAddress("2001:db8::1", 9))
                .forEach(to -> bound.socket().tell(new UdpActor.Send(to, new byte[] {1})));
        bound.socket().tell(new UdpActor.Send(bound.local(), new byte[100_000]));

        bound.socket().tell(new UdpActor.Send(bound.local(), new byte[] {7}));

        assertThat(one(subscriber, bound.socket()).payload()).containsExactly(7);
    }

    @Test
    void saysInOneLineThatAPortIsTaken() throws IOException {
        try (DatagramSocket taken = raw("127.0.0.1")) {
            testKit.spawn(UdpActor.create((InetSocketAddress) taken.getLocalSocketAddress(), events.ref()));

            assertThat(events.expectMessageClass(UdpActor.BindFailed.class, LONG)
                            .reason())
                    .isEqualTo("cannot use UDP on 127.0.0.1:" + taken.getLocalPort() + ": port taken");
        }
    }

    @Test
    void freesItsPortAndEndsItsThreadWhenClosed() {
        UdpActor.Bound bound = bind("127.0.0.1");
        String thread = "bittern-udp-" + bound.local().getPort();

        bound.socket().tell(UdpActor.Close.INSTANCE);

        events.awaitAssert(LONG, () -> {
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(t -> t.getName().equals(thread));
            try (var again = new DatagramSocket(bound.local())) {
                assertThat(again.isBound()).isTrue();
            }
            return true;
        });
    }
}
