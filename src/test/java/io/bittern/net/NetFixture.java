package io.bittern.net;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** A network with real sockets on loopback, and plain sockets for its other side. */
final class NetFixture implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(10);

    final ActorTestKit testKit =
            ActorTestKit.create(ConfigFactory.parseString("""
                    pekko.log-dead-letters = off
                    pekko.log-dead-letters-during-shutdown = off
                    pekko.io.tcp.direct-buffer-pool-limit = 64
                    """).withFallback(ConfigFactory.load()));
    final ActorRef<NetActor.Command> net;

    NetFixture(NetSettings settings) {
        net = testKit.spawn(NetActor.create(settings));
    }

    NetFixture() {
        this(NetSettings.defaults());
    }

    /** Links that wait half a second, not five, for a peer that does not end its side. */
    static NetSettings hasty() {
        return new NetSettings(200, 8, null, Duration.ofMillis(500));
    }

    static NetSettings slots(int slots) {
        return new NetSettings(slots, 8, null, Duration.ofSeconds(5));
    }

    /** A link and the plain socket at its other end. */
    record Pair(ActorRef<Link.Command> link, TestProbe<Link.Event> owner, Socket raw) {}

    Pair pair() throws IOException {
        try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(10_000);
            TestProbe<Link.Event> owner = probe();
            dial((InetSocketAddress) server.getLocalSocketAddress(), LONG, owner);
            Socket raw = server.accept();
            raw.setSoTimeout(20_000);
            return new Pair(opened(owner).link(), owner, raw);
        }
    }

    void dial(InetSocketAddress remote, Duration timeout, TestProbe<Link.Event> owner) {
        NetActor.dialer(net).dial(remote, timeout, owner.ref());
    }

    TestProbe<Link.Event> probe() {
        return testKit.createTestProbe(Link.Event.class);
    }

    static Link.Opened opened(TestProbe<Link.Event> owner) {
        return owner.expectMessageClass(Link.Opened.class, LONG);
    }

    static String closed(TestProbe<Link.Event> owner, Duration within) {
        return owner.expectMessageClass(Link.Closed.class, within).reason();
    }

    /** Listens on loopback for an acceptor, on a port of the system's choice. */
    InetSocketAddress listen(TestProbe<Link.Event> acceptor, TestProbe<NetActor.Event> events) {
        net.tell(new NetActor.Listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), events.ref(), acceptor.ref()));
        return events.expectMessageClass(NetActor.Listening.class, LONG).local();
    }

    NetActor.Connections count() {
        TestProbe<NetActor.Connections> counts = testKit.createTestProbe(NetActor.Connections.class);
        net.tell(new NetActor.Count(counts.ref()));
        return counts.receiveMessage(LONG);
    }

    void awaitTaken(int slots) {
        TestProbe<Object> waiter = testKit.createTestProbe();
        waiter.awaitAssert(LONG, Duration.ofMillis(20), () -> {
            if (count().taken() != slots) {
                throw new AssertionError("taken: " + count().taken() + ", not " + slots);
            }
            return slots;
        });
    }

    @Override
    public void close() {
        testKit.shutdownTestKit();
    }
}
