package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UdpConversationTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final InetSocketAddress TRACKER = Announces.at("127.0.0.1", 80);

    private final UdpConnections connections = new UdpConnections();
    private final UdpConversation talk = conversation();

    @Test
    void connectsThenAnnouncesThenIsDone() {
        byte[] connect = talk.next(0);
        assertThat(connect).hasSize(16);
        assertThat(talk.received(connected(77), SECOND)).isEqualTo(UdpConversation.GoOn.INSTANCE);

        byte[] announce = talk.next(SECOND);
        assertThat(ByteBuffer.wrap(announce).getLong()).isEqualTo(77);

        assertThat(talk.received(announced(), 2 * SECOND)).isInstanceOf(UdpConversation.Done.class);
    }

    @Test
    void waitsLongerAfterEachDatagramThatIsLost() {
        List<Long> waits = new ArrayList<>();
        long now = -5 * SECOND;
        while (talk.hopeful()) {
            talk.next(now);
            waits.add((talk.deadline() - now) / SECOND);
            now = talk.deadline();
        }

        assertThat(waits).containsExactly(15L, 30L, 60L, 120L, 240L, 480L, 960L, 1920L, 3840L);
    }

    @Test
    void usesAConnectionIdForAMinuteAndNoLonger() {
        connections.put(TRACKER, 5, 0);

        assertThat(talk.next(59 * SECOND)).hasSizeGreaterThan(90);
        assertThat(talk.next(60 * SECOND)).hasSize(16);
    }

    @Test
    void connectsAnewWhenTheIdHasRunOutOnTheLadder() {
        talk.next(0);
        talk.received(connected(77), 0);
        List<Integer> sizes = new ArrayList<>();
        for (long at : new long[] {0, 15, 45, 105}) {
            sizes.add(talk.next(at * SECOND).length);
        }

        assertThat(sizes).containsExactly(98, 98, 98, 16);
    }

    @Test
    void givesUpATrackerThatAnswersNothingButConnects() {
        int datagrams = 0;
        for (long now = 0; talk.hopeful(); now = talk.deadline()) {
            assertThat(datagrams++).isLessThan(30);
            if (talk.next(now).length == 16) {
                talk.received(connected(1), now);
            }
        }
        assertThat(datagrams).isGreaterThan(9);
    }

    @Test
    void ignoresWrongTransactionsAndAnswersToWhatItDidNotAsk() {
        talk.next(0);

        byte[] wrong = connected(77);
        wrong[7] ^= 1;
        assertThat(talk.received(wrong, 0)).isEqualTo(UdpConversation.Wait.INSTANCE);
        assertThat(talk.received(announced(), 0)).isEqualTo(UdpConversation.Wait.INSTANCE);
        assertThat(talk.received(new byte[3], 0)).isEqualTo(UdpConversation.Wait.INSTANCE);
    }

    @Test
    void failsOnAnError() {
        talk.next(0);

        assertThat(talk.received(error("nope"), 0)).isEqualTo(new UdpConversation.Failed("nope"));
    }

    @Test
    void fetchesAnOldConnectionIdAnewWhenTheTrackerForgotIt() {
        connections.put(TRACKER, 5, 0);
        talk.next(SECOND);

        assertThat(talk.received(error("connection id mismatch"), SECOND)).isEqualTo(UdpConversation.GoOn.INSTANCE);

        assertThat(talk.next(SECOND)).hasSize(16);
        talk.received(connected(6), SECOND);
        talk.next(SECOND);
        assertThat(talk.received(error("still no"), SECOND)).isEqualTo(new UdpConversation.Failed("still no"));
    }

    @Test
    void takesAnotherTransactionForEachDatagram() {
        talk.next(0);
        int first = talk.transaction();
        talk.next(15 * SECOND);

        assertThat(talk.transaction()).isNotEqualTo(first);
    }

    @Test
    void scrapesAndTakesNoAnswerThatIsTooShort() {
        UdpConversation scrape = conversation(new UdpQuestion.Scrape(List.of(Announces.HASH, Announces.HASH)));
        connections.put(TRACKER, 5, 0);
        assertThat(scrape.next(0)).hasSize(56);

        assertThat(scrape.received(counts(scrape, 1, 2, 3, 4, 5), 0)).isEqualTo(UdpConversation.Wait.INSTANCE);
        assertThat(scrape.received(announced(), 0)).isEqualTo(UdpConversation.Wait.INSTANCE);
        assertThat(scrape.received(counts(scrape, 1, 2, 3, 4, 5, -6), 0))
                .isEqualTo(new UdpConversation.Done(new UdpCodec.Scraped(List.of(
                        SwarmSize.of(1, 3, 2),
                        new SwarmSize(OptionalInt.of(4), OptionalInt.empty(), OptionalInt.of(5))))));
    }

    private static byte[] counts(UdpConversation scrape, int... numbers) {
        ByteBuffer answer = ByteBuffer.allocate(8 + 4 * numbers.length)
                .putInt(UdpCodec.SCRAPE)
                .putInt(scrape.transaction());
        for (int number : numbers) {
            answer.putInt(number);
        }
        return answer.array();
    }

    private UdpConversation conversation() {
        return conversation(new UdpQuestion.Announce(Announces.of(AnnounceEvent.STARTED), ""));
    }

    private UdpConversation conversation(UdpQuestion question) {
        return new UdpConversation(question, TRACKER, connections, new Random(1));
    }

    private byte[] connected(long id) {
        return ByteBuffer.allocate(16)
                .putInt(0)
                .putInt(talk.transaction())
                .putLong(id)
                .array();
    }

    private byte[] announced() {
        return ByteBuffer.allocate(20)
                .putInt(1)
                .putInt(talk.transaction())
                .putInt(1800)
                .array();
    }

    private byte[] error(String text) {
        byte[] reason = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + reason.length)
                .putInt(3)
                .putInt(talk.transaction())
                .put(reason)
                .array();
    }
}
