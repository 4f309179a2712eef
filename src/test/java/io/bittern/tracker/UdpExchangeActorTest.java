package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.UdpActor;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class UdpExchangeActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final InetSocketAddress TRACKER = Announces.at("10.0.0.1", 80);
    private static final InetSocketAddress STRANGER = Announces.at("10.0.0.2", 80);

    private final AtomicLong clock = new AtomicLong();
    private final TestProbe<UdpActor.Command> socket = testKit.createTestProbe();
    private final ActorRef<UdpExchangeActor.Command> exchange =
            testKit.spawn(UdpExchangeActor.create(socket.ref(), clock::get, new Random(1)));
    private final ActorRef<UdpActor.Received> inbox =
            socket.expectMessageClass(UdpActor.Subscribe.class).subscriber();
    private final CompletableFuture<UdpCodec.Answer> answer = new CompletableFuture<>();

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void carriesAnAnnounceToItsAnswer() {
        ByteBuffer connect = begin();
        receive(TRACKER, connected(connect));
        ByteBuffer announce = sent();
        assertThat(announce.getLong(0)).isEqualTo(77);

        receive(TRACKER, announced(announce));

        assertThat(answer).succeedsWithin(Duration.ofSeconds(3)).isNotNull();
        pass(100);
        socket.expectNoMessage(Duration.ZERO);
    }

    @Test
    void sendsAgainOnTheLadder() {
        begin();

        time.expectNoMessageFor(Duration.ofMillis(14_999), socket);
        time.timePasses(Duration.ofMillis(1));
        sent();
        time.expectNoMessageFor(Duration.ofMillis(29_999), socket);
        time.timePasses(Duration.ofMillis(1));
        sent();
    }

    @Test
    void givesUpAtTheEndOfTheLadder() {
        begin();
        for (int n = 0; n < 8; n++) {
            pass(15L << n);
            sent();
        }

        pass(15L << 8);

        assertThat(answer)
                .failsWithin(Duration.ofSeconds(3))
                .withThrowableThat()
                .havingCause()
                .withMessageContaining("does not answer");
    }

    @Test
    void hearsNoStrangers() {
        ByteBuffer connect = begin();

        receive(STRANGER, connected(connect));
        ByteBuffer wrong = ByteBuffer.wrap(connected(connect));
        receive(TRACKER, wrong.putInt(4, wrong.getInt(4) + 1).array());

        socket.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    void failsWithTheTrackersWords() {
        ByteBuffer connect = begin();

        receive(
                TRACKER,
                ByteBuffer.allocate(10)
                        .putInt(3)
                        .putInt(connect.getInt(12))
                        .put((byte) 'n')
                        .put((byte) 'o')
                        .array());

        assertThat(answer)
                .failsWithin(Duration.ofSeconds(3))
                .withThrowableThat()
                .havingCause()
                .withMessage("no");
    }

    @Test
    void sendsNothingMoreOnceTheAnnounceIsWithdrawn() {
        begin();
        answer.cancel(true);
        exchange.tell(new UdpExchangeActor.Withdraw(answer));

        time.expectNoMessageFor(Duration.ofSeconds(60), socket);
    }

    @Test
    void usesAConnectionIdForTheNextAnnounceToo() {
        ByteBuffer connect = begin();
        receive(TRACKER, connected(connect));
        receive(TRACKER, announced(sent()));
        assertThat(answer).succeedsWithin(Duration.ofSeconds(3)).isNotNull();

        UdpQuestion next = new UdpQuestion.Announce(Announces.of(AnnounceEvent.REGULAR), "");
        exchange.tell(new UdpExchangeActor.Begin(TRACKER, next, new CompletableFuture<>()));

        assertThat(sent().getLong(0)).isEqualTo(77);
    }

    private ByteBuffer begin() {
        UdpQuestion question = new UdpQuestion.Announce(Announces.of(AnnounceEvent.STARTED), "/announce");
        exchange.tell(new UdpExchangeActor.Begin(TRACKER, question, answer));
        ByteBuffer connect = sent();
        assertThat(connect.getLong(0)).isEqualTo(UdpCodec.MAGIC);
        return connect;
    }

    private ByteBuffer sent() {
        UdpActor.Send send = socket.expectMessageClass(UdpActor.Send.class);
        assertThat(send.to()).isEqualTo(TRACKER);
        return ByteBuffer.wrap(send.payload());
    }

    private void receive(InetSocketAddress from, byte[] payload) {
        inbox.tell(new UdpActor.Received(List.of(new UdpActor.Datagram(from, payload))));
        socket.expectMessage(new UdpActor.Next(inbox));
    }

    private void pass(long seconds) {
        clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
        time.timePasses(Duration.ofSeconds(seconds));
    }

    private static byte[] connected(ByteBuffer connect) {
        return ByteBuffer.allocate(16)
                .putInt(0)
                .putInt(connect.getInt(12))
                .putLong(77)
                .array();
    }

    private static byte[] announced(ByteBuffer announce) {
        return ByteBuffer.allocate(20)
                .putInt(1)
                .putInt(announce.getInt(12))
                .putInt(1800)
                .array();
    }
}
