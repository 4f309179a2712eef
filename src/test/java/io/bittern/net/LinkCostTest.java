package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.bittern.Cost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What it costs to read from a socket, counted in messages for each read and in bytes of heap for each byte.
 *
 * <p>How much a read brings is up to the kernel, so nothing here is counted by block.
 */
@Timeout(60)
class LinkCostTest {

    private static final int SIZE = 64 << 20;

    /* 3: Read and what Pekko received to the link, Received to its owner; Pekko's own actors have mailboxes that do not count. */
    private static final int MESSAGES = 4;

    /* 1.01, and more where reads are short: the bytes leave the buffer of the socket by one copy. */
    private static final double BYTES = 1.6;

    private static final String SENDER = "sender of LinkCostTest";

    private record Done(int reads, Cost cost) {}

    private final ActorTestKit testKit = ActorTestKit.create(Cost.COUNTED.withFallback(
            ConfigFactory.parseResources("bittern.conf").withOnlyPath("pekko.io")));
    private final TestProbe<Done> test = testKit.createTestProbe();

    @AfterEach
    void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void aReadCostsOneCopyAndAHandfulOfMessages() throws IOException {
        Link.Dialer dialer = NetActor.dialer(testKit.spawn(NetActor.create(NetSettings.defaults())));
        try (ServerSocket server = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            receive(dialer, server);
            Done done = receive(dialer, server);

            assertThat(done.cost().messages(path -> true)).isPositive().isLessThan((long) MESSAGES * done.reads());
            assertThat(done.cost().allocated(LinkCostTest::pays)).isPositive().isLessThan((long) (BYTES * SIZE));
        }
    }

    private Done receive(Link.Dialer dialer, ServerSocket server) throws IOException {
        ActorRef<Link.Event> owner = testKit.spawn(owner());
        var address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
        dialer.dial(address, Duration.ofSeconds(10), owner);
        Socket accepted = server.accept();
        Thread sender = new Thread(() -> send(accepted), SENDER);
        sender.start();
        return test.receiveMessage(Duration.ofSeconds(30));
    }

    private static void send(Socket to) {
        byte[] bytes = new byte[SIZE / 64];
        try (to) {
            for (int sent = 0; sent < SIZE; sent += bytes.length) {
                to.getOutputStream().write(bytes);
            }
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    /** Reads and reads; counts between the first and the last read. */
    private Behavior<Link.Event> owner() {
        return Behaviors.receive(Link.Event.class)
                .onMessage(Link.Opened.class, opened -> {
                    opened.link().tell(Link.Read.INSTANCE);
                    return reading(opened.link(), 0, 0, Cost.now());
                })
                .build();
    }

    private Behavior<Link.Event> reading(ActorRef<Link.Command> link, long before, int reads, Cost start) {
        return Behaviors.receive(Link.Event.class)
                .onMessage(Link.Received.class, received -> {
                    long bytes = before + received.bytes().length();
                    if (bytes == SIZE) {
                        test.ref().tell(new Done(reads + 1, Cost.now().since(start)));
                    }
                    link.tell(Link.Read.INSTANCE);
                    return reading(link, bytes, reads + 1, start);
                })
                .onMessage(Link.Closed.class, closed -> Behaviors.stopped())
                .build();
    }

    private static boolean pays(String thread) {
        return !thread.equals(SENDER);
    }
}
