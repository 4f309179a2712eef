package io.bittern.choke;

import static io.bittern.choke.Peers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.choke.ChokePolicy.Choice;
import io.bittern.peer.Standing;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ChokePolicyTest {

    private static final int QUOTA = 1000;

    private @Nullable ChokePolicy policy;
    private Set<Integer> unchoked = Set.of();
    private boolean saturated;
    private long now = TimeUnit.HOURS.toNanos(-1);

    @Nested
    class WhileDownloading {

        @Test
        void unchokesThoseWhoGiveMost() {
            Choice choice = round(2, peer(1).down(10), peer(2).down(30), peer(3).down(20));

            assertThat(slotsOf(choice)).containsExactly(2, 3);
            assertThat(choice.optimistic()).containsExactly(1);
        }

        @Test
        void leavesTheUninterestedChoked() {
            Choice choice = round(2, peer(1).down(10), peer(2).down(30).uninterested());

            assertThat(choice.unchoked()).containsExactly(1);
            assertThat(choice.optimistic()).isEmpty();
        }

        @Test
        void doesNotCountThoseWhoCanWantNothing() {
            Standing seed = new Standing(9, true, false, false, 99, 0, 0, 1000, true);

            Choice choice = policy(1)
                    .choose(List.of(seed, peer(1).down(1).standing(Set.of())), new Turn(true, false), false, now);

            assertThat(choice).isEqualTo(new Choice(Set.of(1), Set.of()));
        }

        @Test
        void givesNoSlotToWhoSnubsUs() {
            Choice choice = round(2, peer(1).down(10), peer(2).down(30).snubbing(), peer(3).down(1));

            assertThat(slotsOf(choice)).containsExactly(1, 3);
            assertThat(choice.optimistic()).containsExactly(2);
        }

        @Test
        void givesEverySlotAwayOptimisticallyWhenAllSnubUs() {
            Peers[] all = peers(8, peer -> peer.down(30).snubbing());

            assertThat(round(3, all).optimistic()).hasSize(4).isEqualTo(unchoked);
        }

        @Test
        void letsSlotsThatNobodyEarnsGoRound() {
            Peers[] freeRiders = peers(9, peer -> peer);
            Set<Integer> served = new TreeSet<>();
            for (int i = 0; i < 31; i++) {
                served.addAll(round(2, freeRiders).unchoked());
                assertThat(unchoked).hasSize(3);
            }

            assertThat(served).hasSize(9);
        }

        @Test
        void keepsWhoIsUnchokedAmongEquals() {
            unchoked = Set.of(4, 5);

            assertThat(slotsOf(round(2, peers(5, peer -> peer.down(7))))).containsExactly(4, 5);
        }

        @Test
        void chokesNobodyWithinTheShortestTime() {
            assertThat(fill(1, peer(2).down(1)).unchoked()).containsExactly(2);
            now += TimeUnit.SECONDS.toNanos(5);

            assertThat(slotsOf(round(1, peer(2), peer(3).down(9)))).containsExactly(2);
            assertThat(slotsOf(round(1, peer(2), peer(3).down(9)))).containsExactly(3);
        }

        @Test
        void unchokesNobodyAgainWithinTheShortestTime() {
            round(1, peer(1).down(9), peer(2));
            round(1, peer(1).down(9).uninterested(), peer(2));
            now -= TimeUnit.SECONDS.toNanos(5);

            assertThat(fill(1, peer(1).down(9), peer(2)).unchoked()).containsExactly(2);
            now += TimeUnit.SECONDS.toNanos(5);
            assertThat(round(1, peer(1).down(9), peer(2)).unchoked()).containsExactly(1, 2);
        }

        @Test
        void keepsTheOptimisticUnchokeForThirtySeconds() {
            Peers[] peers = {peer(1).down(9), peer(2), peer(3), peer(4), peer(5)};
            Set<Integer> first = round(1, peers).optimistic();

            assertThat(first).hasSize(1);
            assertThat(round(1, peers).optimistic()).isEqualTo(first);
            assertThat(round(1, peers).optimistic()).isEqualTo(first);
            assertThat(round(1, peers).optimistic()).hasSize(1).isNotEqualTo(first);
        }

        @Test
        void keepsTheOptimisticUnchokeWhenThereIsNobodyElse() {
            for (int i = 0; i < 10; i++) {
                assertThat(round(1, peer(1).down(9), peer(2)).optimistic()).containsExactly(2);
            }
        }

        @Test
        void findsAnotherWhenTheOptimisticOneEarnsItsSlotOrGoes() {
            assertThat(round(1, peer(1).down(9), peer(2)).optimistic()).containsExactly(2);

            Choice choice = round(1, peer(1).down(9), peer(2).down(20), peer(3).snubbing());
            assertThat(slotsOf(choice)).containsExactly(2);
            assertThat(choice.optimistic()).containsExactly(3);
            assertThat(round(1, peer(2).down(20), peer(4)).optimistic()).containsExactly(4);
            assertThat(round(1, peer(2).down(20)).optimistic()).isEmpty();
        }

        @Test
        void makesNewcomersThreeTimesAsLikely() {
            int newcomers = 0;
            for (int seed = 0; seed < 4000; seed++) {
                List<Standing> standings = standings(peer(1).down(9), peer(2), peer(3).connected(59), peer(4));
                Choice choice = policy(1, seed * 7919L).choose(standings, new Turn(true, false), false, now);
                newcomers += choice.optimistic().equals(Set.of(3)) ? 1 : 0;
            }

            assertThat(newcomers).isBetween(2250, 2550);
        }
    }

    @Nested
    class WhenTheUploadIsSaturated {

        private final Peers[] givers = peers(12, peer -> peer.down(peer.peer()));
        private final Peers[] fast = peers(12, peer -> peer.down(peer.peer()).up(20_000));

        @Test
        void unchokesNobodyInAddition() {
            assertThat(round(0, givers).unchoked()).hasSize(5);
            saturated = true;

            assertThat(round(0, fast).unchoked()).hasSize(5).contains(9, 10, 11, 12);
            assertThat(fill(0, fast).unchoked()).isEqualTo(unchoked);
            saturated = false;
            assertThat(round(0, fast).unchoked()).hasSize(12);
        }

        @Test
        void stillFollowsThoseWhoGiveMost() {
            round(2, givers);
            saturated = true;

            assertThat(slotsOf(round(2, peers(12, peer -> peer.down(13 - peer.peer())))))
                    .containsExactly(1, 2);
        }

        @Test
        void unchokesSomebodyAllTheSame() {
            saturated = true;

            assertThat(round(4, givers).unchoked()).hasSize(2).contains(12);
        }
    }

    @Nested
    class WhileSeeding {

        @Test
        void givesEverybodyATurn() {
            Peers[] peers = {peer(1).up(50), peer(2).up(40), peer(3).up(30), peer(4).up(20)};
            Set<Integer> served = new TreeSet<>();
            for (int i = 0; i < 40; i++) {
                served.addAll(slotsOf(seedRound(1, peers)));
            }

            assertThat(served).containsExactly(1, 2, 3, 4);
        }

        @Test
        void endsATurnWithTheQuotaAfterHalfAMinute() {
            Set<Integer> first = slotsOf(seedRound(1, peers(4, peer -> peer)));

            assertThat(slotsOf(seedRound(1, peers(4, peer -> peer.sent(QUOTA)))))
                    .isEqualTo(first);
            assertThat(slotsOf(seedRound(1, peers(4, peer -> peer.sent(QUOTA)))))
                    .isEqualTo(first);
            assertThat(slotsOf(seedRound(1, peers(4, peer -> peer.sent(QUOTA - 1)))))
                    .isEqualTo(first);
            assertThat(slotsOf(seedRound(1, peers(4, peer -> peer.sent(QUOTA)))))
                    .isNotEqualTo(first);
        }

        @Test
        void endsATurnWithoutTheQuotaAfterTwoMinutes() {
            Set<Integer> first = slotsOf(seedRound(1, peers(4, peer -> peer)));
            for (int i = 0; i < 11; i++) {
                assertThat(slotsOf(seedRound(1, peers(4, peer -> peer)))).isEqualTo(first);
            }

            assertThat(slotsOf(seedRound(1, peers(4, peer -> peer)))).isNotEqualTo(first);
        }

        @Test
        void takesTheSlotOfTheSlowest() {
            unchoked = Set.of(1, 2, 3);
            Peers[] peers = {
                peer(1).up(50).sent(QUOTA),
                peer(2).up(10).sent(QUOTA),
                peer(3).up(30).sent(QUOTA),
                peer(4),
                peer(5)
            };
            seedRound(3, peers(5, peer -> peer));
            for (int i = 0; i < 2; i++) {
                assertThat(slotsOf(seedRound(3, peers))).containsExactly(1, 2, 3);
            }

            assertThat(slotsOf(seedRound(3, peers)))
                    .contains(1, 3)
                    .doesNotContain(2)
                    .hasSize(3);
        }

        @Test
        void keepsEverybodyWhenThereIsRoom() {
            for (int i = 0; i < 20; i++) {
                assertThat(seedRound(4, peers(4, peer -> peer)).unchoked()).containsExactly(1, 2, 3, 4);
            }
        }

        @Test
        void needsNoOptimisticSlotWhereAllHaveTheirTurn() {
            assertThat(seedRound(3, peers(5, peer -> peer)).optimistic()).isEmpty();
            assertThat(unchoked).hasSize(3);
        }

        @Test
        void servesTheFastestIfItIsToldTo() {
            policy = new ChokePolicy(new ChokePolicy.Settings(2, true, QUOTA), new Random(1));
            Peers[] peers = peers(6, peer -> peer.up(peer.peer()).sent(100 * QUOTA));
            for (int i = 0; i < 20; i++) {
                Choice choice = seedRound(2, peers);

                assertThat(slotsOf(choice)).containsExactly(5, 6);
                assertThat(choice.optimistic()).hasSize(1);
            }
        }
    }

    @Nested
    class BetweenTheRounds {

        @Test
        void fillsFreeSlotsOnly() {
            unchoked = Set.of(1, 2);

            Choice choice = fill(2, peer(1), peer(2).uninterested(), peer(3).down(5), peer(4).down(9), peer(5));

            assertThat(slotsOf(choice)).containsExactly(1, 2, 4);
            assertThat(choice.optimistic()).hasSize(1);
        }

        @Test
        void chokesNobodyHoweverSlow() {
            unchoked = Set.of(1, 2);

            Choice choice = fill(2, peer(1), peer(2).snubbing(), peer(3).down(1000));

            assertThat(choice.unchoked()).contains(1, 2);
            assertThat(choice.optimistic()).containsExactly(3);
        }

        @Test
        void leavesTheOptimisticUnchokeAlone() {
            Set<Integer> optimistic =
                    round(1, peer(1).down(9), peer(2), peer(3)).optimistic();
            Set<Integer> before = unchoked;

            Choice choice = fill(1, peer(1).down(9), peer(2), peer(3), peer(4));

            assertThat(choice.optimistic()).isEqualTo(optimistic);
            assertThat(choice.unchoked()).isEqualTo(before);
        }

        @Test
        void fillsASeedsSlotsInTheOrderOfTheQueue() {
            seedRound(1, peer(1).uninterested(), peer(2).uninterested());

            Choice choice = choose(new Turn(false, true), 1, peer(3), peer(2));

            assertThat(choice).isEqualTo(new Choice(Set.of(2), Set.of()));
        }
    }

    @Test
    void takesAsManySlotsAsTheUploadRateSuggests() {
        assertThat(ChokePolicy.slots(0)).isEqualTo(4);
        assertThat(ChokePolicy.slots(100_000)).isEqualTo(7);
        assertThat(ChokePolicy.slots(10_000_000)).isEqualTo(77);

        assertThat(round(0, peers(20, peer -> peer)).unchoked()).hasSize(5);
        assertThat(round(0, peers(20, peer -> peer.up(5_000))).unchoked()).hasSize(8);
    }

    @Test
    void choosesNobodyAmongNobody() {
        assertThat(round(4)).isEqualTo(new Choice(Set.of(), Set.of()));
        assertThat(seedRound(4)).isEqualTo(new Choice(Set.of(), Set.of()));
    }

    private Choice round(int slots, Peers... peers) {
        return choose(new Turn(true, false), slots, peers);
    }

    private Choice seedRound(int slots, Peers... peers) {
        return choose(new Turn(true, true), slots, peers);
    }

    private Choice fill(int slots, Peers... peers) {
        return choose(new Turn(false, false), slots, peers);
    }

    private Choice choose(Turn turn, int slots, Peers... peers) {
        if (policy == null) {
            policy = policy(slots);
        }
        Choice choice = policy.choose(standings(peers), turn, saturated, now);
        unchoked = choice.unchoked();
        now += turn.regular() ? TimeUnit.SECONDS.toNanos(10) : 0;
        return choice;
    }

    private static ChokePolicy policy(int slots) {
        return policy(slots, 1);
    }

    private static ChokePolicy policy(int slots, long seed) {
        return new ChokePolicy(new ChokePolicy.Settings(slots, false, QUOTA), new Random(seed));
    }

    private static Peers[] peers(int count, UnaryOperator<Peers> as) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> as.apply(peer(number)))
                .toArray(Peers[]::new);
    }

    private List<Standing> standings(Peers... peers) {
        return Arrays.stream(peers).map(peer -> peer.standing(unchoked)).toList();
    }

    private static Set<Integer> slotsOf(Choice choice) {
        Set<Integer> slots = new TreeSet<>(choice.unchoked());
        slots.removeAll(choice.optimistic());
        return slots;
    }
}
