package io.bittern.tracker;

import io.bittern.net.Resolver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Announces to one tracker by HTTP or HTTPS (BEP 3), with one deadline for everything from the name to the last byte. */
final class HttpAnnouncer implements Announcer {

    private final TrackerUrl url;
    private final Announcers.Settings settings;
    private final Resolver resolver;
    private final HttpClients clients;
    private final HttpSlots slots;

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
        CompletableFuture<AnnounceResponse> result = new CompletableFuture<>();
        HttpSlots.Turn turn = new HttpSlots.Turn(url.authority(), () -> run(request, result));
        Stages.onEnd(result, (response, failure) -> slots.giveBack(turn));
        slots.lineUp(turn, request.event() == AnnounceEvent.STOPPED);
        return result;
    }

    private void run(AnnounceRequest request, CompletableFuture<AnnounceResponse> result) {
        if (result.isDone()) {
            return;
        }
        boolean stopping = request.event() == AnnounceEvent.STOPPED;
        Duration deadline = stopping ? settings.stopDeadline() : settings.deadline();
        HttpGet get = new HttpGet(clients, resolver, settings.userAgent());
        CompletableFuture<HttpReply> answer = get.start(HttpCodec.announceUrl(url, request));
        Stages.onEnd(result, (response, failure) -> answer.cancel(true));
        Stages.onEnd(answer.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS), (given, failure) -> {
            try {
                if (failure != null) {
                    throw failure;
                }
                result.complete(response(given));
            } catch (Throwable e) {
                result.completeExceptionally(Failures.translated(e, url));
            }
        });
    }

    private static AnnounceResponse response(HttpReply answer) throws TrackerException {
        if (answer.status() / 100 == 2) {
            return HttpCodec.announceResponse(answer.body());
        }
        throw HttpCodec.failure(answer.body())
                .orElseGet(() -> new TrackerException("the tracker answered with HTTP status " + answer.status()));
    }
}
