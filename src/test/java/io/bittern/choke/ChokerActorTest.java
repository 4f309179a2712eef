package io.bittern.choke;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.peer.PeerActor;
import io.bittern.peer.Standing;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ChokerActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final int SLOTS = 2;
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration ALMOST = Duration.ofMillis(999);
    private static final Duration INSTANT = Duration.ofMillis(1);

    /** What the policy was asked. */
    private record Asked(List<Standing> standings, Turn turn) {}

    private final TestProbe<Asked> policy = testKit.createTestProbe();
    private final TestProbe<ChokerActor.Command> heard = testKit.createTestProbe();
    private final ActorRef<ChokerActor.Command> choker = testKit.spawn(Behaviors.monitor(
            ChokerActor.Command.class,
            heard.ref(),
            ChokerActor.create(() -> this::choose, ChokerActor.Settings.USUAL)));
    private final Peer one = new Peer(1);
    private final Peer two = new Peer(2);
    private final Peer three = new Peer(3);

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @AfterEach
    void stop() {
        testKit.stop(choker);
    }

    @Nested
    class WithoutPeers {

        @Test
        void asksNobody() {
            choker.tell(ChokerActor.Nudge.INSTANCE);
            settle();

            time.expectNoMessageFor(Duration.ofMinutes(1), policy);
        }

        @Test
        void stopsAskingWhenTheLastPeerHasLeft() {
            one.join();
            one.leave();
            settle();

            time.expectNoMessageFor(Duration.ofMinutes(1), one.probe, policy);
        }
    }

    @Nested
    class InARound {

        @BeforeEach
        void join() {
            one.join();
            two.join();
            three.join();
            settle();
        }

        @Test
        void isSilentUntilTheInterval() {
            time.expectNoMessageFor(INTERVAL.minus(INSTANT), one.probe);

            time.timePasses(INTERVAL);

            one.probe.expectMessageClass(PeerActor.TellStanding.class);
        }

        @Test
        void tellsThoseWhoseStateChanges() {
            time.timePasses(INTERVAL);
            answer(one.interested(true), two.interested(false), three.interested(true));
            one.expectUnchoke(true);
            three.expectUnchoke(true);

            time.timePasses(INTERVAL);
            answer(one.interested(true), two.interested(true), three.interested(true));
            two.expectUnchoke(true);
            three.expectUnchoke(false);
            time.expectNoMessageFor(ALMOST, one.probe, two.probe, three.probe);
        }

        @Test
        void judgesByWhatPeersSayAndWhatTheyWereTold() {
            time.timePasses(INTERVAL);
            answer(one, two.interested(true), three);
            two.expectUnchoke(true);

            time.timePasses(INTERVAL);
            answer(one, two, three);

            assertThat(policy.receiveMessage().standings()).noneMatch(Standing::unchoked);
            assertThat(policy.receiveMessage().standings())
                    .containsExactly(one.standing(false), two.standing(true), three.standing(false));
        }

        @Test
        void isRegularEveryTime() {
            for (int round = 0; round < 4; round++) {
                time.timePasses(INTERVAL);
                answer(one, two, three);
                assertThat(policy.receiveMessage().turn()).isEqualTo(new Turn(true, false));
            }
        }

        @Test
        void tellsThePolicyWhetherWeSeed() {
            choker.tell(new ChokerActor.Seeding(true));
            settle();
            time.timePasses(INTERVAL);
            answer(one, two, three);

            assertThat(policy.receiveMessage().turn().seeding()).isTrue();
        }

        @Test
        void waitsNoLongerThanASecond() {
            time.timePasses(INTERVAL);
            answer(one.interested(true), two);
            three.probe.expectMessageClass(PeerActor.TellStanding.class);
            settle();
            time.expectNoMessageFor(ALMOST, policy);

            time.timePasses(INSTANT);

            assertThat(policy.receiveMessage().standings())
                    .extracting(Standing::peer)
                    .containsExactly(1, 2);
            one.expectUnchoke(true);
        }

        @Test
        void aLateAnswerCountsInTheNextRound() {
            time.timePasses(INTERVAL);
            answer(one, two);
            PeerActor.TellStanding first = three.probe.expectMessageClass(PeerActor.TellStanding.class);
            settle();
            time.timePasses(Duration.ofSeconds(1));
            policy.receiveMessage();

            first.replyTo().tell(three.interested(true).standing(false));
            settle();
            policy.expectNoMessage(Duration.ZERO);
            time.timePasses(INTERVAL);
            answer(one, two);
            three.probe.expectMessageClass(PeerActor.TellStanding.class);
            settle();
            time.timePasses(Duration.ofSeconds(1));

            assertThat(policy.receiveMessage().standings()).contains(three.standing(false));
            three.expectUnchoke(true);
        }

        @Test
        void aPeerThatAnswersNoMoreLosesItsSlotAfterThreeRounds() {
            time.timePasses(INTERVAL);
            answer(one, two, three.interested(true));
            three.expectUnchoke(true);

            for (int round = 0; round < 3; round++) {
                three.probe.expectNoMessage(Duration.ZERO);
                time.timePasses(INTERVAL);
                answer(one, two);
                three.probe.expectMessageClass(PeerActor.TellStanding.class);
                settle();
                time.timePasses(Duration.ofSeconds(1));
            }

            three.expectUnchoke(false);
        }

        @Test
        void aPeerThatLeavesIsNotWaitedFor() {
            time.timePasses(INTERVAL);
            answer(one, two);
            three.leave();

            assertThat(policy.receiveMessage().standings())
                    .extracting(Standing::peer)
                    .containsExactly(1, 2);
        }

        @Test
        void aPeerThatLeavesAfterItsAnswerIsNotJudged() {
            time.timePasses(INTERVAL);
            answer(three, two);
            settle();
            three.leave();
            answer(one);

            assertThat(policy.receiveMessage().standings())
                    .extracting(Standing::peer)
                    .containsExactly(1, 2);
        }

        @Test
        void aPeerThatJoinsIsAskedInTheNextRound() {
            time.timePasses(INTERVAL);
            answer(one, two);
            Peer four = new Peer(4);
            four.join();
            answer(three);
            assertThat(policy.receiveMessage().standings()).hasSize(3);

            time.timePasses(INTERVAL);
            answer(one, two, three, four);

            assertThat(policy.receiveMessage().standings()).hasSize(4);
        }

        @Test
        void aFailureOfThePolicyLosesNoPeer() {
            LoggingTestKit.error(IllegalStateException.class).expect(testKit.system(), () -> {
                time.timePasses(INTERVAL);
                answer(one.interested(true).fails(true), two, three);
                return null;
            });
            settle();

            time.timePasses(INTERVAL);
            answer(one.fails(false), two, three);

            one.expectUnchoke(true);
        }
    }

    @Nested
    class WhenNudged {

        @BeforeEach
        void join() {
            one.join();
            two.join();
            settle();
        }

        @Test
        void asksAtOnceAndOnlyFillsFreeSlots() {
            choker.tell(ChokerActor.Nudge.INSTANCE);
            answer(one, two.interested(true));

            assertThat(policy.receiveMessage().turn().regular()).isFalse();
            two.expectUnchoke(true);
        }

        @Test
        void nudgesThatComeTogetherShareARound() {
            for (int nudge = 0; nudge < 50; nudge++) {
                choker.tell(ChokerActor.Nudge.INSTANCE);
            }
            answer(one, two);
            policy.receiveMessage();
            settle();
            time.expectNoMessageFor(Duration.ofMillis(99), one.probe);

            time.timePasses(INSTANT);

            answer(one, two);
            policy.receiveMessage();
            settle();
            time.expectNoMessageFor(Duration.ofSeconds(5), one.probe, policy);
        }

        @Test
        void theIntervalTurnsAQuickRoundThatWaitsIntoARegularOne() {
            time.timePasses(INTERVAL.minus(INSTANT));
            choker.tell(ChokerActor.Nudge.INSTANCE);
            answer(one);
            two.probe.expectMessageClass(PeerActor.TellStanding.class);
            time.timePasses(INSTANT);
            answer(one, two);

            assertThat(policy.receiveMessage().turn().regular()).isTrue();
            settle();
            policy.expectNoMessage(Duration.ZERO);
        }

        @Test
        void aNudgeWithinARoundIsAnsweredAfterIt() {
            time.timePasses(INTERVAL);
            answer(one);
            choker.tell(ChokerActor.Nudge.INSTANCE);
            answer(two);
            assertThat(policy.receiveMessage().turn().regular()).isTrue();

            answer(one, two);

            assertThat(policy.receiveMessage().turn().regular()).isFalse();
        }
    }

    /** The first interested ones; a quick round keeps who is served. */
    private Set<Integer> choose(List<Standing> standings, Turn turn) {
        policy.ref().tell(new Asked(standings, turn));
        if (standings.stream().anyMatch(standing -> standing.downloadRate() < 0)) {
            throw new IllegalStateException("the policy fails");
        }
        Comparator<Standing> first = Comparator.comparing(Standing::peer);
        if (!turn.regular()) {
            first = Comparator.comparing((Standing standing) -> !standing.unchoked())
                    .thenComparing(first);
        }
        return standings.stream()
                .filter(Standing::interested)
                .sorted(first)
                .limit(SLOTS)
                .map(Standing::peer)
                .collect(Collectors.toSet());
    }

    private static void answer(Peer... peers) {
        for (Peer peer : peers) {
            peer.probe
                    .expectMessageClass(PeerActor.TellStanding.class)
                    .replyTo()
                    .tell(peer.standing(false));
        }
    }

    /** Waits until the choker has done all it was told: it hears of the leave of nobody when that is done. */
    private void settle() {
        ChokerActor.Leave nobody = new ChokerActor.Leave(-1);
        choker.tell(nobody);
        ChokerActor.Command last;
        do {
            last = heard.receiveMessage();
        } while (!last.equals(nobody));
    }

    /** A peer that says of itself what the test likes, and always that it is choked. */
    private final class Peer {

        private final int number;
        private final TestProbe<PeerActor.Command> probe = testKit.createTestProbe();
        private boolean interested;
        private boolean fails;

        Peer(int number) {
            this.number = number;
        }

        void join() {
            choker.tell(new ChokerActor.Join(number, probe.ref()));
        }

        void leave() {
            choker.tell(new ChokerActor.Leave(number));
        }

        Peer interested(boolean now) {
            interested = now;
            return this;
        }

        Peer fails(boolean now) {
            fails = now;
            return this;
        }

        Standing standing(boolean unchoked) {
            return new Standing(number, interested, unchoked, false, fails ? -1 : 0, 0, 0, 60, false);
        }

        void expectUnchoke(boolean unchoked) {
            probe.expectMessage(new PeerActor.Unchoke(unchoked));
        }
    }
}
