package io.bittern.tracker;

import io.bittern.net.Resolver;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Asks a tracker over both address families at once if its name has addresses of both and there are ways to both, so that
 * peers of either family hear of us and we of them (BEP 7).
 *
 * <p>The answer is that of both together if the second comes soon after the first, else that of the first alone.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
final class BothFamilies<Q, A> {

    /** How long the second answer is usually waited for. */
    static final Duration GRACE = Duration.ofSeconds(2);

    /** How long the second question may go on when nobody waits for it any more. */
    private static final Duration LATEST = Duration.ofSeconds(15);

    private final String host;
    private final Resolver resolver;
    private final Predicate<InetAddress> routed;
    private final BinaryOperator<A> join;
    private final Asker<Q, A> either;
    private final Asker<Q, A> four;
    private final Asker<Q, A> six;

    /** Asks once; cancelling the stage's future ends the question. */
    @FunctionalInterface
    interface Asker<Q, A> {
        CompletionStage<A> ask(Q question);
    }

    /**
     * For the tracker of this name.
     *
     * @param routed whether there is a way to an address
     * @param by what asks, and knows names by this resolver
     * @param join makes one answer of two
     */
    BothFamilies(
            String host,
            Resolver resolver,
            Predicate<InetAddress> routed,
            Function<Resolver, Asker<Q, A>> by,
            BinaryOperator<A> join) {
        this.host = host;
        this.resolver = resolver;
        this.routed = routed;
        this.join = join;
        this.either = by.apply(resolver);
        this.four = by.apply(only(BothFamilies::isFour));
        this.six = by.apply(only(address -> !isFour(address)));
    }

    private static boolean isFour(InetAddress address) {
        return address instanceof Inet4Address;
    }

    private Resolver only(Predicate<InetAddress> family) {
        return name -> resolver.resolve(name)
                .thenApply(addresses -> addresses.stream().filter(family).toList());
    }

    /** Asks; the second answer is waited for for so long. */
    CompletionStage<A> ask(Q question, Duration grace) {
        CompletableFuture<A> result = new CompletableFuture<>();
        Stages.onEnd(resolver.resolve(host), (addresses, failure) -> {
            if (result.isDone()) {
                return;
            }
            List<CompletableFuture<A>> asked = askers(failure == null ? addresses : List.of()).stream()
                    .map(one -> one.ask(question).toCompletableFuture())
                    .toList();
            asked.forEach(one -> Stages.onEnd(one, (answer, trouble) -> answered(one, asked, grace, result)));
            Stages.onEnd(result, (answer, trouble) -> {
                if (trouble != null) {
                    asked.forEach(one -> one.cancel(true));
                }
            });
        });
        return result;
    }

    /** A family without a way is not asked: a datagram would be waited for in vain. */
    private List<Asker<Q, A>> askers(List<InetAddress> addresses) {
        List<Asker<Q, A>> askers = new ArrayList<>();
        if (addresses.stream().anyMatch(address -> isFour(address) && routed.test(address))) {
            askers.add(four);
        }
        if (addresses.stream().anyMatch(address -> !isFour(address) && routed.test(address))) {
            askers.add(six);
        }
        return askers.isEmpty() ? List.of(either) : askers;
    }

    private void answered(
            CompletableFuture<A> one, List<CompletableFuture<A>> asked, Duration grace, CompletableFuture<A> result) {
        if (asked.stream().allMatch(CompletableFuture::isDone)) {
            end(asked, result);
        } else if (!one.isCompletedExceptionally()) {
            asked.forEach(other -> other.orTimeout(LATEST.toMillis(), TimeUnit.MILLISECONDS));
            if (grace.isZero()) {
                result.complete(one.join());
            } else {
                result.completeOnTimeout(one.join(), grace.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void end(List<CompletableFuture<A>> asked, CompletableFuture<A> result) {
        try {
            result.complete(asked.stream()
                    .filter(one -> !one.isCompletedExceptionally())
                    .map(CompletableFuture::join)
                    .reduce(join)
                    .orElseGet(() -> asked.get(0).join()));
        } catch (CompletionException failed) {
            result.completeExceptionally(failed.getCause() == null ? failed : failed.getCause());
        }
    }
}
