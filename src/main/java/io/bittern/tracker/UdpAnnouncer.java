package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Addresses;
import io.bittern.net.Destinations;
import io.bittern.net.Resolver;
import io.bittern.tracker.UdpCodec.Announced;
import io.bittern.tracker.UdpCodec.Answer;
import io.bittern.tracker.UdpCodec.Scraped;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/** Asks one UDP tracker (BEP 15); the name is looked up anew each time. */
final class UdpAnnouncer implements Announcer, Scraper {

    private final TrackerUrl url;
    private final Duration scrapeDeadline;
    private final Resolver resolver;
    private final ActorRef<UdpExchangeActor.Command> exchange;

    UdpAnnouncer(
            TrackerUrl url, Duration scrapeDeadline, Resolver resolver, ActorRef<UdpExchangeActor.Command> exchange) {
        this.url = url;
        this.scrapeDeadline = scrapeDeadline;
        this.resolver = resolver;
        this.exchange = exchange;
    }

    @Override
    public CompletionStage<AnnounceResponse> announce(AnnounceRequest request) {
        String urlData = url.pathAndQuery().equals("/") ? "" : url.pathAndQuery();
        return ask(new UdpQuestion.Announce(request, urlData), answer -> ((Announced) answer).response());
    }

    /** With a deadline: the whole ladder takes hours, and somebody waits. */
    @Override
    public CompletionStage<ScrapeResponse> scrape(List<InfoHash> torrents) {
        CompletableFuture<ScrapeResponse> result =
                ask(new UdpQuestion.Scrape(torrents), answer -> inOrder(torrents, ((Scraped) answer).counts()));
        Stages.onEnd(result.copy().orTimeout(scrapeDeadline.toMillis(), TimeUnit.MILLISECONDS), (response, late) -> {
            if (late != null) {
                result.completeExceptionally(TrackerException.of(late, url));
            }
        });
        return result;
    }

    private static ScrapeResponse inOrder(List<InfoHash> torrents, List<SwarmSize> counts) {
        Map<InfoHash, SwarmSize> swarms = new HashMap<>();
        for (int next = 0; next < torrents.size(); next++) {
            swarms.put(torrents.get(next), counts.get(next));
        }
        return new ScrapeResponse(swarms);
    }

    private <T> CompletableFuture<T> ask(UdpQuestion question, Function<Answer, T> reader) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Stages.onEnd(resolver.resolve(url.host()), (addresses, failure) -> {
            if (failure != null) {
                result.completeExceptionally(TrackerException.of(failure, url));
            } else if (!result.isDone()) {
                begin(addresses, question, reader, result);
            }
        });
        return result;
    }

    private <T> void begin(
            List<InetAddress> addresses,
            UdpQuestion question,
            Function<Answer, T> reader,
            CompletableFuture<T> result) {
        Optional<InetSocketAddress> tracker = Destinations.ipv4First(addresses).stream()
                .map(address -> new InetSocketAddress(address, url.port()))
                .filter(address -> !Addresses.isMartian(address))
                .findFirst();
        if (tracker.isEmpty()) {
            result.completeExceptionally(new TrackerException(url.host() + " has no address that can be used"));
            return;
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Stages.onEnd(answer, (given, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                result.complete(reader.apply(given));
            }
        });
        exchange.tell(new UdpExchangeActor.Begin(tracker.get(), question, answer));
        Stages.onEnd(result, (given, failure) -> {
            if (answer.cancel(true)) {
                exchange.tell(new UdpExchangeActor.Withdraw(answer));
            }
        });
    }
}
