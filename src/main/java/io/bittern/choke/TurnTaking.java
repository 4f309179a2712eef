package io.bittern.choke;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The slots of a seed, by round robin: everybody waits in one queue, and a turn ends with a quota of bytes.
 *
 * <p>Who gives way goes to the end of the queue. A turn lasts 30 s at least, so that the peer comes up to speed, and two
 * minutes at most, so that slow peers do not keep the others waiting; it goes on while nobody else waits.
 */
final class TurnTaking {

    private static final long SHORTEST = TimeUnit.SECONDS.toNanos(30);
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(120);

    /** Of the slots, one in so many changes hands in a round, so that the upload does not stand still. */
    private static final int LEAVING = 3;

    private final long quota;

    /** @param quota bytes of a turn */
    TurnTaking(long quota) {
        this.quota = quota;
    }

    /** Who has a slot now: those who keep theirs, then those who have waited longest; {@code serving} come fastest first. */
    List<Candidate> next(List<Candidate> serving, List<Candidate> others, int slots, boolean regular, long now) {
        List<Candidate> waiting = new ArrayList<>(others);
        waiting.sort(Comparator.comparingLong(Candidate::since));
        List<Candidate> next = new ArrayList<>(serving);
        if (regular) {
            int spare = waiting.size() - (slots - next.size());
            giveWay(next, Math.min(spare, Math.max(1, slots / LEAVING)), now);
        }
        waiting.stream().limit(Math.max(0, slots - next.size())).forEach(next::add);
        return next;
    }

    private void giveWay(List<Candidate> serving, int most, long now) {
        int leaving = most;
        for (int i = serving.size() - 1; i >= 0 && leaving > 0; i--) {
            if (over(serving.get(i), now)) {
                serving.remove(i);
                leaving--;
            }
        }
    }

    private boolean over(Candidate candidate, long now) {
        long served = now - candidate.since();
        return served >= LONGEST || (served >= SHORTEST && candidate.sentSince() >= quota);
    }
}
