package io.bittern.peer;

/** When to ask the torrent for more blocks, and for how many: before the window drains, one question at a time. */
final class Appetite {

    private static final long PAUSE = 1_000_000_000L;

    /* A third of the window is the mark to ask at, two thirds are the reserve to ask for: so the answer has a third of
     * the window's time to come, and a slow peer holds little that it has not asked for. */

    private boolean choked = true;
    private boolean interested;
    private boolean fed;
    private boolean sated;
    private int waitingFor;
    private long pausedUntil = Long.MIN_VALUE;

    /** Whether the torrent wants anything of this peer. */
    void interested(boolean now) {
        interested = now;
        sated = false;
    }

    /** There is something that the peer would give us. */
    void unchoked() {
        choked = false;
        fed = false;
        sated = false;
    }

    /** The peer will not serve us; if it took requests and gave nothing for them, we are slower to ask the next time. */
    void choked(boolean tookRequests, long now) {
        choked = true;
        if (tookRequests && !fed) {
            pausedUntil = now + PAUSE;
        }
    }

    /** The peer refused a request although it serves us: the next question waits. */
    void rejected(long now) {
        pausedUntil = now + PAUSE;
        sated = false;
    }

    /** A block came. */
    void fed() {
        fed = true;
    }

    /** The torrent may have something for this peer that it had not before. */
    void changed() {
        sated = false;
    }

    /** The torrent gave so many blocks; after fewer than wanted it will speak first. */
    void granted(int blocks) {
        sated = blocks < waitingFor;
        waitingFor = 0;
    }

    /** How many blocks to ask for now, 0 for not asking; the question counts as asked. */
    int ask(int window, int free, int asked, long now) {
        if (choked || !interested || sated || waitingFor > 0 || now < pausedUntil || free > window / 3) {
            return 0;
        }
        waitingFor = Math.max(0, window - asked + window * 2 / 3 - free);
        return waitingFor;
    }

    /** When a pause ends after which we would ask. */
    long deadline(long now) {
        return !choked && interested && pausedUntil > now ? pausedUntil : Long.MAX_VALUE;
    }
}
