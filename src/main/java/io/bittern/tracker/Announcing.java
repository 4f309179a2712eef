package io.bittern.tracker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Decides which tracker of a torrent is told what, and when (BEP 12, BEP 31); pure.
 *
 * <p>The caller carries out each {@link Order} and reports what became of it by {@link #announced} or {@link #refused};
 * {@link #silent} may come before. Times are monotonic nanoseconds.
 */
public final class Announcing {

    /* A round asks the trackers in the order of their tiers until one answers. One that refuses is followed by the next
     * at once, one that is silent too, but an answer of it still counts when it comes. After an answer the next round is
     * due at the interval; after a round without one, by a ladder with jitter, but not before the moment that all of the
     * trackers asked for (BEP 31). While every tracker is still being asked nothing is due. */

    /** Something to announce to one tracker. */
    public record Order(int tracker, AnnounceEvent event) {}

    /** How a tracker is doing. */
    public enum State {
        UNUSED,
        ASKING,
        WORKING,
        FAILED
    }

    /** A tracker for display: {@code text} is a warning or the reason of a failure, perhaps empty. */
    public record Status(String url, int tier, State state, String text, OptionalInt seeders, OptionalInt leechers) {}

    private static final int NONE = -1;
    private static final long FIRST_RETRY = Duration.ofSeconds(15).toNanos();
    private static final long LAST_RETRY = Duration.ofMinutes(30).toNanos();

    private final Tiers tiers;
    private final RandomGenerator random;
    private final List<TrackerStanding> standings = new ArrayList<>();
    private final Deque<Integer> remaining = new ArrayDeque<>();
    private boolean running;
    private boolean completedToTell;
    private int active = NONE;
    private int home = NONE;
    private int failedRounds;
    private long earliest;
    private OptionalLong next = OptionalLong.empty();

    /** A torrent with these announce URLs by tier; nothing is due before {@link #started}. */
    public Announcing(List<List<String>> urlsByTier, RandomGenerator random) {
        this.tiers = new Tiers(urlsByTier, random);
        this.random = random;
        tiers.urls().forEach(url -> standings.add(new TrackerStanding()));
    }

    /** The announce URLs; an index is the number of a tracker in orders and reports. */
    public List<String> urls() {
        return tiers.urls();
    }

    /** The torrent starts. */
    public List<Order> started(long now) {
        if (running) {
            return List.of();
        }
        running = true;
        failedRounds = 0;
        standings.forEach(TrackerStanding::restart);
        return round(now);
    }

    /** The download has just been completed: one tracker that knows us is told, once. */
    public List<Order> completed(long now) {
        if (!running) {
            return List.of();
        }
        completedToTell = true;
        if (active != NONE || home == NONE || !standings.get(home).ready(now)) {
            return List.of();
        }
        line(now);
        remaining.remove(home);
        remaining.addFirst(home);
        return goOn(now);
    }

    /** The torrent stops: every tracker that accepted a start is told. */
    public List<Order> stopped(long now) {
        running = false;
        completedToTell = false;
        active = NONE;
        home = NONE;
        remaining.clear();
        next = OptionalLong.empty();
        List<Order> orders = new ArrayList<>();
        for (int tracker = 0; tracker < standings.size(); tracker++) {
            if (standings.get(tracker).knowsUs()) {
                orders.add(order(tracker, AnnounceEvent.STOPPED));
            }
        }
        return orders;
    }

    /** The moment of {@link #nextDue} has come, or perhaps not yet. */
    public List<Order> due(long now) {
        OptionalLong moment = nextDue();
        return moment.isEmpty() || now - moment.getAsLong() < 0 ? List.of() : round(now);
    }

    /** More peers would be of use before the next announce is due; asks as soon as the tracker's minimal interval allows. */
    public List<Order> wantMorePeers(long now) {
        boolean early = nextDue().isEmpty() || failedRounds > 0 || home == NONE || now - earliest < 0;
        return early ? List.of() : round(now);
    }

    /** When {@link #due} is to be called; none while a tracker is being asked or nothing runs. */
    public OptionalLong nextDue() {
        return running && active == NONE ? next : OptionalLong.empty();
    }

    /** A tracker accepted what was announced. */
    public List<Order> announced(int tracker, AnnounceResponse response, long now) {
        TrackerStanding standing = standings.get(tracker);
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
        remaining.clear();
        earliest = now + response.minInterval().toNanos();
        next = OptionalLong.of(Math.max(now + response.interval().toNanos(), earliest));
        active = active == tracker ? NONE : active;
    }

    /** A tracker refused, or could not be reached; {@code retryIn} is its own wish (BEP 31). */
    public List<Order> refused(int tracker, String reason, Optional<Duration> retryIn, long now) {
        TrackerStanding standing = standings.get(tracker);
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
    public List<Order> silent(int tracker, long now) {
        standings.get(tracker).silent();
        return running && tracker == active ? goOn(now) : List.of();
    }

    /** All trackers for display, by number. */
    public List<Status> status() {
        List<Status> all = new ArrayList<>();
        for (int tracker = 0; tracker < standings.size(); tracker++) {
            all.add(standings.get(tracker).status(urls().get(tracker), tiers.tierOf(tracker)));
        }
        return all;
    }

    private List<Order> round(long now) {
        next = OptionalLong.empty();
        line(now);
        return goOn(now);
    }

    private void line(long now) {
        remaining.clear();
        tiers.order().stream()
                .filter(tracker -> standings.get(tracker).ready(now))
                .forEach(remaining::add);
    }

    private List<Order> goOn(long now) {
        Integer tracker = remaining.poll();
        if (tracker != null) {
            return ask(tracker);
        }
        active = NONE;
        exhausted(now);
        return List.of();
    }

    private List<Order> ask(int tracker) {
        active = tracker;
        if (!standings.get(tracker).knowsUs()) {
            return List.of(order(tracker, AnnounceEvent.STARTED));
        }
        AnnounceEvent event = completedToTell ? AnnounceEvent.COMPLETED : AnnounceEvent.REGULAR;
        completedToTell = false;
        return List.of(order(tracker, event));
    }

    private Order order(int tracker, AnnounceEvent event) {
        standings.get(tracker).ask(event);
        return new Order(tracker, event);
    }

    /** Sets the time of the next round after one without an answer, if any tracker is left to be asked in it. */
    private void exhausted(long now) {
        OptionalLong soonest = standings.stream()
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
