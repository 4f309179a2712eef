package io.bittern.tracker;

import static io.bittern.tracker.AnnounceEvent.COMPLETED;
import static io.bittern.tracker.AnnounceEvent.REGULAR;
import static io.bittern.tracker.AnnounceEvent.STARTED;
import static io.bittern.tracker.AnnounceEvent.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.tracker.Announcing.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AnnouncingTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long NOW = -100 * SECOND;
    private static final AnnounceResponse ANSWER = Announces.answer(Duration.ofMinutes(30));

    private final Announcing one = announcing(List.of("a"));
    private final Announcing tiers = announcing(List.of("a"), List.of("b"));

    @Nested
    class Tiering {

        @Test
        void shufflesEachTierOnceAndKeepsTheTiers() {
            Set<List<Integer>> orders = new HashSet<>();
            for (int seed = 0; seed < 100; seed++) {
                Tiers tiers = new Tiers(List.of(List.of("a", "b", "c"), List.of("d", "e")), new Random(seed));
                assertThat(tiers.urls()).containsExactly("a", "b", "c", "d", "e");
                assertThat(new TreeSet<>(tiers.order().subList(0, 3))).containsExactly(0, 1, 2);
                assertThat(new TreeSet<>(tiers.order().subList(3, 5))).containsExactly(3, 4);
                orders.add(tiers.order());
            }
            assertThat(orders).hasSize(12);
        }

        @Test
        void countsAUrlThatComesTwiceWhereItComesFirst() {
            assertThat(announcing(List.of("a", "a"), List.of("b", "a")).urls()).containsExactly("a", "b");
        }

        @Test
        void promotesTheTrackerThatAnsweredWithinItsTier() {
            Announcing announcing = announcing(List.of("a", "b", "c"), List.of("d"));
            int first = announcing.started(NOW).get(0).tracker();
            int second = announcing
                    .refused(first, "down", Optional.empty(), NOW)
                    .get(0)
                    .tracker();
            announcing.announced(second, ANSWER, NOW);

            assertThat(announcing.due(announcing.nextDue().orElseThrow())).containsExactly(new Order(second, REGULAR));
        }
    }

    @Test
    void remembersTheTrackerId() {
        one.started(NOW);
        assertThat(one.trackerId(0)).isEmpty();
        one.announced(0, withId("abc"), NOW);
        assertThat(one.trackerId(0)).contains("abc");

        one.due(one.nextDue().orElseThrow());
        one.announced(0, ANSWER, NOW);

        assertThat(one.trackerId(0)).contains("abc");
    }

    private static AnnounceResponse withId(String id) {
        return new AnnounceResponse(
                AnnounceResponse.USUAL,
                AnnounceResponse.SHORTEST,
                SwarmSize.UNKNOWN,
                List.of(),
                Optional.empty(),
                Optional.of(id),
                Optional.empty());
    }

    @Nested
    class Starting {

        @Test
        void asksTheFirstTracker() {
            assertThat(tiers.nextDue()).isEmpty();
            assertThat(tiers.due(NOW)).isEmpty();
            assertThat(tiers.started(NOW)).containsExactly(new Order(0, STARTED));
            assertThat(tiers.nextDue()).isEmpty();
            assertThat(tiers.started(NOW)).isEmpty();
        }

        @Test
        void goesOnAtOnceWhenATrackerRefuses() {
            tiers.started(NOW);

            assertThat(tiers.refused(0, "down", Optional.empty(), NOW)).containsExactly(new Order(1, STARTED));
        }

        @Test
        void goesOnWhenATrackerIsSilentAndStillTakesItsAnswer() {
            tiers.started(NOW);

            assertThat(tiers.silent(0, NOW + 15 * SECOND)).containsExactly(new Order(1, STARTED));
            assertThat(tiers.announced(1, ANSWER, NOW + 16 * SECOND)).isEmpty();
            assertThat(tiers.announced(0, ANSWER, NOW + 40 * SECOND)).isEmpty();
            assertThat(tiers.stopped(NOW + 50 * SECOND)).containsExactly(new Order(0, STOPPED), new Order(1, STOPPED));
        }

        @Test
        void leavesATrackerToItsOwnLadderWhileItIsSilent() {
            one.started(NOW);

            assertThat(one.silent(0, NOW + 15 * SECOND)).isEmpty();
            assertThat(one.nextDue()).isEmpty();
            one.refused(0, "no answer", Optional.empty(), NOW + 7000 * SECOND);
            assertThat(one.nextDue()).isPresent();
        }

        @Test
        void doesNotAskASilentTrackerAgainWithTheOthers() {
            tiers.started(NOW);
            tiers.silent(0, NOW);
            tiers.refused(1, "down", Optional.empty(), NOW);

            assertThat(tiers.due(tiers.nextDue().orElseThrow())).containsExactly(new Order(1, STARTED));
        }

        @Test
        void saysStartedUntilOneTrackerTookIt() {
            one.started(NOW);
            one.refused(0, "down", Optional.empty(), NOW);
            long due = one.nextDue().orElseThrow();
            assertThat(one.due(due - 1)).isEmpty();
            assertThat(one.due(due)).containsExactly(new Order(0, STARTED));
            one.announced(0, ANSWER, due);

            assertThat(one.due(one.nextDue().orElseThrow())).containsExactly(new Order(0, REGULAR));
        }

        @Test
        void hasNothingToDoWithoutTrackers() {
            Announcing none = announcing();

            assertThat(none.started(NOW)).isEmpty();
            assertThat(none.nextDue()).isEmpty();
            assertThat(none.completed(NOW)).isEmpty();
            assertThat(none.stopped(NOW)).isEmpty();
        }
    }

    @Nested
    class Failing {

        @Test
        void triesAgainOnALadderUpToHalfAnHour() {
            List<Long> waits = new ArrayList<>();
            long now = NOW;
            one.started(now);
            for (int i = 0; i < 10; i++) {
                one.refused(0, "down", Optional.empty(), now);
                waits.add((one.nextDue().orElseThrow() - now) / SECOND);
                now = one.nextDue().orElseThrow();
                one.due(now);
            }

            long rung = 15;
            for (long wait : waits) {
                assertThat(wait).isBetween(rung * 9 / 10 - 1, rung * 11 / 10);
                rung = Math.min(2 * rung, 1800);
            }
        }

        @Test
        void beginsTheLadderAnewAfterAnAnswer() {
            one.started(NOW);
            one.refused(0, "down", Optional.empty(), NOW);
            one.due(one.nextDue().orElseThrow());
            one.refused(0, "down", Optional.empty(), NOW);
            one.due(one.nextDue().orElseThrow());
            one.announced(0, ANSWER, NOW);
            one.due(one.nextDue().orElseThrow());
            one.refused(0, "down", Optional.empty(), NOW);

            assertThat(one.nextDue().orElseThrow() - NOW).isLessThan(17 * SECOND);
        }

        @Test
        void waitsAsLongAsTheTrackerWants() {
            one.started(NOW);
            one.refused(0, "busy", Optional.of(Duration.ofMinutes(7)), NOW);

            assertThat(one.nextDue()).hasValue(NOW + 420 * SECOND);
            assertThat(one.due(NOW + 420 * SECOND)).containsExactly(new Order(0, STARTED));
        }

        @Test
        void asksTheOthersMeanwhile() {
            tiers.started(NOW);
            tiers.refused(0, "busy", Optional.of(Duration.ofMinutes(7)), NOW);
            tiers.refused(1, "down", Optional.empty(), NOW);

            assertThat(tiers.due(tiers.nextDue().orElseThrow())).containsExactly(new Order(1, STARTED));
        }

        @Test
        void leavesATrackerAloneThatNeverWantsToBeAskedAgain() {
            one.started(NOW);
            one.refused(0, "go away", Optional.of(TrackerException.NEVER), NOW);

            assertThat(one.nextDue()).isEmpty();
        }
    }

    @Nested
    class Working {

        @Test
        void announcesByTheIntervalOfTheTrackerThatAnswered() {
            one.started(NOW);
            one.announced(0, ANSWER, NOW);

            assertThat(one.nextDue()).hasValue(NOW + 1800 * SECOND);
            assertThat(one.due(NOW + 1799 * SECOND)).isEmpty();
            assertThat(one.due(NOW + 1800 * SECOND)).containsExactly(new Order(0, REGULAR));
        }

        @Test
        void startsAtTheNextTrackerWhenTheFirstFallsAway() {
            tiers.started(NOW);
            tiers.announced(0, ANSWER, NOW);
            tiers.due(NOW + 1800 * SECOND);

            assertThat(tiers.refused(0, "down", Optional.empty(), NOW + 1800 * SECOND))
                    .containsExactly(new Order(1, STARTED));
            tiers.announced(1, ANSWER, NOW + 1800 * SECOND);
            assertThat(tiers.due(NOW + 3600 * SECOND)).containsExactly(new Order(0, REGULAR));
        }

        @Test
        void showsHowTheTrackersAreDoing() {
            tiers.started(NOW);
            tiers.refused(0, "down", Optional.empty(), NOW);
            tiers.announced(1, ANSWER, NOW);

            assertThat(tiers.status())
                    .extracting(Announcing.Status::state)
                    .containsExactly(Announcing.State.FAILED, Announcing.State.WORKING);
            assertThat(tiers.status().get(0).text()).isEqualTo("down");
            assertThat(tiers.status().get(1).tier()).isEqualTo(1);
            assertThat(tiers.status().get(1).swarm().seeders()).hasValue(3);
        }
    }

    @Nested
    class Completing {

        @Test
        void tellsTheTrackerThatKnowsUsOnce() {
            one.started(NOW);
            one.announced(0, ANSWER, NOW);

            assertThat(one.completed(NOW)).containsExactly(new Order(0, COMPLETED));
            one.announced(0, ANSWER, NOW);
            assertThat(one.due(one.nextDue().orElseThrow())).containsExactly(new Order(0, REGULAR));
        }

        @Test
        void waitsForTheAnnounceThatIsUnderWay() {
            one.started(NOW);

            assertThat(one.completed(NOW)).isEmpty();
            assertThat(one.announced(0, ANSWER, NOW)).containsExactly(new Order(0, COMPLETED));
            assertThat(one.announced(0, ANSWER, NOW)).isEmpty();
        }

        @Test
        void triesAgainLaterWhenItIsRefused() {
            one.started(NOW);
            one.announced(0, ANSWER, NOW);
            one.completed(NOW);

            assertThat(one.refused(0, "busy", Optional.empty(), NOW)).isEmpty();
            assertThat(one.due(one.nextDue().orElseThrow())).containsExactly(new Order(0, COMPLETED));
        }
    }

    @Nested
    class Stopping {

        @Test
        void tellsEveryTrackerThatAcceptedAStartAndNobodyElse() {
            Announcing three = announcing(List.of("a"), List.of("b"), List.of("c"));
            three.started(NOW);
            three.silent(0, NOW);
            three.refused(1, "down", Optional.empty(), NOW);
            three.announced(2, ANSWER, NOW);

            assertThat(three.stopped(NOW)).containsExactly(new Order(2, STOPPED));
            assertThat(three.nextDue()).isEmpty();
            assertThat(three.stopped(NOW)).isEmpty();
        }

        @Test
        void tellsATrackerWhoseAnswerComesLate() {
            one.started(NOW);
            assertThat(one.stopped(NOW)).isEmpty();

            assertThat(one.announced(0, ANSWER, NOW)).containsExactly(new Order(0, STOPPED));
            assertThat(one.announced(0, ANSWER, NOW)).isEmpty();
        }

        @Test
        void canBeFollowedByANewStart() {
            one.started(NOW);
            one.announced(0, ANSWER, NOW);
            one.stopped(NOW);

            assertThat(one.started(NOW)).containsExactly(new Order(0, STARTED));
        }
    }

    @Nested
    class Everywhere {

        private final List<List<String>> urls = List.of(List.of("a", "b"), List.of("c"));
        private final Announcing each = new Announcing(urls, AnnounceTo.ALL_TIERS, new Random(1));
        private final Announcing all = new Announcing(urls, AnnounceTo.ALL, new Random(1));

        @Test
        void asksOneTrackerOfEachTier() {
            List<Order> orders = each.started(NOW);
            int first = orders.get(0).tracker();

            assertThat(orders).hasSize(2).contains(new Order(2, STARTED));
            assertThat(each.refused(2, "down", Optional.empty(), NOW)).isEmpty();
            assertThat(each.refused(first, "down", Optional.empty(), NOW))
                    .containsExactly(new Order(1 - first, STARTED));
            assertThat(each.announced(1 - first, ANSWER, NOW)).isEmpty();
            assertThat(each.nextDue().orElseThrow() - NOW).isLessThan(17 * SECOND);
            assertThat(each.due(NOW + 17 * SECOND)).containsExactly(new Order(2, STARTED));
            each.announced(2, ANSWER, NOW + 17 * SECOND);
            assertThat(each.nextDue()).hasValue(NOW + 1800 * SECOND);
        }

        @Test
        void asksEveryTracker() {
            assertThat(all.started(NOW))
                    .containsExactlyInAnyOrder(new Order(0, STARTED), new Order(1, STARTED), new Order(2, STARTED));
            all.announced(0, ANSWER, NOW);
            all.announced(1, ANSWER, NOW + SECOND);
            all.refused(2, "down", Optional.of(TrackerException.NEVER), NOW);

            assertThat(all.completed(NOW + SECOND))
                    .containsExactlyInAnyOrder(new Order(0, COMPLETED), new Order(1, COMPLETED));
            all.announced(0, ANSWER, NOW + SECOND);
            all.announced(1, ANSWER, NOW + SECOND);
            assertThat(all.due(NOW + 1801 * SECOND))
                    .containsExactlyInAnyOrder(new Order(0, REGULAR), new Order(1, REGULAR));
            assertThat(all.stopped(NOW + 1801 * SECOND))
                    .containsExactlyInAnyOrder(new Order(0, STOPPED), new Order(1, STOPPED));
            assertThat(all.nextDue()).isEmpty();
        }

        @Test
        void asksNoMoreThanAHundredAtOnceButLeavesNoneOut() {
            List<List<String>> many = IntStream.range(0, 150)
                    .mapToObj(number -> List.of("http://tracker-" + number))
                    .toList();
            Announcing announcing = new Announcing(many, AnnounceTo.ALL, new Random(1));

            assertThat(announcing.started(NOW)).hasSize(Tiers.MOST_GROUPS);
            assertThat(announcing.refused(99, "down", Optional.empty(), NOW)).containsExactly(new Order(100, STARTED));
            assertThat(announcing.status()).hasSize(150);
        }

        @Test
        void takesTheLargestSwarmThatATrackerSaw() {
            assertThat(all.swarm()).isEqualTo(SwarmSize.UNKNOWN);
            all.started(NOW);
            all.announced(
                    0,
                    new AnnounceResponse(ANSWER.interval(), ANSWER.interval(), SwarmSize.of(7, 1, 9), List.of()),
                    NOW);
            all.announced(1, ANSWER, NOW);

            assertThat(all.swarm()).isEqualTo(SwarmSize.of(7, 4, 9));
        }

        @Test
        void knowsTheHostsOfTrackers() {
            Announcing announcing = announcing(List.of("http://A.test:80/announce?k=1", "nonsense"));

            assertThat(announcing.host(0)).isEqualTo("a.test");
            assertThat(announcing.host(1)).isEqualTo("nonsense");
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    private static Announcing announcing(List<String>... tiers) {
        return new Announcing(List.of(tiers), AnnounceTo.FIRST, new Random(1));
    }
}
