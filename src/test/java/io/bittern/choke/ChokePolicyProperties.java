package io.bittern.choke;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import io.bittern.choke.ChokePolicy.Choice;
import io.bittern.peer.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ChokePolicyProperties {

    private static final long ROUND = TimeUnit.SECONDS.toNanos(10);

    @Test
    void neverExceedsTheSlotsNorServesTheUninterested() {
        Forall.seeds(300, random -> {
            int slots = 1 + random.nextInt(8);
            ChokePolicy policy = policy(slots, random);
            Set<Integer> unchoked = Set.of();
            for (int step = 0; step < 60; step++) {
                List<Standing> standings = some(random, unchoked);
                Turn turn = new Turn(true, random.nextBoolean());
                Choice choice = policy.choose(standings, turn, random.nextInt(5) == 0, step * ROUND);

                assertThat(interested(standings)).containsAll(choice.unchoked());
                assertThat(choice.unchoked()).containsAll(choice.optimistic());
                assertThat(choice.unchoked()).hasSizeLessThanOrEqualTo(slots + 1);
                unchoked = choice.unchoked();
            }
        });
    }

    @Test
    void chokesNobodyBetweenRoundsAndOnlyFillsFreeSlots() {
        Forall.seeds(300, random -> {
            int slots = 1 + random.nextInt(8);
            ChokePolicy policy = policy(slots, random);
            Set<Integer> unchoked = Set.of();
            for (int step = 0; step < 60; step++) {
                boolean seeding = random.nextBoolean();
                unchoked = policy.choose(some(random, unchoked), new Turn(true, seeding), false, step * ROUND)
                        .unchoked();
                List<Standing> standings = some(random, unchoked);
                Choice choice = policy.choose(standings, new Turn(false, seeding), false, step * ROUND + ROUND / 2);

                assertFilled(standings, choice, slots);
                unchoked = choice.unchoked();
            }
        });
    }

    private static void assertFilled(List<Standing> standings, Choice choice, int slots) {
        Set<Integer> before = standings.stream()
                .filter(Standing::unchoked)
                .map(Standing::peer)
                .collect(Collectors.toSet());
        Set<Integer> added = new TreeSet<>(choice.unchoked());
        added.removeAll(before);
        Set<Integer> interested = interested(standings);
        long serving = choice.unchoked().stream().filter(interested::contains).count();
        assertThat(choice.unchoked()).containsAll(before);
        assertThat(interested).containsAll(added);
        assertThat(added.isEmpty() || serving <= slots + 1).isTrue();
    }

    @Test
    void servesEverybodyInTurnWhileSeeding() {
        Forall.seeds(100, random -> {
            int peers = 1 + random.nextInt(30);
            int slots = 1 + random.nextInt(6);
            Map<Integer, Double> rates = new TreeMap<>();
            for (int peer = 0; peer < peers; peer++) {
                rates.put(peer, random.nextDouble(1e6));
            }

            assertThat(served(random, rates, true, slots, 12 * peers + 12)).isEqualTo(rates.keySet());
        });
    }

    @Test
    void starvesNobodyForEverWhileDownloading() {
        Forall.seeds(100, random -> {
            int peers = 1 + random.nextInt(10);
            Map<Integer, Double> rates = new TreeMap<>();
            for (int peer = 0; peer < peers; peer++) {
                rates.put(peer, random.nextDouble(1e6));
            }

            assertThat(served(random, rates, false, 2, 1000)).isEqualTo(rates.keySet());
        });
    }

    @Test
    void servesWhoWaitsHoweverManyNewcomersThereAreWhileSeeding() {
        Forall.seeds(20, random -> {
            ChokePolicy policy = policy(2, random);
            Set<Integer> unchoked = Set.of();
            int turns = 0;
            for (int step = 0; step < 120; step++) {
                boolean before = unchoked.contains(0);
                List<Standing> standings = new ArrayList<>(List.of(Peers.peer(0).standing(unchoked)));
                for (int peer = step / 4; peer < step; peer++) {
                    standings.add(Peers.peer(peer + 1).up(1000).connected(0).standing(unchoked));
                }
                unchoked = policy.choose(standings, new Turn(true, true), false, step * ROUND)
                        .unchoked();
                turns += !before && unchoked.contains(0) ? 1 : 0;
            }

            assertThat(turns).isGreaterThan(1);
        });
    }

    /** Who was served at all in so many rounds, everybody staying interested. */
    private static Set<Integer> served(
            RandomGenerator random, Map<Integer, Double> rates, boolean seeding, int slots, int rounds) {
        ChokePolicy policy = policy(slots, random);
        Set<Integer> served = new TreeSet<>();
        Set<Integer> unchoked = Set.of();
        for (int round = 0; round < rounds; round++) {
            List<Standing> standings = new ArrayList<>();
            for (Map.Entry<Integer, Double> rate : rates.entrySet()) {
                double now = unchoked.contains(rate.getKey()) ? rate.getValue() : 0;
                standings.add(
                        Peers.peer(rate.getKey()).up(now).down(rate.getValue()).standing(unchoked));
            }
            unchoked = policy.choose(standings, new Turn(true, seeding), false, round * ROUND)
                    .unchoked();
            served.addAll(unchoked);
        }
        return served;
    }

    private static List<Standing> some(RandomGenerator random, Set<Integer> unchoked) {
        List<Standing> standings = new ArrayList<>();
        for (int peer = 0; peer < 20; peer++) {
            if (random.nextInt(10) > 0) {
                Peers made = Peers.peer(peer)
                        .down(random.nextInt(3) * 100)
                        .up(random.nextInt(3) * 100)
                        .connected(random.nextInt(120));
                made = random.nextInt(3) == 0 ? made.uninterested() : made;
                standings.add((random.nextInt(4) == 0 ? made.snubbing() : made).standing(unchoked));
            }
        }
        return standings;
    }

    private static Set<Integer> interested(List<Standing> standings) {
        return standings.stream()
                .filter(Standing::interested)
                .map(Standing::peer)
                .collect(Collectors.toSet());
    }

    private static ChokePolicy policy(int slots, RandomGenerator random) {
        return new ChokePolicy(new ChokePolicy.Settings(slots, false, 1000), random);
    }
}
