package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.tracker.TrackerActor.Announced;
import io.bittern.tracker.TrackerActor.Refused;
import io.bittern.tracker.TrackerActor.Silent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TrackerActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final Patience PATIENCE =
            new Patience(Duration.ofSeconds(15), Duration.ofSeconds(100), Duration.ofSeconds(5));
    private static final AnnounceResponse ANSWER = Announces.answer(Duration.ofMinutes(30));

    /** An announce that reached the announcer. */
    private record Asked(AnnounceRequest request, CompletableFuture<AnnounceResponse> answer) {}

    private final TestProbe<UnhandledMessage> unhandled = testKit.createUnhandledMessageProbe();
    private final TestProbe<TrackerActor.Event> torrent = testKit.createTestProbe();
    private final TestProbe<Asked> network = testKit.createTestProbe();
    private final ActorRef<TrackerActor.Command> tracker =
            testKit.spawn(TrackerActor.create(7, this::announce, PATIENCE, torrent.ref()));

    private CompletableFuture<AnnounceResponse> announce(AnnounceRequest request) {
        CompletableFuture<AnnounceResponse> answer = new CompletableFuture<>();
        network.ref().tell(new Asked(request, answer));
        return answer;
    }

    @AfterEach
    void leavesNothingUnhandled() {
        unhandled.expectNoMessage(Duration.ZERO);
        testKit.stop(tracker);
    }

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Nested
    class WhileIdle {

        @Test
        void announces() {
            Asked asked = ask(AnnounceEvent.STARTED);

            assertThat(asked.request()).isEqualTo(Announces.of(AnnounceEvent.STARTED));
        }
    }

    @Nested
    class WhileAnnouncing {

        @Test
        void tellsWhatTheTrackerAnswered() {
            ask(AnnounceEvent.STARTED).answer().complete(ANSWER);

            torrent.expectMessage(new Announced(7, AnnounceEvent.STARTED, ANSWER));
        }

        @Test
        void tellsWhyTheTrackerRefused() {
            ask(AnnounceEvent.STARTED)
                    .answer()
                    .completeExceptionally(new TrackerException("no", Optional.of(Duration.ofMinutes(3))));

            torrent.expectMessage(new Refused(7, AnnounceEvent.STARTED, "no", Optional.of(Duration.ofMinutes(3))));
        }

        @Test
        void saysThatTheTrackerIsSilentAndGoesOnWaiting() {
            Asked asked = ask(AnnounceEvent.STARTED);

            time.expectNoMessageFor(Duration.ofMillis(14_999), torrent);
            time.timePasses(Duration.ofMillis(1));
            torrent.expectMessage(new Silent(7));
            asked.answer().complete(ANSWER);

            torrent.expectMessage(new Announced(7, AnnounceEvent.STARTED, ANSWER));
        }

        @Test
        void givesUpAtTheDeadline() {
            Asked asked = ask(AnnounceEvent.STARTED);

            time.timePasses(Duration.ofSeconds(15));
            torrent.expectMessage(new Silent(7));
            time.expectNoMessageFor(Duration.ofMillis(84_999), torrent);
            time.timePasses(Duration.ofMillis(1));

            torrent.expectMessage(new Refused(7, AnnounceEvent.STARTED, "no answer in time", Optional.empty()));
            assertThat(asked.answer()).isCancelled();
            ask(AnnounceEvent.STARTED);
        }

        @Test
        void announcesOneAtATimeAndTheNewestNext() {
            Asked first = ask(AnnounceEvent.STARTED);
            tracker.tell(new TrackerActor.Announce(Announces.of(AnnounceEvent.REGULAR)));
            tracker.tell(new TrackerActor.Announce(Announces.of(AnnounceEvent.COMPLETED)));
            time.expectNoMessageFor(Duration.ofSeconds(1), network);

            first.answer().complete(ANSWER);

            torrent.expectMessage(new Announced(7, AnnounceEvent.STARTED, ANSWER));
            Asked second = network.receiveMessage();
            assertThat(second.request().event()).isEqualTo(AnnounceEvent.COMPLETED);
            second.answer().complete(ANSWER);
            torrent.expectMessage(new Announced(7, AnnounceEvent.COMPLETED, ANSWER));
            time.expectNoMessageFor(Duration.ofSeconds(1), network);
        }

        @Test
        void letsAStopGoAhead() {
            Asked first = ask(AnnounceEvent.REGULAR);
            tracker.tell(new TrackerActor.Announce(Announces.of(AnnounceEvent.COMPLETED)));

            Asked stop = ask(AnnounceEvent.STOPPED);

            assertThat(first.answer()).isCancelled();
            stop.answer().complete(ANSWER);
            torrent.expectMessage(new Announced(7, AnnounceEvent.STOPPED, ANSWER));
            time.expectNoMessageFor(Duration.ofSeconds(1), network);
        }

        @Test
        void letsACompletionBeHeardBeforeAStop() {
            Asked completed = ask(AnnounceEvent.COMPLETED);
            tracker.tell(new TrackerActor.Announce(Announces.of(AnnounceEvent.STOPPED)));
            time.expectNoMessageFor(Duration.ofMillis(500), network);

            completed.answer().complete(ANSWER);

            assertThat(network.receiveMessage().request().event()).isEqualTo(AnnounceEvent.STOPPED);
            torrent.expectMessage(new Announced(7, AnnounceEvent.COMPLETED, ANSWER));
        }

        @Test
        void letsAStopWaitASecondForACompletionAndNoLonger() {
            Asked completed = ask(AnnounceEvent.COMPLETED);
            tracker.tell(new TrackerActor.Announce(Announces.of(AnnounceEvent.STOPPED)));

            time.expectNoMessageFor(Duration.ofMillis(999), network);
            time.timePasses(Duration.ofMillis(1));

            assertThat(network.receiveMessage().request().event()).isEqualTo(AnnounceEvent.STOPPED);
            assertThat(completed.answer()).isCancelled();
            torrent.expectMessage(new Refused(7, AnnounceEvent.COMPLETED, "no answer in time", Optional.empty()));
        }

        @Test
        void givesAStopFiveSeconds() {
            ask(AnnounceEvent.STOPPED);

            time.expectNoMessageFor(Duration.ofMillis(4_999), torrent);
            time.timePasses(Duration.ofMillis(1));

            torrent.expectMessage(new Refused(7, AnnounceEvent.STOPPED, "no answer in time", Optional.empty()));
        }

        @Test
        void abandonsTheAnnounceWhenItIsStopped() {
            Asked asked = ask(AnnounceEvent.STARTED);

            testKit.stop(tracker);

            assertThat(asked.answer()).isCancelled();
        }
    }

    @Nested
    class WhenItFails {

        private final ActorRef<TrackerActor.Command> supervised = testKit.spawn(Behaviors.supervise(
                        TrackerActor.create(7, this::fragile, PATIENCE, torrent.ref()))
                .onFailure(
                        Exception.class,
                        SupervisorStrategy.restartWithBackoff(Duration.ofSeconds(1), Duration.ofSeconds(1), 0)));
        private volatile boolean throwing;

        private CompletableFuture<AnnounceResponse> fragile(AnnounceRequest request) {
            if (throwing) {
                throw new IllegalStateException("a bug on purpose");
            }
            return announce(request);
        }

        @Test
        void saysThatWhatItAnnouncedAndWhatWaitedHaveNoAnswerAndAnnouncesAgainLater() {
            crash(AnnounceEvent.STARTED, AnnounceEvent.COMPLETED);

            torrent.expectMessage(new Refused(7, AnnounceEvent.STARTED, "failed; see the log", Optional.empty()));
            torrent.expectMessage(new Refused(7, AnnounceEvent.COMPLETED, "failed; see the log", Optional.empty()));
            supervised.tell(new TrackerActor.Announce(Announces.of(AnnounceEvent.REGULAR)));
            time.expectNoMessageFor(Duration.ofMillis(900), network);
            time.timePasses(Duration.ofMillis(100));

            network.receiveMessage().answer().complete(ANSWER);
            torrent.expectMessage(new Announced(7, AnnounceEvent.REGULAR, ANSWER));
        }

        @Test
        void takesABugThatShowsAtOnceForARefusal() {
            throwing = true;
            supervised.tell(new TrackerActor.Announce(Announces.of(AnnounceEvent.STARTED)));

            torrent.expectMessage(new Refused(7, AnnounceEvent.STARTED, "failed; see the log", Optional.empty()));
        }

        /** An announcer that answers nothing at all breaks what was promised, and the actor with it. */
        @SuppressWarnings("NullAway") // a null is the bug that this test needs
        private void crash(AnnounceEvent announced, AnnounceEvent waiting) {
            supervised.tell(new TrackerActor.Announce(Announces.of(announced)));
            Asked asked = network.receiveMessage();
            supervised.tell(new TrackerActor.Announce(Announces.of(waiting)));
            asked.answer().complete(null);
        }
    }

    @Test
    void waitsForUdpByTheLadderAndForHttpByTheDeadline() {
        assertThat(Patience.forUrl("udp://a.test:80").silence()).isEqualTo(Duration.ofSeconds(15));
        assertThat(Patience.forUrl("udp://a.test:80").deadline()).isGreaterThan(Duration.ofSeconds(15 * 511));
        assertThat(Patience.forUrl("http://a.test").silence()).isGreaterThan(Duration.ofSeconds(30));
    }

    private Asked ask(AnnounceEvent event) {
        tracker.tell(new TrackerActor.Announce(Announces.of(event)));
        return network.receiveMessage();
    }
}
