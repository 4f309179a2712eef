package io.bittern.tracker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * So many HTTP announces at once and no more; the others wait in line. Safe for many threads.
 *
 * <p>One host gets a part of the slots only, so that a tracker that hangs does not hold up the others.
 */
final class HttpSlots {

    /** One who waits for a slot, or has one until {@link #giveBack}; started at most once. */
    static final class Turn {

        private final String host;
        private final Runnable start;

        Turn(String host, Runnable start) {
            this.host = host;
            this.start = start;
        }
    }

    private final int slots;
    private final int slotsPerHost;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private final Map<String, Integer> byHost = new HashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private int taken;

    HttpSlots(int slots, int slotsPerHost) {
        this.slots = slots;
        this.slotsPerHost = slotsPerHost;
    }

    /** Lines up, at the head for what is urgent. */
    void lineUp(Turn turn, boolean urgent) {
        synchronized (waiting) {
            if (urgent) {
                waiting.addFirst(turn);
            } else {
                waiting.addLast(turn);
            }
        }
        startNext();
    }

    /** Gives a slot back, or the place in the line: whichever it is. */
    void giveBack(Turn turn) {
        synchronized (waiting) {
            if (!waiting.remove(turn)) {
                taken--;
                byHost.computeIfPresent(turn.host, (host, count) -> count == 1 ? null : count - 1);
            }
        }
        startNext();
    }

    /** How many slots are taken. */
    int taken() {
        synchronized (waiting) {
            return taken;
        }
    }

    /** Starts whoever may; a call from within a start leaves the work to the call that is under way. */
    private void startNext() {
        int missed = calls.incrementAndGet();
        if (missed > 1) {
            return;
        }
        while (missed != 0) {
            for (Turn turn = next(); turn != null; turn = next()) {
                turn.start.run();
            }
            missed = calls.addAndGet(-missed);
        }
    }

    private @Nullable Turn next() {
        synchronized (waiting) {
            Iterator<Turn> line = waiting.iterator();
            while (taken < slots && line.hasNext()) {
                Turn turn = line.next();
                if (byHost.getOrDefault(turn.host, 0) < slotsPerHost) {
                    line.remove();
                    taken++;
                    byHost.merge(turn.host, 1, Integer::sum);
                    return turn;
                }
            }
            return null;
        }
    }
}
