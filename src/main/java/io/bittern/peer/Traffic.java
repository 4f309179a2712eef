package io.bittern.peer;

import java.util.Optional;

/** Bytes of payload to and from one peer, reported at most once a second and only while they move. */
final class Traffic {

    private static final long SECOND = 1_000_000_000L;
    private static final int STANDING_SECONDS = 20;
    private static final int PIPELINE_SECONDS = 5;

    private final Rate recentDown = new Rate(PIPELINE_SECONDS);
    private final Rate downRate = new Rate(STANDING_SECONDS);
    private final Rate upRate = new Rate(STANDING_SECONDS);
    private long down;
    private long wasted;
    private long up;
    private long sent;
    private long reportAt;

    Traffic(long now) {
        reportAt = now;
    }

    void down(long bytes, long now) {
        down += bytes;
        recentDown.add(bytes, now);
        downRate.add(bytes, now);
    }

    /** Of the bytes that came, so many were of no use. */
    void wasted(long bytes) {
        wasted += bytes;
    }

    void up(long bytes, long now) {
        up += bytes;
        sent += bytes;
        upRate.add(bytes, now);
    }

    /** The report that is due, none within a second of the last. */
    Optional<PeerActor.Traffic> report(int peer, long now) {
        return now < reportAt ? Optional.empty() : rest(peer, now);
    }

    /** All that has not been reported, due or not. */
    Optional<PeerActor.Traffic> rest(int peer, long now) {
        if (!moved()) {
            return Optional.empty();
        }
        PeerActor.Traffic report = new PeerActor.Traffic(peer, down, wasted, up);
        down = 0;
        wasted = 0;
        up = 0;
        reportAt = now + SECOND;
        return Optional.of(report);
    }

    long deadline() {
        return moved() ? reportAt : Long.MAX_VALUE;
    }

    /** The rate that the window follows, quick to change. */
    Rate recentDown() {
        return recentDown;
    }

    /** Bytes/s over the 20 s that choking goes by. */
    double downRate(long now) {
        return downRate.perSecond(now);
    }

    double upRate(long now) {
        return upRate.perSecond(now);
    }

    /** Bytes to the peer, reported or not. */
    long sent() {
        return sent;
    }

    private boolean moved() {
        return (down | wasted | up) != 0;
    }
}
