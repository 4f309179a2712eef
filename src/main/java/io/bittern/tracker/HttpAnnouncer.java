package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Resolver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Asks one tracker by HTTP or HTTPS (BEP 3, BEP 48), with one deadline for everything from the name to the last byte.
 */
final class HttpAnnouncer implements Announcer, Scraper {

    private final TrackerUrl url;
    private final Announcers.Settings settings;
    private final Resolver resolver;
    private final HttpClients clients;
    private final HttpSlots slots;

    /** Reads an answer that has one. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(HttpReply answer) throws TrackerException;
    }

    HttpAnnouncer(
            TrackerUrl url, Announcers.Settings settings, Resolver resolver, HttpClients clients, HttpSlots slots) {
        this.url = url;
        this.settings = settings;
        this.resolver = resolver;
        this.clients = clients;
        this.slots = slots;
    }

    @Override
    public CompletionStage<AnnounceResponse> announce(AnnounceRequest request) {
        boolean stopping = request.event() == AnnounceEvent.STOPPED;
        return ask(HttpCodec.announceUrl(url, request), stopping, answer -> HttpCodec.announceResponse(answer.body()));
    }

    @Override
    public CompletionStage<ScrapeResponse> scrape(List<InfoHash> torrents) {
        Optional<TrackerUrl> target = HttpCodec.scrapeUrl(url, torrents);
        return target.isEmpty()
                ? CompletableFuture.failedFuture(new TrackerException(
                        "the tracker cannot be asked without joining: its URL does not end in /announce"))
                : ask(
                        target.get(),
                        false,
                        answer -> HttpCodec.scrapeResponse(answer.body())
                                .only(torrents)
                                .at(answer.date()));
    }

    /** What is urgent goes ahead of the line, and has less time. */
    private <T> CompletableFuture<T> ask(TrackerUrl target, boolean urgent, Reader<T> reader) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Duration deadline = urgent ? settings.stopDeadline() : settings.deadline();
        HttpSlots.Turn turn = new HttpSlots.Turn(url.authority(), () -> run(target, deadline, reader, result));
        Stages.onEnd(result, (response, failure) -> slots.giveBack(turn));
        slots.lineUp(turn, urgent);
        return result;
    }

    private <T> void run(TrackerUrl target, Duration deadline, Reader<T> reader, CompletableFuture<T> result) {
        if (result.isDone()) {
            return;
        }
        HttpGet get = new HttpGet(clients, resolver, settings.userAgent());
        CompletableFuture<HttpReply> answer = get.start(target);
        Stages.onEnd(result, (response, failure) -> answer.cancel(true));
        Stages.onEnd(answer.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS), (given, failure) -> {
            try {
                if (failure != null) {
                    throw failure;
                }
                result.complete(reader.read(good(given)));
            } catch (Throwable e) {
                result.completeExceptionally(TrackerException.of(e, url));
            }
        });
    }

    private static HttpReply good(HttpReply answer) throws TrackerException {
        if (answer.status() / 100 == 2) {
            return answer;
        }
        throw HttpCodec.failure(answer.body())
                .orElseGet(() -> new TrackerException(
                        "the tracker answered with HTTP status " + answer.status(),
                        answer.retryAfter().map(AnnounceResponse::clamp)));
    }
}
