package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MemoryNetworkTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final InetSocketAddress HERE = address(1);
    private static final InetSocketAddress THERE = address(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(7);

    private final MemoryNetwork network = MemoryNetwork.create(testKit, new MemoryNetwork.Settings(10, 4));
    private final TestProbe<Link.Event> near = testKit.createTestProbe();
    private final TestProbe<Link.Event> far = testKit.createTestProbe();

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void bothEndsHearThatTheLinkStands() {
        network.listen(THERE, remote -> far.ref());
        network.from(HERE).dial(THERE, TIMEOUT, near.ref());

        Link.Opened opened = near.expectMessageClass(Link.Opened.class);
        Link.Opened accepted = far.expectMessageClass(Link.Opened.class);

        assertThat(List.of(opened.remote(), opened.local())).containsExactly(THERE, HERE);
        assertThat(List.of(accepted.remote(), accepted.local())).containsExactly(HERE, THERE);
    }

    @Test
    void everyDialComesFromAnAddressOfItsOwn() {
        network.listen(THERE, remote -> far.ref());
        network.dial(THERE, TIMEOUT, near.ref());
        network.dial(THERE, TIMEOUT, near.ref());

        assertThat(far.expectMessageClass(Link.Opened.class).remote())
                .isNotEqualTo(far.expectMessageClass(Link.Opened.class).remote());
    }

    @Test
    void bytesComeInOrderAndOnlyWhenAskedFor() {
        Pair pair = pair();
        pair.near.tell(new Link.Write(
                List.of(new Bytes(new byte[] {9, 1, 2, 9}, 1, 2), Bytes.of(new byte[] {3, 4, 5}))));
        near.expectMessage(Link.Written.INSTANCE);
        time.expectNoMessageFor(Duration.ofSeconds(1), far);

        assertThat(read(pair.far)).containsExactly(1, 2, 3, 4);
        time.expectNoMessageFor(Duration.ofSeconds(1), far);
        assertThat(read(pair.far)).containsExactly(5);

        pair.far.tell(Link.Read.INSTANCE);
        pair.near.tell(new Link.Write(List.of(Bytes.of(new byte[] {6}))));
        assertThat(received()).containsExactly(6);
    }

    @Test
    void aWriteWaitsForRoomAtTheOtherEnd() {
        Pair pair = pair();
        pair.near.tell(new Link.Write(List.of(Bytes.of(new byte[15]))));
        assertThat(read(pair.far)).hasSize(4);
        settle(pair.near);

        assertThat(read(pair.far)).hasSize(4);

        near.expectMessage(Link.Written.INSTANCE);
    }

    @Test
    void whatWasWrittenBeforeACloseIsReadBeforeIt() {
        Pair pair = pair();
        pair.near.tell(new Link.Write(List.of(Bytes.of(new byte[3]))));
        pair.near.tell(Link.Close.INSTANCE);
        near.expectMessage(Link.Written.INSTANCE);
        near.expectMessageClass(Link.Closed.class);

        assertThat(read(pair.far)).hasSize(3);
        time.expectNoMessageFor(Duration.ofSeconds(1), far);
        pair.far.tell(Link.Read.INSTANCE);

        far.expectMessageClass(Link.Closed.class);
    }

    @Test
    void aCloseThatCannotFlushIsGivenUpAfterFiveSeconds() {
        Pair pair = pair();
        pair.near.tell(new Link.Write(List.of(Bytes.of(new byte[11]))));
        pair.near.tell(Link.Close.INSTANCE);
        settle(pair.near);
        time.expectNoMessageFor(Duration.ofMillis(4900), near);

        time.timePasses(Duration.ofMillis(100));

        near.expectMessage(new Link.Closed("not flushed in time"));
        pair.far.tell(Link.Read.INSTANCE);
        far.expectMessage(new Link.Closed("connection reset"));
    }

    @Test
    void anAbortDropsWhatWasNotRead() {
        Pair pair = pair();
        pair.near.tell(new Link.Write(List.of(Bytes.of(new byte[3]))));
        near.expectMessage(Link.Written.INSTANCE);
        pair.near.tell(Link.Abort.INSTANCE);
        near.expectMessageClass(Link.Closed.class);

        pair.far.tell(Link.Read.INSTANCE);

        far.expectMessage(new Link.Closed("connection reset"));
    }

    @Test
    void aPendingWriteEndsWithTheOtherEnd() {
        Pair pair = pair();
        pair.near.tell(new Link.Write(List.of(Bytes.of(new byte[11]))));

        pair.far.tell(Link.Close.INSTANCE);

        near.expectMessage(new Link.Closed("closed by the peer"));
    }

    @Test
    void aWriteToWhoIsGoneEndsTheLink() {
        Pair pair = pair();
        pair.near.tell(Link.Close.INSTANCE);
        near.expectMessageClass(Link.Closed.class);

        pair.far.tell(new Link.Write(List.of(Bytes.of(new byte[1]))));

        far.expectMessage(new Link.Closed("closed by the peer"));
    }

    @Test
    void aLinkCanChangeItsOwner() {
        Pair pair = pair();
        TestProbe<Link.Event> next = testKit.createTestProbe();
        pair.far.tell(new Link.HandOver(next.ref()));
        Link.Opened opened = next.expectMessageClass(Link.Opened.class);
        assertThat(opened.remote()).isEqualTo(HERE);

        far.stop();
        pair.near.tell(new Link.Write(List.of(Bytes.of(new byte[1]))));
        near.expectMessage(Link.Written.INSTANCE);
        opened.link().tell(Link.Read.INSTANCE);

        next.expectMessageClass(Link.Received.class);
    }

    @Test
    void aLinkDiesWithItsOwner() {
        Pair pair = pair();
        pair.near.tell(Link.Read.INSTANCE);

        far.stop();

        near.expectMessage(new Link.Closed("connection reset"));
    }

    @Test
    void misuseIsToldToTheOwner() {
        Pair pair = pair();
        pair.near.tell(Link.Read.INSTANCE);
        pair.near.tell(new Link.HandOver(far.ref()));

        assertThat(near.expectMessageClass(Link.Closed.class).reason()).startsWith("misuse");
    }

    @Test
    void aDialFailsWhereNobodyListensAndTimesOutWhereNobodyAnswers() {
        network.dial(THERE, TIMEOUT, near.ref());
        near.expectMessage(new Link.Closed("connection refused"));

        network.swallow(THERE);
        network.dial(THERE, TIMEOUT, near.ref());
        network.dial(HERE, TIMEOUT, far.ref());
        far.expectMessage(new Link.Closed("connection refused"));
        time.expectNoMessageFor(Duration.ofMillis(6900), near);
        time.timePasses(Duration.ofMillis(100));

        near.expectMessage(new Link.Closed("no answer in time"));
    }

    private record Pair(ActorRef<Link.Command> near, ActorRef<Link.Command> far) {}

    private Pair pair() {
        network.listen(THERE, remote -> far.ref());
        network.from(HERE).dial(THERE, TIMEOUT, near.ref());
        return new Pair(
                near.expectMessageClass(Link.Opened.class).link(),
                far.expectMessageClass(Link.Opened.class).link());
    }

    /** Waits until the near end has done all it was told; its owner has heard nothing else. */
    private void settle(ActorRef<Link.Command> link) {
        link.tell(new Link.HandOver(near.ref()));
        near.expectMessageClass(Link.Opened.class);
    }

    private byte[] read(ActorRef<Link.Command> link) {
        link.tell(Link.Read.INSTANCE);
        return received();
    }

    private byte[] received() {
        Bytes bytes = far.expectMessageClass(Link.Received.class).bytes();
        return Arrays.copyOfRange(bytes.array(), bytes.offset(), bytes.offset() + bytes.length());
    }

    private static InetSocketAddress address(int last) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last}), 1000);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
