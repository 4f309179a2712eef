package io.bittern.cli;

import io.bittern.client.TorrentSnapshot;
import java.time.Duration;

/** Tells when for some time no torrent has had a peer and none has come forward. */
final class Stall {

    private final long limit;
    private long amounts = -1;
    private long since;

    Stall(Duration limit, long now) {
        this.limit = limit.toNanos();
        this.since = now;
    }

    /** Looks at the torrents that are not complete; true if nothing has moved for too long. */
    boolean looksStuck(Iterable<TorrentSnapshot> unfinished, long now) {
        long sum = 0;
        boolean alive = false;
        for (TorrentSnapshot snapshot : unfinished) {
            sum += snapshot.amounts().done() + snapshot.amounts().downloaded();
            alive |= snapshot.peers().connected() > 0 || snapshot.state() == TorrentSnapshot.State.CHECKING;
        }
        if (alive || sum != amounts) {
            amounts = sum;
            since = now;
        }
        return now - since >= limit;
    }
}
