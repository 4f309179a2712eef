package io.bittern.peer;

/** Measures the time that counts: it can be held and goes on where it was. */
final class Stopwatch {

    private boolean running;
    private long since;
    private long before;

    /** Lets it run, or holds it. */
    void run(boolean on, long now) {
        if (on != running) {
            before = elapsed(now);
            since = now;
            running = on;
        }
    }

    /** Starts again from 0, running or held as it was. */
    void reset(long now) {
        before = 0;
        since = now;
    }

    long elapsed(long now) {
        return running ? before + now - since : before;
    }

    /** When it will show so much if nothing holds it; never, {@link Long#MAX_VALUE}, while it is held. */
    long reaches(long limit) {
        return running ? since + limit - before : Long.MAX_VALUE;
    }
}
