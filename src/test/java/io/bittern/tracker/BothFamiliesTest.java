package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.net.Resolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BothFamiliesTest {

    private static final InetAddress FOUR = address("192.0.2.1");
    private static final InetAddress SIX = address("2001:db8::1");
    private static final Duration LONG = Duration.ofMinutes(1);

    /** A question over these addresses, which the test answers. */
    private record Asked(List<InetAddress> addresses, CompletableFuture<AnnounceResponse> answer) {}

    private final List<Asked> asked = new ArrayList<>();

    private final List<InetAddress> unrouted = new ArrayList<>();

    private CompletableFuture<AnnounceResponse> ask(Duration grace, InetAddress... known) {
        Resolver table = name -> known.length == 0
                ? CompletableFuture.failedFuture(new UnknownHostException(name))
                : CompletableFuture.completedFuture(List.of(known));
        var families = new BothFamilies<String, AnnounceResponse>(
                "tracker.test",
                table,
                address -> !unrouted.contains(address),
                names -> question -> {
                    Asked one = new Asked(
                            names.resolve("tracker.test")
                                    .toCompletableFuture()
                                    .exceptionally(failed -> List.of())
                                    .join(),
                            new CompletableFuture<>());
                    asked.add(one);
                    return one.answer();
                },
                AnnounceResponse::and);
        return families.ask("a question", grace).toCompletableFuture();
    }

    private static AnnounceResponse answer(int minutes, int seeders, InetSocketAddress... peers) {
        return new AnnounceResponse(
                Duration.ofMinutes(minutes), Duration.ofMinutes(minutes), SwarmSize.of(seeders, 1, 0), List.of(peers));
    }

    private static InetSocketAddress peer(String host) {
        return new InetSocketAddress(address(host), 6881);
    }

    private static InetAddress address(String literal) {
        return LiteralAddress.of(literal).orElseThrow();
    }

    @Test
    void asksOnceWhereThereIsOneFamily() {
        var result = ask(LONG, FOUR, address("192.0.2.2"));

        asked.get(0).answer().complete(answer(30, 1, peer("192.0.2.9")));

        assertThat(asked).singleElement().extracting(Asked::addresses).isEqualTo(List.of(FOUR, address("192.0.2.2")));
        assertThat(result.join().peers()).containsExactly(peer("192.0.2.9"));
    }

    @Test
    void leavesItToTheAskerToSayThatANameIsUnknown() {
        var result = ask(LONG);

        assertThat(asked).singleElement().extracting(Asked::addresses).isEqualTo(List.of());
        assertThat(result).isNotDone();
    }

    @Test
    void asksOverBothFamiliesAndJoinsTheAnswers() {
        var result = ask(LONG, SIX, FOUR);

        assertThat(asked).extracting(Asked::addresses).containsExactly(List.of(FOUR), List.of(SIX));
        asked.get(1).answer().complete(answer(20, 5, peer("2001:db8::9"), peer("192.0.2.9")));
        assertThat(result).isNotDone();
        asked.get(0).answer().complete(answer(30, 3, peer("192.0.2.9")));

        AnnounceResponse joined = result.join();
        assertThat(joined.peers()).containsExactly(peer("192.0.2.9"), peer("2001:db8::9"));
        assertThat(joined.interval()).isEqualTo(Duration.ofMinutes(30));
        assertThat(joined.swarm()).isEqualTo(SwarmSize.of(5, 1, 0));
    }

    @Test
    void asksOnlyTheFamilyToWhichThereIsAWay() {
        unrouted.add(FOUR);

        var result = ask(LONG, FOUR, SIX);

        assertThat(result).isNotDone();
        assertThat(asked).extracting(Asked::addresses).containsExactly(List.of(SIX));
    }

    @Test
    void leavesItToTheAskerToSayThatThereIsNoWay() {
        unrouted.addAll(List.of(FOUR, SIX));

        var result = ask(LONG, FOUR, SIX);

        assertThat(result).isNotDone();
        assertThat(asked).extracting(Asked::addresses).containsExactly(List.of(FOUR, SIX));
    }

    @Test
    void isContentWithOneAnswer() {
        var result = ask(LONG, FOUR, SIX);

        asked.get(1).answer().completeExceptionally(new TrackerException("no route"));
        assertThat(result).isNotDone();
        asked.get(0).answer().complete(answer(30, 1));

        assertThat(result.join().interval()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void failsByTheFirstReasonWhenBothFail() {
        var result = ask(LONG, FOUR, SIX);

        asked.get(1).answer().completeExceptionally(new TrackerException("no route"));
        asked.get(0).answer().completeExceptionally(new TrackerException("refused"));

        assertThatThrownBy(result::join)
                .cause()
                .isInstanceOf(TrackerException.class)
                .hasMessage("refused");
    }

    @Test
    void doesNotWaitLongForTheSecondAnswer() throws Exception {
        var result = ask(Duration.ofMillis(1), FOUR, SIX);

        asked.get(1).answer().complete(answer(20, 1));

        assertThat(result.get(60, TimeUnit.SECONDS).interval()).isEqualTo(Duration.ofMinutes(20));
        assertThat(asked.get(0).answer()).isNotDone();
    }

    @Test
    void doesNotWaitAtAllWithoutGrace() {
        var result = ask(Duration.ZERO, FOUR, SIX);

        asked.get(0).answer().complete(answer(30, 1));

        assertThat(result).isCompleted();
    }

    @Test
    void endsBothWhenItIsCancelled() {
        var result = ask(LONG, FOUR, SIX);

        result.cancel(true);

        assertThat(asked).allMatch(one -> one.answer().isCancelled());
    }
}
