package io.bittern.tracker;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What one torrent knows of one of its trackers; kept by {@link Announcing}. */
final class TrackerStanding {

    private @Nullable AnnounceEvent asked;
    private SwarmSize swarm = SwarmSize.UNKNOWN;
    private Optional<String> trackerId = Optional.empty();
    private Announcing.State state = Announcing.State.UNUSED;
    private String text = "";
    private boolean knowsUs;
    private boolean never;
    private OptionalLong notBefore = OptionalLong.empty();

    /** What is being announced now, if anything. */
    @Nullable
    AnnounceEvent asked() {
        return asked;
    }

    /** What this tracker wants to be told with the next announce; an answer without one leaves it as it is. */
    Optional<String> trackerId() {
        return trackerId;
    }

    /** The size of the swarm by its last answer. */
    SwarmSize swarm() {
        return swarm;
    }

    /** Whether this tracker accepted an announce and has not been told to forget us. */
    boolean knowsUs() {
        return knowsUs;
    }

    /** Whether it is neither being asked nor has asked to be left alone for good. */
    boolean idle() {
        return asked == null && !never;
    }

    /** Whether it may be asked now. */
    boolean ready(long now) {
        return idle() && (notBefore.isEmpty() || now - notBefore.getAsLong() >= 0);
    }

    /** The moment before which it does not want to be asked. */
    OptionalLong notBefore() {
        return notBefore;
    }

    void ask(AnnounceEvent event) {
        asked = event;
        state = Announcing.State.ASKING;
        knowsUs &= event != AnnounceEvent.STOPPED;
    }

    /** Forgets what was being announced: another start is on its way. */
    void restart() {
        asked = null;
        knowsUs = false;
    }

    void answered(AnnounceResponse answer) {
        knowsUs |= asked != AnnounceEvent.STOPPED;
        asked = null;
        swarm = answer.swarm();
        trackerId = answer.trackerId().or(() -> trackerId);
        state = Announcing.State.WORKING;
        text = answer.warning().orElse("");
        notBefore = OptionalLong.empty();
    }

    void refused(String reason, Optional<Duration> retryIn, long now) {
        asked = null;
        state = Announcing.State.FAILED;
        text = reason;
        never = retryIn.filter(TrackerException.NEVER::equals).isPresent();
        notBefore = never || retryIn.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(now + retryIn.get().toNanos());
    }

    void silent() {
        text = "no answer yet";
    }

    Announcing.Status status(String url, int tier) {
        return new Announcing.Status(url, tier, state, text, swarm);
    }
}
