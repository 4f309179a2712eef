package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Resolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class UdpAnnouncerTest {

    private static final ActorTestKit testKit = ActorTestKit.create();
    private static final InfoHash OTHER = InfoHash.fromHex("1".repeat(40));
    private static final Duration LONG = Duration.ofMinutes(1);

    private final TestProbe<UdpExchangeActor.Command> exchange = testKit.createTestProbe();

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void namesTheCountsOfAScrapeByTheirTorrents() throws Exception {
        var result = announcer(LONG, "::1", "10.0.0.1").scrape(List.of(OTHER, Announces.HASH));
        var begin = exchange.expectMessageClass(UdpExchangeActor.Begin.class);
        assertThat(begin.tracker()).isEqualTo(Announces.at("10.0.0.1", 80));
        assertThat(begin.question()).isEqualTo(new UdpQuestion.Scrape(List.of(OTHER, Announces.HASH)));

        var first = SwarmSize.of(1, 3, 2);
        var second = SwarmSize.of(4, 6, 5);
        begin.answer().complete(new UdpCodec.Scraped(List.of(first, second, first)));

        assertThat(result.toCompletableFuture().join().swarms())
                .isEqualTo(Map.of(OTHER, first, Announces.HASH, second));
    }

    @Test
    void withdrawsAScrapeThatIsNotAnsweredInTime() throws Exception {
        var result = announcer(Duration.ofMillis(1), "10.0.0.1").scrape(List.of(OTHER));
        var begin = exchange.expectMessageClass(UdpExchangeActor.Begin.class);

        exchange.expectMessage(new UdpExchangeActor.Withdraw(begin.answer()));
        assertThat(result.toCompletableFuture())
                .failsWithin(LONG)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(TrackerException.class)
                .withMessage("no answer in time from tracker.test:80");
    }

    @Test
    void withdrawsAnAnnounceThatIsCancelled() throws Exception {
        var result = announcer(LONG, "10.0.0.1").announce(Announces.of(AnnounceEvent.STARTED));
        var begin = exchange.expectMessageClass(UdpExchangeActor.Begin.class);

        result.toCompletableFuture().cancel(true);

        exchange.expectMessage(new UdpExchangeActor.Withdraw(begin.answer()));
    }

    @Test
    void asksNobodyWhereNobodyCanBe() throws Exception {
        var result = announcer(LONG, "0.0.0.0", "224.0.0.1").announce(Announces.of(AnnounceEvent.STARTED));

        assertThat(result.toCompletableFuture())
                .failsWithin(LONG)
                .withThrowableThat()
                .havingCause()
                .withMessage("tracker.test has no address that can be used");
        exchange.expectNoMessage(Duration.ZERO);
    }

    @Test
    void saysThatANameIsNotKnown() throws Exception {
        Resolver none = host -> CompletableFuture.failedFuture(new UnknownHostException(host));
        var announcer = new UdpAnnouncer(TrackerUrl.parse("udp://tracker.test:80"), LONG, none, exchange.ref());

        assertThat(announcer.scrape(List.of(OTHER)).toCompletableFuture())
                .failsWithin(LONG)
                .withThrowableThat()
                .havingCause()
                .withMessage("the name tracker.test is not known");
    }

    private UdpAnnouncer announcer(Duration deadline, String... addresses) throws TrackerException {
        List<InetAddress> found = List.of(addresses).stream()
                .map(address -> LiteralAddress.of(address).orElseThrow())
                .toList();
        Resolver resolver = host -> CompletableFuture.completedFuture(found);
        return new UdpAnnouncer(TrackerUrl.parse("udp://tracker.test:80/announce"), deadline, resolver, exchange.ref());
    }
}
