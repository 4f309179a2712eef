package io.bittern.choke;

import io.bittern.choke.Candidate.Role;
import io.bittern.peer.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Who may download from us (BEP 3): tit for tat while we download, turns while we seed, and optimistic unchokes.
 *
 * <p>Remembers who has a slot and since when; one that starts without memory does no harm. Times are monotonic, in
 * nanoseconds.
 */
public final class ChokePolicy {

    /* Only peers that are interested take slots. While we download, the slots go to those who give us most. A slot that
     * nobody has earned, since nobody gives or all snub us, is given away optimistically, besides the one that always
     * is: so it goes round, and nobody has it for nothing for long. A seed that serves in turn needs no optimistic slot:
     * everybody's turn comes. */

    private static final long OPTIMISTIC_TURN = TimeUnit.SECONDS.toNanos(30);
    private static final int NEWCOMER_SECONDS = 60;
    private static final int NEWCOMER_WEIGHT = 3;
    private static final int FEWEST_SLOTS = 4;

    /** The shortest time between a choke and an unchoke: a round of 10 s, less the second that its answers may take. */
    private static final long SHORTEST = TimeUnit.SECONDS.toNanos(9);

    private final Settings settings;
    private final TurnTaking turns;
    private final RandomGenerator random;
    private final Map<Integer, Candidate> candidates = new TreeMap<>();

    /**
     * How generous we are.
     *
     * @param slots peers to serve besides the optimistic one that there is while we download, 0 for as many as the upload rate suggests
     * @param fastestFirst whether a seed serves those who take most a second, and not everybody in turn
     * @param quota bytes of a turn at a seed
     */
    public record Settings(int slots, boolean fastestFirst, long quota) {}

    /** A policy that has unchoked nobody yet. */
    public ChokePolicy(Settings settings, RandomGenerator random) {
        this.settings = settings;
        this.turns = new TurnTaking(settings.quota());
        this.random = random;
    }

    /** Who is to be unchoked, all others choked; those in {@code optimistic} are in {@code unchoked} too. */
    public record Choice(Set<Integer> unchoked, Set<Integer> optimistic) {}

    /** How many peers to unchoke, besides the optimistic one, at an upload rate in bytes/s. */
    public static int slots(double uploadRate) {
        return Math.max(FEWEST_SLOTS, (int) Math.sqrt(0.6 * uploadRate / 1000));
    }

    /**
     * Chooses anew in a regular round, which is to come every 10 s; between those rounds it fills free slots.
     *
     * @param saturated whether a limit holds the upload back: then nobody is unchoked but in place of somebody else
     */
    public Choice choose(List<Standing> standings, Turn turn, boolean saturated, long now) {
        observe(standings, now);
        List<Candidate> wanting = wanting(now);
        int slots = slots(wanting, saturated);
        List<Candidate> serving = regular(wanting, slots, turn, now);
        int places = inTurn(turn) ? 0 : Math.max(1, slots + 1 - serving.size());
        List<Candidate> optimistic = optimistic(wanting, serving, places, turn, now);
        for (Candidate candidate : candidates.values()) {
            boolean stays = !turn.regular() && !wanting.contains(candidate);
            if (serving.contains(candidate)) {
                candidate.become(Role.REGULAR, now);
            } else if (optimistic.contains(candidate)) {
                candidate.become(Role.OPTIMISTIC, now);
            } else if (!stays) {
                candidate.become(Role.CHOKED, now);
            }
        }
        return new Choice(unchoked(candidates.values()), unchoked(optimistic));
    }

    /** Takes note of how everybody stands, and forgets who is gone. */
    private void observe(List<Standing> standings, long now) {
        candidates.keySet().retainAll(standings.stream().map(Standing::peer).collect(Collectors.toSet()));
        for (Standing standing : standings) {
            candidates
                    .computeIfAbsent(standing.peer(), peer -> new Candidate(standing, now - SHORTEST))
                    .observe(standing, now);
        }
    }

    /** Those who want something and may have it now, in random order. */
    private List<Candidate> wanting(long now) {
        List<Candidate> wanting = new ArrayList<>(candidates.values());
        wanting.removeIf(candidate -> !candidate.standing().interested()
                || candidate.standing().uploadOnly()
                || (!candidate.unchoked() && now - candidate.since() < SHORTEST));
        for (int i = wanting.size() - 1; i > 0; i--) {
            Collections.swap(wanting, i, random.nextInt(i + 1));
        }
        return wanting;
    }

    private int slots(List<Candidate> wanting, boolean saturated) {
        double rate = candidates.values().stream()
                .mapToDouble(candidate -> candidate.standing().uploadRate())
                .sum();
        int slots = settings.slots() > 0 ? settings.slots() : slots(rate);
        return saturated ? Math.min(slots, Math.max(1, count(wanting, Candidate::unchoked) - 1)) : slots;
    }

    private List<Candidate> regular(List<Candidate> wanting, int slots, Turn turn, long now) {
        ToDoubleFunction<Candidate> rate = candidate -> turn.seeding()
                ? candidate.standing().uploadRate()
                : candidate.standing().downloadRate();
        Comparator<Candidate> order = Comparator.comparing((Candidate candidate) -> !kept(candidate, turn, now))
                .thenComparing(Comparator.comparingDouble(rate).reversed())
                .thenComparing(candidate -> !candidate.unchoked());
        List<Candidate> sorted = wanting.stream().sorted(order).toList();
        int kept = count(wanting, candidate -> kept(candidate, turn, now));
        int all = inTurn(turn) ? slots : slots + 1;
        int free = turn.regular() ? slots - kept : all - count(wanting, Candidate::unchoked);
        int most = kept + Math.max(0, Math.min(free, slots - kept));
        if (inTurn(turn)) {
            List<Candidate> serving = sorted.stream()
                    .filter(candidate -> candidate.is(Role.REGULAR))
                    .limit(most)
                    .toList();
            List<Candidate> waiting = new ArrayList<>(sorted);
            waiting.removeAll(serving);
            return turns.next(serving, waiting, most, turn.regular(), now);
        }
        return sorted.stream()
                .filter(candidate -> kept(candidate, turn, now) || earns(candidate, turn, rate))
                .limit(most)
                .toList();
    }

    private boolean inTurn(Turn turn) {
        return turn.seeding() && !settings.fastestFirst();
    }

    /** Whether somebody with a slot has it whatever happens: between rounds, and for the shortest time. */
    private static boolean kept(Candidate candidate, Turn turn, long now) {
        return candidate.is(Role.REGULAR) && (!turn.regular() || now - candidate.since() < SHORTEST);
    }

    private static boolean earns(Candidate candidate, Turn turn, ToDoubleFunction<Candidate> rate) {
        boolean snubs = candidate.standing().snubbed() && !turn.seeding();
        return !snubs && rate.applyAsDouble(candidate) > 0;
    }

    /** Keeps optimistic unchokes for 30 s, then finds others among those without a slot, newcomers more likely. */
    private List<Candidate> optimistic(
            List<Candidate> wanting, List<Candidate> serving, int places, Turn turn, long now) {
        List<Candidate> rest = new ArrayList<>(wanting);
        rest.removeAll(serving);
        List<Candidate> chosen = new ArrayList<>(rest.stream()
                .filter(candidate -> candidate.is(Role.OPTIMISTIC))
                .filter(candidate -> !turn.regular() || now - candidate.since() < OPTIMISTIC_TURN)
                .sorted(Comparator.comparingLong(Candidate::since).reversed())
                .limit(turn.regular() ? places : Integer.MAX_VALUE)
                .toList());
        rest.removeAll(chosen);
        List<Candidate> fresh = new ArrayList<>(rest);
        fresh.removeIf(Candidate::unchoked);
        rest.removeAll(fresh);
        while (chosen.size() < places && !fresh.isEmpty()) {
            Candidate drawn = draw(fresh);
            fresh.remove(drawn);
            chosen.add(drawn);
        }
        rest.stream().limit(Math.max(0, places - chosen.size())).forEach(chosen::add);
        return chosen;
    }

    private Candidate draw(List<Candidate> fresh) {
        int drawn = random.nextInt(fresh.stream().mapToInt(ChokePolicy::weight).sum());
        int at = 0;
        while ((drawn -= weight(fresh.get(at))) >= 0) {
            at++;
        }
        return fresh.get(at);
    }

    private static int weight(Candidate candidate) {
        return candidate.standing().connectedSeconds() < NEWCOMER_SECONDS ? NEWCOMER_WEIGHT : 1;
    }

    private static int count(List<Candidate> candidates, Predicate<Candidate> which) {
        return (int) candidates.stream().filter(which).count();
    }

    private static Set<Integer> unchoked(Collection<Candidate> among) {
        return among.stream()
                .filter(Candidate::unchoked)
                .map(candidate -> candidate.standing().peer())
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(TreeSet::new), Collections::unmodifiableSet));
    }
}
