package io.bittern.tracker;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong with an announce, in words for the user. */
final class Failures {

    private Failures() {}

    /** The failure of a stage as the one exception that announcers fail with. */
    static TrackerException translated(Throwable failure, TrackerUrl url) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof TrackerException known ? known : new TrackerException(reason(cause, url));
    }

    private static String reason(Throwable cause, TrackerUrl url) {
        if (has(cause, UnknownHostException.class)) {
            return "the name " + url.host() + " is not known";
        }
        if (has(cause, TimeoutException.class)) {
            return "no answer in time from " + url.authority();
        }
        if (has(cause, SSLException.class)) {
            return "no trusted connection to " + url.authority() + ": " + deepest(cause);
        }
        if (has(cause, ConnectException.class) || has(cause, NoRouteToHostException.class)) {
            return "no connection to " + url.authority();
        }
        return "the exchange with " + url.authority() + " broke off: " + deepest(cause);
    }

    /** Whether an exception is of a kind, or was caused by one that is. */
    static boolean has(@Nullable Throwable cause, Class<? extends Throwable> kind) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return true;
            }
        }
        return false;
    }

    private static String deepest(Throwable cause) {
        Throwable at = cause;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
    }
}
