package io.bittern.tracker;

import io.bittern.net.HttpTrouble;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
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

    /** The failure of a stage as the one exception that those fail with who ask trackers. */
    public static TrackerException of(Throwable failure) {
        Throwable cause = unwrapped(failure);
        return cause instanceof TrackerException known ? known : new TrackerException(String.valueOf(cause));
    }

    /** The same for what may be the failure of an exchange with a server. */
    static TrackerException of(Throwable failure, TrackerUrl url) {
        Throwable cause = unwrapped(failure);
        return cause instanceof TrackerException known ? known : new TrackerException(HttpTrouble.reason(cause, url));
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
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
