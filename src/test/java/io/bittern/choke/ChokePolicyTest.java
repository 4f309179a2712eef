package io.bittern.choke;

import static io.bittern.choke.Peers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.choke.ChokePolicy.Choice;
import io.bittern.peer.Standing;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ChokePolicyTest {

    private final ChokePolicy policy = new ChokePolicy(new Random(1));
    private Set<Integer> unchoked = Set.of();
    private long now = TimeUnit.HOURS.toNanos(-1);

    @Nested
    class WhileDownloading {

        @Test
        void unchokesThoseWhoGiveMost() {
            Choice choice = round(2, peer(1).down(10), peer(2).down(30), peer(3).down(20));

            assertThat(slotsOf(choice)).containsExactly(2, 3);
            assertThat(choice.optimistic()).hasValue(1);
        }

        @Test
        void leavesTheUninterestedChoked() {
            Choice choice = round(2, peer(1).down(10), peer(2).down(30).uninterested());

            assertThat(choice.unchoked()).containsExactly(1);
            assertThat(choice.optimistic()).isEmpty();
        }

        @Test
        void givesNoSlotToWhoSnubsUs() {
            Choice choice = round(2, peer(1).down(10), peer(2).down(30).snubbing(), peer(3));

            assertThat(slotsOf(choice)).containsExactly(1, 3);
            assertThat(choice.optimistic()).hasValue(2);
        }

        @Test
        void keepsWhoIsUnchokedAmongEquals() {
            unchoked = Set.of(4, 5);

            assertThat(slotsOf(round(2, peer(1), peer(2), peer(3), peer(4), peer(5))))
                    .containsExactly(4, 5);
        }

        @Test
        void keepsTheOptimisticUnchokeForThirtySeconds() {
            Peers[] peers = {peer(1).down(9), peer(2), peer(3), peer(4), peer(5)};
            OptionalInt first = round(1, peers).optimistic();

            assertThat(first).isPresent();
            assertThat(round(1, peers).optimistic()).isEqualTo(first);
            assertThat(round(1, peers).optimistic()).isEqualTo(first);
            assertThat(round(1, peers).optimistic()).isPresent().isNotEqualTo(first);
        }

        @Test
        void keepsTheOptimisticUnchokeWhenThereIsNobodyElse() {
            for (int i = 0; i < 10; i++) {
                assertThat(round(1, peer(1).down(9), peer(2)).optimistic()).hasValue(2);
            }
        }

        @Test
        void findsAnotherWhenTheOptimisticOneEarnsItsSlotOrGoes() {
            assertThat(round(1, peer(1).down(9), peer(2)).optimistic()).hasValue(2);

            assertThat(round(1, peer(1).down(9), peer(2).down(20), peer(3).snubbing())
                            .optimistic())
                    .isPresent()
                    .isNotEqualTo(OptionalInt.of(2));
            assertThat(round(1, peer(2).down(20), peer(4)).optimistic()).hasValue(4);
            assertThat(round(1, peer(2).down(20)).optimistic()).isEmpty();
        }

        @Test
        void makesNewcomersThreeTimesAsLikely() {
            int newcomers = 0;
            for (int seed = 0; seed < 4000; seed++) {
                ChokePolicy fresh = new ChokePolicy(new Random(seed * 7919L));
                List<Standing> standings = standings(peer(1).down(9), peer(2), peer(3).connected(59), peer(4));
                newcomers += fresh.round(standings, false, 1, now).optimistic().orElseThrow() == 3 ? 1 : 0;
            }

            assertThat(newcomers).isBetween(2250, 2550);
        }
    }

    @Nested
    class WhileSeeding {

        @Test
        void givesEverybodyATurn() {
            Peers[] peers = {peer(1).up(50), peer(2).up(40), peer(3).up(30), peer(4).up(20)};
            Set<Integer> served = new TreeSet<>();
            for (int i = 0; i < 12; i++) {
                served.addAll(slotsOf(seedRound(1, peers)));
            }

            assertThat(served).containsExactly(1, 2, 3, 4);
        }

        @Test
        void keepsASlotForATurn() {
            Peers[] peers = {peer(1), peer(2), peer(3), peer(4)};
            Set<Integer> first = slotsOf(seedRound(1, peers));

            assertThat(slotsOf(seedRound(1, peers))).isEqualTo(first);
            assertThat(slotsOf(seedRound(1, peers))).isEqualTo(first);
            assertThat(slotsOf(seedRound(1, peers))).isNotEqualTo(first);
        }

        @Test
        void takesTheSlotOfTheSlowest() {
            unchoked = Set.of(1, 2, 3);
            Peers[] peers = {peer(1).up(50), peer(2).up(10), peer(3).up(30), peer(4), peer(5)};
            for (int i = 0; i < 3; i++) {
                assertThat(slotsOf(seedRound(3, peers))).containsExactly(1, 2, 3);
            }

            assertThat(slotsOf(seedRound(3, peers)))
                    .contains(1, 3)
                    .doesNotContain(2)
                    .hasSize(3);
        }

        @Test
        void keepsEverybodyWhenThereIsRoom() {
            for (int i = 0; i < 10; i++) {
                assertThat(seedRound(4, peer(1), peer(2), peer(3), peer(4)).unchoked())
                        .containsExactly(1, 2, 3, 4);
            }
        }
    }

    @Nested
    class BetweenTheRounds {

        @Test
        void fillsFreeSlotsOnly() {
            unchoked = Set.of(1, 2);

            Choice choice = policy.fill(
                    standings(peer(1), peer(2).uninterested(), peer(3).down(5), peer(4).down(9), peer(5)),
                    false,
                    2,
                    now);

            assertThat(slotsOf(choice)).containsExactly(1, 2, 4);
            assertThat(choice.optimistic()).isPresent();
        }

        @Test
        void chokesNobodyHoweverSlow() {
            unchoked = Set.of(1, 2);

            Choice choice = policy.fill(standings(peer(1), peer(2).snubbing(), peer(3).down(1000)), false, 2, now);

            assertThat(choice.unchoked()).contains(1, 2);
            assertThat(choice.optimistic()).hasValue(3);
        }

        @Test
        void leavesTheOptimisticUnchokeAlone() {
            OptionalInt optimistic = round(1, peer(1).down(9), peer(2), peer(3)).optimistic();

            Choice choice = policy.fill(
                    standings(peer(1).down(9), peer(2), peer(3), peer(4)), false, 1, now + TimeUnit.SECONDS.toNanos(5));

            assertThat(choice.optimistic()).isEqualTo(optimistic);
            assertThat(choice.unchoked()).isEqualTo(unchoked);
        }

        @Test
        void fillsASeedsSlotsInTheOrderOfTheQueue() {
            seedRound(1, peer(1).uninterested(), peer(2).uninterested());

            Choice choice = policy.fill(standings(peer(3), peer(2)), true, 1, now);

            assertThat(slotsOf(choice)).containsExactly(2);
            assertThat(choice.optimistic()).hasValue(3);
        }
    }

    @Test
    void takesAsManySlotsAsTheUploadRateSuggests() {
        assertThat(ChokePolicy.slots(0, 0)).isEqualTo(4);
        assertThat(ChokePolicy.slots(0, 100_000)).isEqualTo(7);
        assertThat(ChokePolicy.slots(0, 10_000_000)).isEqualTo(77);
        assertThat(ChokePolicy.slots(2, 10_000_000)).isEqualTo(2);
    }

    @Test
    void choosesNobodyAmongNobody() {
        assertThat(round(4)).isEqualTo(new Choice(Set.of(), OptionalInt.empty()));
        assertThat(seedRound(4)).isEqualTo(new Choice(Set.of(), OptionalInt.empty()));
    }

    private Choice round(int slots, Peers... peers) {
        return round(false, slots, peers);
    }

    private Choice seedRound(int slots, Peers... peers) {
        return round(true, slots, peers);
    }

    private Choice round(boolean seeding, int slots, Peers... peers) {
        Choice choice = policy.round(standings(peers), seeding, slots, now);
        unchoked = choice.unchoked();
        now += TimeUnit.SECONDS.toNanos(10);
        return choice;
    }

    private List<Standing> standings(Peers... peers) {
        return Arrays.stream(peers).map(peer -> peer.standing(unchoked)).toList();
    }

    private static Set<Integer> slotsOf(Choice choice) {
        Set<Integer> slots = new TreeSet<>(choice.unchoked());
        choice.optimistic().ifPresent(slots::remove);
        return slots;
    }
}
