package io.bittern.torrent;

import io.bittern.store.PieceStoreActor.Counters;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Bytes of payload that came and went, in all and as a rate over the last seconds. Times are monotonic nanoseconds. */
final class Tally {

    private static final long WINDOW = TimeUnit.SECONDS.toNanos(5);

    private record Entry(long at, long down, long up) {}

    private final ArrayDeque<Entry> recent = new ArrayDeque<>(1);
    private long recentDown;
    private long recentUp;
    private long downloaded;
    private long uploaded;
    private long wasted;
    private @Nullable Counters before;

    /** Goes on from what earlier runs counted; asked again, changes nothing, as this run is counted in it by then. */
    void resume(Counters earlier) {
        before = before == null ? earlier : before;
    }

    void add(long down, long waste, long up, long now) {
        downloaded += down;
        wasted += waste;
        uploaded += up;
        recent.addLast(new Entry(now, down, up));
        recentDown += down;
        recentUp += up;
        forgetBefore(now - WINDOW);
    }

    /** A block that was counted as good has turned out to be bad. */
    void waste(long bytes) {
        wasted += bytes;
    }

    /** Bytes that came in this run. */
    long downloaded() {
        return downloaded;
    }

    /** Bytes of those that were of no use. */
    long wasted() {
        return wasted;
    }

    /** Bytes that went in this run. */
    long uploaded() {
        return uploaded;
    }

    /** The counts over all runs. */
    Counters total() {
        Counters earlier = before == null ? Counters.ZERO : before;
        return new Counters(
                earlier.downloaded() + downloaded, earlier.uploaded() + uploaded, earlier.wasted() + wasted);
    }

    /** Bytes/s down, over the last 5 s or since the first byte. */
    double downRate(long now) {
        forgetBefore(now - WINDOW);
        return recentDown / span(now);
    }

    /** Bytes/s up, over the last 5 s or since the first byte. */
    double upRate(long now) {
        forgetBefore(now - WINDOW);
        return recentUp / span(now);
    }

    /** Peers report once a second, so the first report is of about a second already. */
    private double span(long now) {
        if (recent.isEmpty()) {
            return 1;
        }
        long second = TimeUnit.SECONDS.toNanos(1);
        long span = Math.min(WINDOW, now - recent.getFirst().at() + second);
        return span / (double) second;
    }

    private void forgetBefore(long limit) {
        while (!recent.isEmpty() && recent.getFirst().at() < limit) {
            Entry old = recent.removeFirst();
            recentDown -= old.down();
            recentUp -= old.up();
        }
    }
}
