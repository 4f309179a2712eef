package io.bittern.tracker;

import io.bittern.net.Resolver;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Announces to a tracker over both address families at once if its name has addresses of both, so that peers of either
 * family hear of us and we of them (BEP 7).
 *
 * <p>The answer is that of both together if the second comes soon after the first, else that of the first alone.
 */
final class DualAnnouncer implements Announcer {

    /** How long the second answer is waited for. */
    static final Duration GRACE = Duration.ofSeconds(2);

    /** How long the second announce may go on when nobody waits for it any more. */
    private static final Duration LATEST = Duration.ofSeconds(15);

    private final String host;
    private final Resolver resolver;
    private final Duration grace;
    private final Announcer either;
    private final Announcer four;
    private final Announcer six;

    /** @param by an announcer that knows names by this resolver */
    DualAnnouncer(String host, Resolver resolver, Duration grace, Function<Resolver, Announcer> by) {
        this.host = host;
        this.resolver = resolver;
        this.grace = grace;
        this.either = by.apply(resolver);
        this.four = by.apply(only(Inet4Address.class::isInstance));
        this.six = by.apply(only(address -> !(address instanceof Inet4Address)));
    }

    private Resolver only(Predicate<InetAddress> family) {
        return name -> resolver.resolve(name)
                .thenApply(addresses -> addresses.stream().filter(family).toList());
    }

    @Override
    public CompletionStage<AnnounceResponse> announce(AnnounceRequest request) {
        CompletableFuture<AnnounceResponse> result = new CompletableFuture<>();
        Stages.onEnd(resolver.resolve(host), (addresses, failure) -> {
            if (result.isDone()) {
                return;
            }
            boolean both = failure == null
                    && addresses.stream()
                                    .map(Inet4Address.class::isInstance)
                                    .distinct()
                                    .count()
                            == 2;
            List<CompletableFuture<AnnounceResponse>> asked = (both ? Stream.of(four, six) : Stream.of(either))
                    .map(one -> one.announce(request).toCompletableFuture())
                    .toList();
            Duration patience = request.event() == AnnounceEvent.STOPPED ? Duration.ZERO : grace;
            asked.forEach(one -> Stages.onEnd(one, (answer, trouble) -> answered(one, asked, patience, result)));
            Stages.onEnd(result, (answer, trouble) -> {
                if (trouble != null) {
                    asked.forEach(one -> one.cancel(true));
                }
            });
        });
        return result;
    }

    private static void answered(
            CompletableFuture<AnnounceResponse> one,
            List<CompletableFuture<AnnounceResponse>> asked,
            Duration patience,
            CompletableFuture<AnnounceResponse> result) {
        if (asked.stream().allMatch(CompletableFuture::isDone)) {
            end(asked, result);
        } else if (!one.isCompletedExceptionally()) {
            asked.forEach(other -> other.orTimeout(LATEST.toMillis(), TimeUnit.MILLISECONDS));
            if (patience.isZero()) {
                result.complete(one.join());
            } else {
                result.completeOnTimeout(one.join(), patience.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private static void end(
            List<CompletableFuture<AnnounceResponse>> asked, CompletableFuture<AnnounceResponse> result) {
        try {
            result.complete(asked.stream()
                    .filter(one -> !one.isCompletedExceptionally())
                    .map(CompletableFuture::join)
                    .reduce(DualAnnouncer::joined)
                    .orElseGet(() -> asked.get(0).join()));
        } catch (CompletionException failed) {
            result.completeExceptionally(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    private static AnnounceResponse joined(AnnounceResponse one, AnnounceResponse other) {
        return new AnnounceResponse(
                longer(one.interval(), other.interval()),
                longer(one.minInterval(), other.minInterval()),
                one.swarm().or(other.swarm()),
                Stream.concat(one.peers().stream(), other.peers().stream())
                        .distinct()
                        .toList(),
                one.externalIp().or(other::externalIp),
                one.trackerId().or(other::trackerId),
                one.warning().or(other::warning));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
