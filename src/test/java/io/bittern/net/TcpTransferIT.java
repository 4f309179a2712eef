package io.bittern.net;

import static io.bittern.net.NetFixture.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two links talk to each other over a real socket. */
@Timeout(120)
class TcpTransferIT {

    private static final long SIZE = 256L << 20;
    private static final int BLOCK = 16 * 1024;

    @Test
    void carries256MebibytesUnharmed() throws Exception {
        try (var fixture = new NetFixture()) {
            var digests = fixture.testKit.createTestProbe(String.class);
            var receiver = fixture.testKit.spawn(receiver(digests.ref(), MessageDigest.getInstance("SHA-1")));
            var sender = fixture.testKit.spawn(sender(digests.ref(), MessageDigest.getInstance("SHA-1")));
            var events = fixture.testKit.<NetActor.Event>createTestProbe();
            fixture.net.tell(new NetActor.Listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), events.ref(), receiver));
            var local =
                    events.expectMessageClass(NetActor.Listening.class, LONG).local();

            fixture.net.tell(new NetActor.Dial(local, LONG, sender));

            String one = digests.receiveMessage(Duration.ofSeconds(100));
            assertThat(digests.receiveMessage(Duration.ofSeconds(20))).isEqualTo(one);
            fixture.awaitTaken(1);
        }
    }

    /** Writes 256 MiB, 64 blocks at a time, then closes. */
    private static Behavior<Link.Event> sender(ActorRef<String> digests, MessageDigest digest) {
        var random = new Random(1);
        return Behaviors.receive(Link.Event.class)
                .onMessage(Link.Opened.class, opened -> sending(opened.link(), SIZE, random, digests, digest))
                .build();
    }

    private static Behavior<Link.Event> sending(
            ActorRef<Link.Command> link, long left, Random random, ActorRef<String> digests, MessageDigest digest) {
        if (left == 0) {
            digests.tell(java.util.HexFormat.of().formatHex(digest.digest()));
            link.tell(Link.Close.INSTANCE);
            return Behaviors.receive(Link.Event.class)
                    .onMessage(Link.Closed.class, closed -> Behaviors.stopped())
                    .build();
        }
        List<Bytes> blocks = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            byte[] block = new byte[BLOCK];
            random.nextBytes(block);
            digest.update(block);
            blocks.add(Bytes.of(block));
        }
        link.tell(new Link.Write(blocks));
        return Behaviors.receive(Link.Event.class)
                .onMessageEquals(
                        Link.Written.INSTANCE, () -> sending(link, left - 64L * BLOCK, random, digests, digest))
                .build();
    }

    /** Reads to the end. */
    private static Behavior<Link.Event> receiver(ActorRef<String> digests, MessageDigest digest) {
        return Behaviors.receive(Link.Event.class)
                .onMessage(Link.Opened.class, opened -> {
                    opened.link().tell(Link.Read.INSTANCE);
                    return receiving(opened.link(), digests, digest);
                })
                .build();
    }

    private static Behavior<Link.Event> receiving(
            ActorRef<Link.Command> link, ActorRef<String> digests, MessageDigest digest) {
        return Behaviors.receive(Link.Event.class)
                .onMessage(Link.Received.class, received -> {
                    Bytes bytes = received.bytes();
                    digest.update(bytes.array(), bytes.offset(), bytes.length());
                    link.tell(Link.Read.INSTANCE);
                    return Behaviors.same();
                })
                .onMessage(Link.Closed.class, closed -> {
                    digests.tell(java.util.HexFormat.of().formatHex(digest.digest()));
                    return Behaviors.stopped();
                })
                .build();
    }
}
