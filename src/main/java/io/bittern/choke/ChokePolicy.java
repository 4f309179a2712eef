package io.bittern.choke;

import io.bittern.peer.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Who may download from us (BEP 3): tit for tat while we download, turns while we seed, and an optimistic unchoke.
 *
 * <p>Remembers who has a slot and since when; one that starts without memory does no harm. Times are monotonic, in
 * nanoseconds.
 */
public final class ChokePolicy {

    /* Only peers that are interested take slots. While we download, the slots go to those who give us most and have
     * not snubbed us. While we seed, everybody waits in one queue: who is unchoked keeps the slot for a turn at least,
     * and longer while others with a slot are slower; who gives way goes to the end of the queue.
     */
    private static final long TURN = TimeUnit.SECONDS.toNanos(30);
    private static final int NEWCOMER_SECONDS = 60;
    private static final int NEWCOMER_WEIGHT = 3;
    private static final int FEWEST_SLOTS = 4;

    private final RandomGenerator random;
    private final Map<Integer, Long> since = new HashMap<>();
    private Set<Integer> slotted = Set.of();
    private OptionalInt optimistic = OptionalInt.empty();
    private long optimisticSince;

    /** A policy that has unchoked nobody yet. */
    public ChokePolicy(RandomGenerator random) {
        this.random = random;
    }

    /** Who is to be unchoked, all others choked; {@code optimistic}, if present, is one of {@code unchoked}. */
    public record Choice(Set<Integer> unchoked, OptionalInt optimistic) {}

    /**
     * How many peers to unchoke, besides the optimistic one.
     *
     * @param setting what the user wants, 0 for as many as the upload rate in bytes/s suggests
     */
    public static int slots(int setting, double uploadRate) {
        return setting > 0 ? setting : Math.max(FEWEST_SLOTS, (int) Math.sqrt(0.6 * uploadRate / 1000));
    }

    /** Chooses anew; to be called every 10 s, which is the shortest time that anybody stays unchoked. */
    public Choice round(List<Standing> standings, boolean seeding, int slots, long now) {
        List<Standing> interested = interested(standings, now);
        Set<Integer> chosen = new TreeSet<>(numbers(
                seeding
                        ? inTurn(interested, slots, now)
                        : generous(interested).limit(slots).toList()));
        chooseOptimistic(interested, chosen, now);
        return remember(chosen, now);
    }

    /** Gives free slots away between the rounds, when a peer has become interested; chokes nobody. */
    public Choice fill(List<Standing> standings, boolean seeding, int slots, long now) {
        List<Standing> interested = interested(standings, now);
        Set<Integer> chosen = new TreeSet<>();
        standings.stream().filter(Standing::unchoked).map(Standing::peer).forEach(chosen::add);
        long taken = interested.stream().filter(this::hasSlot).count();
        (seeding ? interested.stream().sorted(bySince()) : generous(interested))
                .filter(standing -> !standing.unchoked())
                .limit(Math.max(0, slots - taken))
                .forEach(standing -> chosen.add(standing.peer()));
        if (interested.stream().noneMatch(this::isOptimistic)) {
            chooseOptimistic(interested, chosen, now);
        }
        return remember(chosen, now);
    }

    /** Those who want something, in random order; forgets who is gone. */
    private List<Standing> interested(List<Standing> standings, long now) {
        Set<Integer> present = new HashSet<>(numbers(standings));
        since.keySet().retainAll(present);
        standings.forEach(standing -> since.putIfAbsent(standing.peer(), now));
        List<Standing> interested = new ArrayList<>(standings);
        interested.removeIf(standing -> !standing.interested());
        for (int i = interested.size() - 1; i > 0; i--) {
            Collections.swap(interested, i, random.nextInt(i + 1));
        }
        return interested;
    }

    /** Those who have not snubbed us, the fastest first; among equals those who are unchoked. */
    private static Stream<Standing> generous(List<Standing> interested) {
        return interested.stream()
                .filter(standing -> !standing.snubbed())
                .sorted(Comparator.comparingDouble((Standing standing) -> -standing.downloadRate())
                        .thenComparing(standing -> !standing.unchoked()));
    }

    /** The slots of a seed: those who keep theirs, then those who have waited longest. */
    private List<Standing> inTurn(List<Standing> interested, int slots, long now) {
        List<Standing> serving = new ArrayList<>(interested.stream()
                .filter(this::hasSlot)
                .sorted(Comparator.comparingDouble(Standing::uploadRate).reversed())
                .limit(slots)
                .toList());
        List<Standing> waiting = new ArrayList<>(interested);
        waiting.removeAll(serving);
        waiting.sort(bySince());
        int spare = waiting.size() - (slots - serving.size());
        int leaving = Math.min(spare, Math.max(1, slots / 3));
        for (int i = serving.size() - 1; i >= 0 && leaving > 0; i--) {
            if (now - since(serving.get(i)) >= TURN) {
                serving.remove(i);
                leaving--;
            }
        }
        waiting.stream().limit(Math.max(0, slots - serving.size())).forEach(serving::add);
        return serving;
    }

    /** Keeps the optimistic unchoke for 30 s, then finds another among those without a slot, newcomers more likely. */
    private void chooseOptimistic(List<Standing> interested, Set<Integer> chosen, long now) {
        List<Standing> candidates = new ArrayList<>(interested);
        candidates.removeIf(standing -> chosen.contains(standing.peer()));
        boolean there = candidates.stream().anyMatch(this::isOptimistic);
        if (!there || (now - optimisticSince >= TURN && candidates.size() > 1)) {
            candidates.removeIf(this::isOptimistic);
            optimistic = draw(candidates);
            optimisticSince = now;
        }
        optimistic.ifPresent(chosen::add);
    }

    private OptionalInt draw(List<Standing> candidates) {
        int weights = candidates.stream().mapToInt(ChokePolicy::weight).sum();
        int drawn = weights == 0 ? 0 : random.nextInt(weights);
        for (Standing candidate : candidates) {
            drawn -= weight(candidate);
            if (drawn < 0) {
                return OptionalInt.of(candidate.peer());
            }
        }
        return OptionalInt.empty();
    }

    private Choice remember(Set<Integer> chosen, long now) {
        Set<Integer> served = new HashSet<>(chosen);
        optimistic.ifPresent(served::remove);
        since.replaceAll((peer, when) -> served.contains(peer) == slotted.contains(peer) ? when : now);
        slotted = served;
        return new Choice(Collections.unmodifiableSet(chosen), optimistic);
    }

    private boolean hasSlot(Standing standing) {
        return standing.unchoked() && !isOptimistic(standing);
    }

    private boolean isOptimistic(Standing standing) {
        return optimistic.isPresent() && optimistic.getAsInt() == standing.peer();
    }

    private Comparator<Standing> bySince() {
        return Comparator.comparingLong(this::since);
    }

    private long since(Standing standing) {
        return since.getOrDefault(standing.peer(), Long.MAX_VALUE);
    }

    private static int weight(Standing standing) {
        return standing.connectedSeconds() < NEWCOMER_SECONDS ? NEWCOMER_WEIGHT : 1;
    }

    private static List<Integer> numbers(List<Standing> standings) {
        return standings.stream().map(Standing::peer).toList();
    }
}
