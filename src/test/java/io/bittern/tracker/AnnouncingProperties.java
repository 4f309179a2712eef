package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import io.bittern.tracker.Announcing.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AnnouncingProperties {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    @Test
    void neverAsksATrackerTwiceAtOnceAndNeverFallsAsleep() {
        Forall.seeds(500, random -> {
            Announcing announcing = new Announcing(List.of(List.of("a", "b"), List.of("c")), any(random), random);
            Map<Integer, AnnounceEvent> asked = new HashMap<>();
            long now = random.nextLong();
            apply(announcing.started(now), asked);
            for (int step = 0; step < 200; step++) {
                now += random.nextLong(2 * MINUTE);
                apply(event(announcing, asked, random, now), asked);
                assertThat(announcing.nextDue().isPresent() || !asked.isEmpty())
                        .as("something is due or being asked")
                        .isTrue();
            }
        });
    }

    private static AnnounceTo any(RandomGenerator random) {
        List<AnnounceTo> all = List.of(AnnounceTo.values());
        return all.get(random.nextInt(all.size()));
    }

    private static List<Order> event(
            Announcing announcing, Map<Integer, AnnounceEvent> asked, RandomGenerator random, long now) {
        List<Integer> trackers = new ArrayList<>(asked.keySet());
        int choice = random.nextInt(6);
        if (choice > 2 || trackers.isEmpty()) {
            return choice == 3 ? announcing.completed(now) : announcing.due(now);
        }
        int tracker = trackers.get(random.nextInt(trackers.size()));
        if (choice == 0) {
            return announcing.silent(tracker, now);
        }
        asked.remove(tracker);
        Optional<Duration> wish =
                random.nextBoolean() ? Optional.empty() : Optional.of(Duration.ofMinutes(1 + random.nextInt(99)));
        return choice == 1
                ? announcing.announced(tracker, Announces.answer(Duration.ofMinutes(random.nextInt(60))), now)
                : announcing.refused(tracker, "no", wish, now);
    }

    private static void apply(List<Order> orders, Map<Integer, AnnounceEvent> asked) {
        for (Order order : orders) {
            assertThat(asked.put(order.tracker(), order.event())).isNull();
        }
    }
}
