package io.bittern;

import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;

/** What tests often want of a probe. */
public final class Probes {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private Probes() {}

    /** The next message of a type; those before it are thrown away. */
    public static <M, T extends M> T next(TestProbe<M> probe, Class<T> type) {
        return next(probe, type, PATIENCE);
    }

    /** The next message of a type, which comes within that time; those before it are thrown away. */
    public static <M, T extends M> T next(TestProbe<M> probe, Class<T> type, Duration within) {
        List<M> found = probe.fishForMessage(
                within,
                message -> type.isInstance(message) ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
        return type.cast(found.get(found.size() - 1));
    }
}
