package io.bittern.tracker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Decides which tracker of a torrent is told what, and when (BEP 12, BEP 31); pure.
 *
 * <p>The trackers are in groups, one or several by {@link AnnounceTo}, and one of each group is to know us: see
 * {@link Rounds}. The caller carries out each {@link Order} and reports what became of it by {@link #announced} or
 * {@link #refused}; {@link #silent} may come before. Times are monotonic nanoseconds.
 */
public final class Announcing {

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
    public record Status(String url, int tier, State state, String text, SwarmSize swarm) {}

    private final Tiers tiers;
    private final List<Rounds> groups;
    private final List<TrackerStanding> standings;
    private SwarmSize swarm = SwarmSize.UNKNOWN;

    /** A torrent with these announce URLs by tier; nothing is due before {@link #started}. */
    public Announcing(List<List<String>> urlsByTier, AnnounceTo to, RandomGenerator random) {
        this.tiers = new Tiers(urlsByTier, random);
        this.standings = urls().stream().map(url -> new TrackerStanding()).toList();
        this.groups = tiers.groups(to).stream()
                .map(group -> new Rounds(group, standings, random))
                .toList();
    }

    /** The announce URLs; an index is the number of a tracker in orders and reports. */
    public List<String> urls() {
        return tiers.urls();
    }

    /** The host of a tracker, by which its word on other things is counted once however often it is listed. */
    public String host(int tracker) {
        String url = urls().get(tracker);
        try {
            return TrackerUrl.parse(url).host();
        } catch (TrackerException malformed) {
            return url;
        }
    }

    /** What a tracker wants to be told with the next announce, because it said so with an answer. */
    public Optional<String> trackerId(int tracker) {
        return standings.get(tracker).trackerId();
    }

    /** The torrent starts. */
    public List<Order> started(long now) {
        return all(group -> group.started(now));
    }

    /** The download has just been completed: one tracker of each group that knows us is told, once. */
    public List<Order> completed(long now) {
        return all(group -> group.completed(now));
    }

    /** The torrent stops: every tracker that accepted a start is told. */
    public List<Order> stopped(long now) {
        return all(group -> group.stopped(now));
    }

    /** The moment of {@link #nextDue} has come, or perhaps not yet. */
    public List<Order> due(long now) {
        return all(group -> group.due(now));
    }

    /** When {@link #due} is to be called; none while trackers are being asked or nothing runs. */
    public OptionalLong nextDue() {
        OptionalLong soonest = OptionalLong.empty();
        for (Rounds group : groups) {
            OptionalLong due = group.nextDue();
            boolean sooner = due.isPresent() && (soonest.isEmpty() || due.getAsLong() - soonest.getAsLong() < 0);
            soonest = sooner ? due : soonest;
        }
        return soonest;
    }

    /** A tracker accepted what was announced. */
    public List<Order> announced(int tracker, AnnounceResponse response, long now) {
        List<Order> orders = groupOf(tracker).announced(tracker, response, now);
        swarm = standings.stream().map(TrackerStanding::swarm).reduce(SwarmSize.UNKNOWN, SwarmSize::or);
        return orders;
    }

    /** A tracker refused, or could not be reached; {@code retryIn} is its own wish (BEP 31). */
    public List<Order> refused(int tracker, String reason, Optional<Duration> retryIn, long now) {
        return groupOf(tracker).refused(tracker, reason, retryIn, now);
    }

    /** A tracker has said nothing for a while, but is still being asked. */
    public List<Order> silent(int tracker, long now) {
        return groupOf(tracker).silent(tracker, now);
    }

    /** All trackers for display, by number. */
    public List<Status> status() {
        List<Status> all = new ArrayList<>();
        for (int tracker = 0; tracker < urls().size(); tracker++) {
            all.add(standings.get(tracker).status(urls().get(tracker), tiers.tierOf(tracker)));
        }
        return all;
    }

    /** The size of the swarm, as the trackers have said with their last answers. */
    public SwarmSize swarm() {
        return swarm;
    }

    private Rounds groupOf(int tracker) {
        return groups.stream().filter(group -> group.has(tracker)).findFirst().orElseThrow();
    }

    private List<Order> all(Function<Rounds, List<Order>> step) {
        return groups.stream().flatMap(group -> step.apply(group).stream()).toList();
    }
}
