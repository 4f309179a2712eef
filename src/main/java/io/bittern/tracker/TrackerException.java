package io.bittern.tracker;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An announce failed; the reason is one clean line for the user. */
public final class TrackerException extends Exception {

    /** The tracker does not want to be asked again (BEP 31). */
    public static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryIn;

    public TrackerException(String reason) {
        this(reason, Optional.empty());
    }

    public TrackerException(String reason, Optional<Duration> retryIn) {
        super(CleanText.of(reason), null, false, false);
        this.retryIn = retryIn.orElse(null);
    }

    /** Why, in clean text. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** When the tracker wants to be asked again (BEP 31), {@link #NEVER} included. */
    public Optional<Duration> retryIn() {
        return Optional.ofNullable(retryIn);
    }
}
