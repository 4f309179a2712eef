package io.bittern.net;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong with a request by HTTP, in words for the user. */
public final class HttpTrouble {

    private HttpTrouble() {}

    /** Why there is no answer, on one line. */
    public static String reason(Throwable failure, WebTarget target) {
        if (has(failure, UnknownHostException.class)) {
            return "the name " + target.host() + " is not known";
        }
        if (has(failure, TimeoutException.class)) {
            return "no answer in time from " + target.authority();
        }
        if (has(failure, SSLException.class)) {
            return "no trusted connection to " + target.authority() + ": " + deepest(failure);
        }
        if (notConnected(failure) || has(failure, NoRouteToHostException.class)) {
            return "no connection to " + target.authority();
        }
        return "the exchange with " + target.authority() + " broke off: " + deepest(failure);
    }

    /** Whether no connection came to be, so that another address of the same name may do better. */
    public static boolean notConnected(Throwable failure) {
        return has(failure, ConnectException.class) || has(failure, HttpConnectTimeoutException.class);
    }

    /** Whether an exception is of a kind, or was caused by one that is. */
    private static boolean has(@Nullable Throwable failure, Class<? extends Throwable> kind) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return true;
            }
        }
        return false;
    }

    private static String deepest(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at.getMessage() == null ? at.getClass().getSimpleName() : Reasons.clean(at.getMessage());
    }
}
