package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import io.bittern.net.Bytes;
import io.bittern.net.IpFilter;
import io.bittern.net.Link;
import io.bittern.net.NetActor;
import io.bittern.torrent.TorrentActor;
import io.bittern.wire.Handshake;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ListenerActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final InfoHash KNOWN = InfoHash.of(new byte[InfoHash.LENGTH]);

    private final TestProbe<UnhandledMessage> unhandled = testKit.createUnhandledMessageProbe();
    private final TestProbe<NetActor.Command> net = testKit.createTestProbe();
    private final TestProbe<ListenerActor.Answer> answers = testKit.createTestProbe();
    private final TestProbe<TorrentActor.Command> torrent = testKit.createTestProbe();
    private final ActorRef<ListenerActor.Command> listener =
            testKit.spawn(ListenerActor.create(net.ref(), PATIENCE, filter()));

    @AfterEach
    void leavesNothingUnhandled() {
        testKit.stop(listener);
        unhandled.expectNoMessage(Duration.ZERO);
    }

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Nested
    class WhileFindingAPort {

        @Test
        void triesAddressesInTurn() {
            listener.tell(new ListenerActor.Listen(List.of(address(1), address(2), address(0)), answers.ref()));
            fail(address(1), "taken");
            fail(address(2), "taken");
            var last = net.expectMessageClass(NetActor.Listen.class);

            last.replyTo().tell(new NetActor.Listening(address(4711)));

            assertThat(last.local()).isEqualTo(address(0));
            answers.expectMessage(new ListenerActor.Listening(address(4711)));
            net.expectNoMessage(Duration.ZERO);
        }

        @Test
        void saysWhyTheLastCannotBeHad() {
            listener.tell(new ListenerActor.Listen(List.of(address(1), address(2)), answers.ref()));

            fail(address(1), "taken");
            fail(address(2), "not permitted");

            answers.expectMessage(new ListenerActor.CannotListen("not permitted"));
        }

        private void fail(InetSocketAddress expected, String reason) {
            var asked = net.expectMessageClass(NetActor.Listen.class);
            assertThat(asked.local()).isEqualTo(expected);
            asked.replyTo().tell(new NetActor.ListenFailed(reason));
        }
    }

    @Nested
    class WhileListening {

        private final ActorRef<Link.Event> acceptor = listen();

        private ActorRef<Link.Event> listen() {
            listener.tell(new ListenerActor.Listen(List.of(address(1)), answers.ref()));
            var asked = net.expectMessageClass(NetActor.Listen.class);
            asked.replyTo().tell(new NetActor.Listening(address(1)));
            answers.receiveMessage();
            listener.tell(new ListenerActor.Know(KNOWN, torrent.ref()));
            return asked.acceptor();
        }

        @Test
        void handsALinkOverToItsTorrentWithAllThatWasReadFromTheFirstByteOn() {
            Guest guest = arrive();
            byte[] sent = Arrays.copyOf(handshake(KNOWN), 90);

            guest.send(sent);

            var accept = torrent.expectMessageClass(TorrentActor.Accept.class);
            assertThat(accept.link().link()).isEqualTo(guest.link.ref());
            assertThat(accept.link().remote()).isEqualTo(address(99));
            assertThat(bytes(accept.leftover())).isEqualTo(sent);
            guest.link.expectNoMessage(Duration.ZERO);
        }

        @Test
        void needsNoMoreThanTheInfoHashHoweverItIsCut() {
            Guest guest = arrive();
            byte[] upToTheHash = Arrays.copyOf(handshake(KNOWN), 48);

            for (int at = 0; at < upToTheHash.length; at++) {
                torrent.expectNoMessage(Duration.ZERO);
                guest.send(new byte[] {upToTheHash[at]});
                if (at < upToTheHash.length - 1) {
                    guest.link.expectMessage(Link.Read.INSTANCE);
                }
            }

            assertThat(bytes(torrent.expectMessageClass(TorrentActor.Accept.class)
                            .leftover()))
                    .isEqualTo(upToTheHash);
        }

        @Test
        void closesALinkForAnUnknownTorrentWithoutAWord() {
            Guest guest = arrive();

            guest.send(handshake(InfoHash.of(filled(7))));

            guest.link.expectMessage(Link.Abort.INSTANCE);
            torrent.expectNoMessage(Duration.ZERO);
        }

        @Test
        void closesALinkForATorrentThatIsThereNoMore() {
            listener.tell(new ListenerActor.Forget(KNOWN));
            Guest guest = arrive();

            guest.send(handshake(KNOWN));

            guest.link.expectMessage(Link.Abort.INSTANCE);
        }

        @Test
        void closesWhatIsNoHandshakeAtTheFirstWrongByte() {
            Guest guest = arrive();

            guest.send("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));

            guest.link.expectMessage(Link.Abort.INSTANCE);
        }

        @Test
        void closesASilentLinkAtTheDeadline() {
            Guest guest = arrive();

            time.expectNoMessageFor(PATIENCE.minusMillis(1), guest.link);
            time.timePasses(Duration.ofMillis(1));

            guest.link.expectMessage(Link.Abort.INSTANCE);
        }

        @Test
        void closesALinkThatDribblesAtTheSameDeadline() {
            Guest guest = arrive();
            byte[] handshake = handshake(KNOWN);

            for (int second = 1; second < 10; second++) {
                guest.send(new byte[] {handshake[second - 1]});
                guest.link.expectMessage(Link.Read.INSTANCE);
                time.timePasses(Duration.ofSeconds(1));
            }
            time.timePasses(Duration.ofSeconds(1));

            guest.link.expectMessage(Link.Abort.INSTANCE);
        }

        @Test
        void forgetsALinkThatHangsUp() {
            Guest guest = arrive();

            guest.owner.tell(new Link.Closed("closed by the peer"));

            guest.link.expectTerminated(guest.owner);
        }

        @Test
        void keepsALinkLongEnoughForItsTorrentToTakeIt() {
            Guest guest = arrive();
            time.timePasses(PATIENCE.minusMillis(1));
            guest.send(handshake(KNOWN));
            torrent.expectMessageClass(TorrentActor.Accept.class);
            TestProbe<String> watch = testKit.createTestProbe();
            testKit.spawn(Behaviors.<String>setup(context -> {
                context.watchWith(guest.owner, "gone");
                watch.ref().tell("watching");
                return Behaviors.receiveMessage(message -> {
                    watch.ref().tell(message);
                    return Behaviors.same();
                });
            }));
            watch.expectMessage("watching");

            time.timePasses(PATIENCE.minusMillis(1));
            watch.expectNoMessage(Duration.ofMillis(20));
            time.timePasses(Duration.ofMillis(1));

            watch.expectMessage("gone");
            guest.link.expectNoMessage(Duration.ZERO);
        }

        @Test
        void closesTheLinkOfWhoIsRuledOutBeforeItIsRead() {
            TestProbe<Link.Command> link = testKit.createTestProbe();

            acceptor.tell(new Link.Opened(link.ref(), ruledOut(), address(1)));

            link.expectMessage(Link.Abort.INSTANCE);
        }

        @Test
        void goesOnWhateverOneLinkDoes() {
            for (int i = 0; i < 50; i++) {
                arrive().send(new byte[] {(byte) i});
            }

            arrive().send(handshake(KNOWN));

            torrent.expectMessageClass(TorrentActor.Accept.class);
        }

        private Guest arrive() {
            TestProbe<Link.Command> link = testKit.createTestProbe();
            Link.Opened opened = new Link.Opened(link.ref(), address(99), address(1));
            acceptor.tell(opened);
            ActorRef<Link.Event> owner =
                    link.expectMessageClass(Link.HandOver.class).newOwner();
            owner.tell(opened);
            link.expectMessage(Link.Read.INSTANCE);
            return new Guest(link, owner);
        }
    }

    /** Somebody who has connected, and whose next bytes are being waited for. */
    private record Guest(TestProbe<Link.Command> link, ActorRef<Link.Event> owner) {

        /** Sends bytes, as a slice of a larger array. */
        void send(byte[] bytes) {
            byte[] larger = new byte[bytes.length + 5];
            System.arraycopy(bytes, 0, larger, 3, bytes.length);
            owner.tell(new Link.Received(new Bytes(larger, 3, bytes.length)));
        }
    }

    private static InetSocketAddress ruledOut() {
        return new InetSocketAddress("192.0.2.9", 1);
    }

    private static IpFilter filter() {
        byte[] address = ruledOut().getAddress().getAddress();
        IpFilter.Builder filter = new IpFilter.Builder();
        filter.add(address, address);
        return filter.build();
    }

    private static byte[] handshake(InfoHash hash) {
        return new Handshake(0, hash, PeerId.random(new Random(1))).encode();
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[InfoHash.LENGTH];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] bytes(Bytes slice) {
        return Arrays.copyOfRange(slice.array(), slice.offset(), slice.offset() + slice.length());
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
