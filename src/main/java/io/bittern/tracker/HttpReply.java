package io.bittern.tracker;

import io.bittern.net.JdkHttp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An answer of a web server as far as it matters to us.
 *
 * @param location where a redirect leads, otherwise empty
 * @param retryAfter how long it wants to be left alone
 * @param date what the server's clock says
 * @param body unpacked; that of a redirect is not read and is empty
 */
record HttpReply(int status, String location, Optional<Duration> retryAfter, Optional<Instant> date, byte[] body) {

    boolean isRedirect() {
        return JdkHttp.isRedirect(status);
    }
}
