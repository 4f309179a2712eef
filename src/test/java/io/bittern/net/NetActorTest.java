package io.bittern.net;

import static io.bittern.net.NetFixture.LONG;
import static io.bittern.net.NetFixture.closed;
import static io.bittern.net.NetFixture.opened;
import static io.bittern.net.NetFixture.slots;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class NetActorTest {

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Test
    void givesAcceptedLinksToTheAcceptor() throws Exception {
        try (var fixture = new NetFixture()) {
            var acceptor = fixture.probe();
            InetSocketAddress local = fixture.listen(acceptor, fixture.testKit.createTestProbe());

            try (Socket raw = connect(local)) {
                Link.Opened opened = opened(acceptor);
                assertThat(opened.remote().getPort()).isEqualTo(raw.getLocalPort());
                assertThat(opened.local()).isEqualTo(local);

                raw.getOutputStream().write(42);
                opened.link().tell(Link.Read.INSTANCE);
                Bytes bytes = acceptor.expectMessageClass(Link.Received.class).bytes();
                assertThat(bytes.array()[bytes.offset()]).isEqualTo((byte) 42);
            }
        }
    }

    @Test
    void holdsNoMoreConnectionsThanSlotsWhateverComes() throws Exception {
        List<SocketChannel> crowd = new ArrayList<>();
        try (var fixture = new NetFixture(slots(50))) {
            var acceptor = fixture.probe();
            InetSocketAddress local = fixture.listen(acceptor, fixture.testKit.createTestProbe());
            for (int i = 0; i < 500; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(local);
                crowd.add(channel);
            }

            List<Link.Opened> held = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                held.add(opened(acceptor));
            }
            acceptor.expectNoMessage(Duration.ofMillis(300));
            assertThat(fixture.count()).isEqualTo(new NetActor.Connections(50, 50));

            held.subList(0, 20).forEach(link -> link.link().tell(Link.Abort.INSTANCE));

            for (int reopened = 0, gone = 0; reopened < 20 || gone < 20; ) {
                Link.Event event = acceptor.receiveMessage(LONG);
                reopened += event instanceof Link.Opened ? 1 : 0;
                gone += event instanceof Link.Closed ? 1 : 0;
                assertThat(reopened).as("nobody comes in before someone left").isLessThanOrEqualTo(gone + 20);
            }
            acceptor.expectNoMessage(Duration.ofMillis(200));
            assertThat(fixture.count().taken()).isEqualTo(50);
        } finally {
            for (SocketChannel channel : crowd) {
                channel.close();
            }
        }
    }

    @Test
    void refusesADialWithoutAFreeSlot() throws Exception {
        try (var fixture = new NetFixture(slots(1));
                var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var address = (InetSocketAddress) server.getLocalSocketAddress();
            var first = fixture.probe();
            var second = fixture.probe();
            fixture.dial(address, LONG, first);
            Link.Opened opened = opened(first);

            fixture.dial(address, LONG, second);
            second.expectMessage(LONG, Link.Crowded.INSTANCE);

            opened.link().tell(Link.Abort.INSTANCE);
            closed(first, LONG);
            fixture.awaitTaken(0);
            fixture.dial(address, LONG, second);
            opened(second);
        }
    }

    @Test
    void hasAllSlotsBackAfterChurn() throws Exception {
        try (var fixture = new NetFixture(slots(20));
                var server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            int deadPort;
            try (var dead = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                deadPort = dead.getLocalPort();
            }
            var owner = fixture.probe();
            for (int i = 0; i < 100; i++) {
                int port = i % 3 == 0 ? deadPort : server.getLocalPort();
                fixture.dial(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LONG, owner);
                Link.Event event = owner.receiveMessage(LONG);
                if (event instanceof Link.Opened opened) {
                    server.accept().close();
                    opened.link().tell(i % 2 == 0 ? Link.Abort.INSTANCE : Link.Close.INSTANCE);
                    closed(owner, LONG);
                }
            }

            fixture.awaitTaken(0);
        }
    }

    @Test
    void saysInOneLineThatAPortIsTaken() throws Exception {
        try (var fixture = new NetFixture();
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
            var log = new ListAppender<ILoggingEvent>();
            log.start();
            root.addAppender(log);
            try {
                var events = fixture.testKit.<NetActor.Event>createTestProbe();
                var address = (InetSocketAddress) taken.getLocalSocketAddress();

                fixture.net.tell(new NetActor.Listen(
                        address, events.ref(), fixture.probe().ref()));

                assertThat(events.expectMessageClass(NetActor.ListenFailed.class, LONG)
                                .reason())
                        .isEqualTo("cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": port taken");
                events.expectNoMessage(Duration.ofMillis(200));
                assertThat(log.list).isEmpty();
                assertThat(fixture.count().taken()).isZero();
            } finally {
                root.detachAppender(log);
            }
        }
    }

    @Test
    void saysThatAnAddressIsNotOfThisMachine() {
        try (var fixture = new NetFixture()) {
            var events = fixture.testKit.<NetActor.Event>createTestProbe();

            fixture.net.tell(new NetActor.Listen(
                    new InetSocketAddress("192.0.2.1", 0),
                    events.ref(),
                    fixture.probe().ref()));

            assertThat(events.expectMessageClass(NetActor.ListenFailed.class, LONG)
                            .reason())
                    .isEqualTo("cannot listen on 192.0.2.1:0: not an address of this machine");
        }
    }

    @Test
    void stopsListeningButKeepsWhatItAccepted() throws Exception {
        try (var fixture = new NetFixture()) {
            var acceptor = fixture.probe();
            var events = fixture.testKit.<NetActor.Event>createTestProbe();
            InetSocketAddress local = fixture.listen(acceptor, events);
            try (Socket raw = connect(local)) {
                Link.Opened opened = opened(acceptor);

                fixture.net.tell(new NetActor.StopListening(local));
                events.expectMessage(LONG, new NetActor.ListenEnded(local));

                assertThatThrownBy(() -> connect(local)).isInstanceOf(ConnectException.class);
                opened.link().tell(new Link.Write(List.of(Bytes.of(new byte[] {5}))));
                assertThat(raw.getInputStream().read()).isEqualTo(5);
                fixture.awaitTaken(1);
            }
        }
    }

    @Test
    void sharesSlotsAmongListeners() throws Exception {
        try (var fixture = new NetFixture(slots(2))) {
            var acceptor = fixture.probe();
            InetSocketAddress one = fixture.listen(acceptor, fixture.testKit.createTestProbe());
            InetSocketAddress two = fixture.listen(acceptor, fixture.testKit.createTestProbe());

            try (Socket first = connect(one);
                    Socket second = connect(two);
                    Socket third = connect(one);
                    Socket fourth = connect(two)) {
                Link.Opened opened = opened(acceptor);
                assertThat(opened(acceptor).local()).isNotEqualTo(opened.local());
                acceptor.expectNoMessage(Duration.ofMillis(200));

                opened.link().tell(Link.Abort.INSTANCE);

                closed(acceptor, LONG);
                assertThat(opened(acceptor).remote().getPort())
                        .isNotIn(first.getLocalPort(), second.getLocalPort())
                        .isIn(third.getLocalPort(), fourth.getLocalPort());
            }
        }
    }

    @Test
    void dialsFromTheAddressItIsTold() throws Exception {
        var from = new NetSettings(10, 8, InetAddress.getByName("127.0.0.7"), Duration.ofSeconds(5));
        try (var fixture = new NetFixture(from);
                var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            fixture.dial((InetSocketAddress) server.getLocalSocketAddress(), LONG, fixture.probe());

            try (Socket raw = server.accept()) {
                assertThat(raw.getInetAddress().getHostAddress()).isEqualTo("127.0.0.7");
            }
        }
    }

    @Test
    void dialsFromNoOtherAddressThanItIsTold() throws Exception {
        var from = new NetSettings(10, 8, InetAddress.getByName("192.0.2.1"), Duration.ofSeconds(5));
        try (var fixture = new NetFixture(from)) {
            var owner = fixture.probe();

            fixture.dial(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), LONG, owner);

            assertThat(closed(owner, LONG)).isEqualTo("not an address of this machine: 192.0.2.1");
            assertThat(fixture.count().taken()).isZero();
        }
    }

    @Test
    void doesNotResolveNames() {
        try (var fixture = new NetFixture()) {
            var owner = fixture.probe();

            fixture.dial(InetSocketAddress.createUnresolved("localhost", 1), LONG, owner);

            assertThat(closed(owner, LONG)).isEqualTo("address not resolved");
        }
    }
}
