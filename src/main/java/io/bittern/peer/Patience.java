package io.bittern.peer;

/**
 * How long a peer may keep us waiting for blocks.
 *
 * <p>Silent for some seconds, and the rate that its requests were given is lent out; for {@code stall}, and nothing stays exclusive to it; for {@code snub}, and it counts as one that snubs us.
 * Both clocks run only while we read from it and have requests on the wire: a limit or a slow disk of ours never counts.
 */
final class Patience {

    private static final long LATE = 5_000_000_000L;

    private final long stallAfter;
    private final long snubAfter;
    private final Stopwatch stall = new Stopwatch();
    private final Stopwatch snub = new Stopwatch();
    private boolean late;
    private boolean silent;
    private boolean snubbed;

    Patience(PeerSettings settings) {
        stallAfter = settings.stall().toNanos();
        snubAfter = settings.snub().toNanos();
    }

    /** A block came. */
    void rewarded(long now) {
        stall.reset(now);
        snub.reset(now);
        late = false;
        silent = false;
        snubbed = false;
    }

    /**
     * Lets the clocks run or holds them.
     *
     * @param reading whether we read from the peer
     * @param asked requests on the wire that are exclusive to it
     * @param owing whether it owes us any block at all, those of a stall included
     */
    void update(boolean reading, int asked, boolean owing, long now) {
        if (asked == 0) {
            stall.reset(now);
            late = false;
        }
        stall.run(reading && asked > 0, now);
        snub.run(reading && owing, now);
    }

    /** Whether it is time to give its requests to others; says so once. */
    boolean stalls(long now) {
        if (stall.elapsed(now) < stallAfter) {
            return false;
        }
        stall.reset(now);
        silent = true;
        return true;
    }

    /** Whether it is silent for so long already that others may use the rate that its requests were given. */
    boolean late(long now) {
        late = stall.elapsed(now) >= LATE;
        return late;
    }

    void check(long now) {
        snubbed = snubbed || snub.elapsed(now) >= snubAfter;
    }

    boolean snubbed() {
        return snubbed;
    }

    /** Whether it has let us down since its last block, so that it is asked for one block at a time. */
    boolean lost() {
        return silent || snubbed;
    }

    long deadline() {
        long silence = Math.min(stall.reaches(stallAfter), late ? Long.MAX_VALUE : stall.reaches(LATE));
        return Math.min(silence, snubbed ? Long.MAX_VALUE : snub.reaches(snubAfter));
    }
}
