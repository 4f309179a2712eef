package io.bittern.portmap;

import java.util.concurrent.TimeUnit;

/** The clock of a gateway, by which a restart is known (RFC 6887, section 8.5). */
final class Epoch {

    private static final double DRIFT = 1.0 / 16;
    private static final double SLACK = 2;

    private boolean known;
    private long seconds;
    private long heard;

    /** Takes what the gateway's clock says, and says whether the gateway has restarted since it was heard last. */
    boolean restarted(long seconds, long now) {
        double ours = (now - heard) / (double) TimeUnit.SECONDS.toNanos(1);
        double theirs = seconds - this.seconds;
        boolean restarted =
                known && (theirs < -1 || ours + SLACK < theirs * (1 - DRIFT) || theirs + SLACK < ours * (1 - DRIFT));
        known = true;
        this.seconds = seconds;
        this.heard = now;
        return restarted;
    }
}
