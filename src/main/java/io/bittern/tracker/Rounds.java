package io.bittern.tracker;

import io.bittern.tracker.Announcing.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The rounds of announces to a group of trackers of which one that answers is enough (BEP 12, BEP 31); pure.
 *
 * <p>Reports and results are those of {@link Announcing}; times are monotonic nanoseconds.
 */
final class Rounds {

    /* A round asks the trackers in the order of their tiers until one answers. One that refuses is followed by the next
     * at once, one that is silent too, but an answer of it still counts when it comes. After an answer the next round is
     * due at the interval; after a round without one, by a ladder with jitter, but not before the moment that all of the
     * trackers asked for (BEP 31). While every tracker is still being asked nothing is due. */

    private static final int NONE = -1;
    private static final long FIRST_RETRY = Duration.ofSeconds(15).toNanos();
    private static final long LAST_RETRY = Duration.ofMinutes(30).toNanos();

    private final Tiers tiers;
    private final RandomGenerator random;
    private final List<TrackerStanding> standings;
    private List<Integer> remaining = List.of();
    private boolean running;
    private boolean completedToTell;
    private int active = NONE;
    private int home = NONE;
    private int failedRounds;
    private OptionalLong next = OptionalLong.empty();

    /**
     * Nothing is due before {@link #started}.
     *
     * @param standings of all trackers of the torrent, by number
     */
    Rounds(Tiers tiers, List<TrackerStanding> standings, RandomGenerator random) {
        this.tiers = tiers;
        this.standings = standings;
        this.random = random;
    }

    /** Whether a tracker belongs to this group. */
    boolean has(int tracker) {
        return tiers.order().contains(tracker);
    }

    /** The torrent starts. */
    List<Order> started(long now) {
        if (running) {
            return List.of();
        }
        running = true;
        failedRounds = 0;
        standings().forEach(TrackerStanding::restart);
        return round(now);
    }

    /** The download has just been completed: one tracker that knows us is told, once. */
    List<Order> completed(long now) {
        if (!running) {
            return List.of();
        }
        completedToTell = true;
        if (active != NONE || home == NONE || !standing(home).ready(now)) {
            return List.of();
        }
        remaining = Stream.concat(Stream.of(home), ready(now).filter(tracker -> tracker != home))
                .toList();
        return goOn(now);
    }

    /** The torrent stops: every tracker that accepted a start is told. */
    List<Order> stopped(long now) {
        running = false;
        completedToTell = false;
        active = NONE;
        home = NONE;
        remaining = List.of();
        next = OptionalLong.empty();
        List<Order> orders = new ArrayList<>();
        for (int tracker : tiers.order()) {
            if (standing(tracker).knowsUs()) {
                orders.add(order(tracker, AnnounceEvent.STOPPED));
            }
        }
        return orders;
    }

    /** The moment of {@link #nextDue} has come, or perhaps not yet. */
    List<Order> due(long now) {
        OptionalLong moment = nextDue();
        return moment.isEmpty() || now - moment.getAsLong() < 0 ? List.of() : round(now);
    }

    /** When {@link #due} is to be called; none while a tracker is being asked or nothing runs. */
    OptionalLong nextDue() {
        return running && active == NONE ? next : OptionalLong.empty();
    }

    /** A tracker accepted what was announced. */
    List<Order> announced(int tracker, AnnounceResponse response, long now) {
        TrackerStanding standing = standing(tracker);
        AnnounceEvent asked = standing.asked();
        standing.answered(response);
        if (!running) {
            boolean late = asked == AnnounceEvent.STARTED;
            return late ? List.of(order(tracker, AnnounceEvent.STOPPED)) : List.of();
        }
        answeredBy(tracker, response, now);
        if (completedToTell && active == NONE) {
            return ask(tracker);
        }
        return List.of();
    }

    private void answeredBy(int tracker, AnnounceResponse response, long now) {
        tiers.promote(tracker);
        home = tracker;
        failedRounds = 0;
        remaining = List.of();
        next = OptionalLong.of(now
                + Math.max(response.interval().toNanos(), response.minInterval().toNanos()));
        active = active == tracker ? NONE : active;
    }

    /** A tracker refused, or could not be reached; {@code retryIn} is its own wish (BEP 31). */
    List<Order> refused(int tracker, String reason, Optional<Duration> retryIn, long now) {
        TrackerStanding standing = standing(tracker);
        completedToTell |= running && standing.asked() == AnnounceEvent.COMPLETED;
        standing.refused(reason, retryIn, now);
        if (!running) {
            return List.of();
        }
        if (tracker == active) {
            return goOn(now);
        }
        if (active == NONE) {
            exhausted(now);
        }
        return List.of();
    }

    /** A tracker has said nothing for a while, but is still being asked. */
    List<Order> silent(int tracker, long now) {
        standing(tracker).silent();
        return running && tracker == active ? goOn(now) : List.of();
    }

    private TrackerStanding standing(int tracker) {
        return standings.get(tracker);
    }

    private List<Order> round(long now) {
        next = OptionalLong.empty();
        remaining = ready(now).toList();
        return goOn(now);
    }

    private Stream<Integer> ready(long now) {
        return tiers.order().stream().filter(tracker -> standing(tracker).ready(now));
    }

    private Stream<TrackerStanding> standings() {
        return tiers.order().stream().map(standings::get);
    }

    private List<Order> goOn(long now) {
        if (!remaining.isEmpty()) {
            int tracker = remaining.get(0);
            remaining = remaining.subList(1, remaining.size());
            return ask(tracker);
        }
        active = NONE;
        exhausted(now);
        return List.of();
    }

    private List<Order> ask(int tracker) {
        active = tracker;
        if (!standing(tracker).knowsUs()) {
            return List.of(order(tracker, AnnounceEvent.STARTED));
        }
        AnnounceEvent event = completedToTell ? AnnounceEvent.COMPLETED : AnnounceEvent.REGULAR;
        completedToTell = false;
        return List.of(order(tracker, event));
    }

    private Order order(int tracker, AnnounceEvent event) {
        standing(tracker).ask(event);
        return new Order(tracker, event);
    }

    /** Sets the time of the next round after one without an answer, if any tracker is left to be asked in it. */
    private void exhausted(long now) {
        OptionalLong soonest = standings()
                .filter(TrackerStanding::idle)
                .mapToLong(standing -> Math.max(0, standing.notBefore().orElse(now) - now))
                .min();
        if (next.isEmpty() && soonest.isPresent()) {
            failedRounds++;
            next = OptionalLong.of(now + Math.max(ladder(), soonest.getAsLong()));
        }
    }

    private long ladder() {
        long rung = Math.min(FIRST_RETRY << Math.min(failedRounds - 1, 16), LAST_RETRY);
        return (long) (rung * (0.9 + 0.2 * random.nextDouble()));
    }
}
