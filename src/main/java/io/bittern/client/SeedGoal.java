package io.bittern.client;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a torrent is seeded once everything wanted is there: until the first of the two limits, for ever without any.
 *
 * @param ratio uploaded bytes for each byte that is there, 0 to stop at once
 * @param time time since everything wanted was there
 */
public record SeedGoal(Optional<Double> ratio, Optional<Duration> time) {

    /** Not to seed after the download. */
    public static final SeedGoal NONE = new SeedGoal(Optional.empty(), Optional.of(Duration.ZERO));

    /** To seed until the client stops. */
    public static final SeedGoal FOREVER = new SeedGoal(Optional.empty(), Optional.empty());

    public SeedGoal {
        boolean badRatio = ratio.isPresent() && !(ratio.get() >= 0);
        boolean badTime = time.isPresent() && time.get().isNegative();
        if (badRatio || badTime) {
            throw new IllegalArgumentException("a goal is not negative: " + ratio + ", " + time);
        }
    }

    /** Whether there is no limit. */
    public boolean forever() {
        return ratio.isEmpty() && time.isEmpty();
    }

    /** Whether seeding is over for a torrent that has what it wants for so long. */
    public boolean reached(TorrentSnapshot.Amounts amounts, Duration seeding) {
        boolean longEnough = time.isPresent() && seeding.compareTo(time.get()) >= 0;
        boolean muchEnough = ratio.isPresent() && amounts.uploaded() >= ratio.get() * amounts.verified();
        return longEnough || muchEnough;
    }
}
