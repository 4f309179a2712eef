package io.bittern.webseed;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import javax.net.ssl.SSLException;

/** What went wrong with a request, in words for the user. */
final class Failures {

    private Failures() {}

    static String reason(Throwable failure, WebUrl url) {
        if (has(failure, UnknownHostException.class)) {
            return "the name " + url.host() + " is not known";
        }
        if (notConnected(failure)) {
            return "no connection to " + url.authority();
        }
        return has(failure, SSLException.class)
                ? "no trusted connection to " + url.authority()
                : "the exchange with " + url.authority() + " broke off";
    }

    /** Whether another address of the same name may do better. */
    static boolean notConnected(Throwable failure) {
        return has(failure, ConnectException.class) || has(failure, HttpConnectTimeoutException.class);
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> kind) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return true;
            }
        }
        return false;
    }
}
