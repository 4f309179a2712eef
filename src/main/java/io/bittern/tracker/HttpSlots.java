package io.bittern.tracker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * So many HTTP announces at once and no more; the others wait in line. Safe for many threads.
 *
 * <p>One host gets a part of the slots only, so that a tracker that hangs does not hold up the others. Each host has a
 * line of its own, and the lines take turns.
 */
final class HttpSlots {

    /** One who waits for a slot, or has one until {@link #giveBack}; started at most once. */
    static final class Turn {

        private final String host;
        private final Runnable start;
        private boolean started;
        private boolean over;

        Turn(String host, Runnable start) {
            this.host = host;
            this.start = start;
        }
    }

    /** Who waits for one host; whoever has left is passed over when its turn comes. */
    private static final class Line {

        private final Deque<Turn> waiting = new ArrayDeque<>();
        private int taken;
    }

    private final int slots;
    private final int slotsPerHost;
    private final Map<String, Line> lines = new HashMap<>();
    private final Deque<Line> order = new ArrayDeque<>();
    private final AtomicInteger calls = new AtomicInteger();
    private int taken;

    HttpSlots(int slots, int slotsPerHost) {
        this.slots = slots;
        this.slotsPerHost = slotsPerHost;
    }

    /** Lines up, at the head for what is urgent. */
    void lineUp(Turn turn, boolean urgent) {
        synchronized (lines) {
            Line line = lines.computeIfAbsent(turn.host, host -> new Line());
            boolean first = line.waiting.isEmpty();
            if (urgent) {
                line.waiting.addFirst(turn);
                order.remove(line);
                order.addFirst(line);
            } else {
                line.waiting.addLast(turn);
                if (first) {
                    order.addLast(line);
                }
            }
        }
        startNext();
    }

    /** Gives a slot back, or the place in the line: whichever it is. */
    void giveBack(Turn turn) {
        synchronized (lines) {
            Line line = lines.get(turn.host);
            if (line != null && turn.started && !turn.over) {
                taken--;
                line.taken--;
                forgetIfUnused(turn.host, line);
            }
            turn.over = true;
        }
        startNext();
    }

    /** How many slots are taken. */
    int taken() {
        synchronized (lines) {
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
        synchronized (lines) {
            for (int looked = order.size(); taken < slots && looked > 0; looked--) {
                Line line = order.removeFirst();
                Turn turn = line.taken < slotsPerHost ? first(line) : null;
                if (!line.waiting.isEmpty()) {
                    order.addLast(line);
                }
                if (turn != null) {
                    return turn;
                }
            }
            return null;
        }
    }

    private @Nullable Turn first(Line line) {
        for (Turn turn = line.waiting.poll(); turn != null; turn = line.waiting.poll()) {
            if (!turn.over) {
                turn.started = true;
                taken++;
                line.taken++;
                return turn;
            }
            forgetIfUnused(turn.host, line);
        }
        return null;
    }

    private void forgetIfUnused(String host, Line line) {
        if (line.taken == 0 && line.waiting.isEmpty()) {
            lines.remove(host);
        }
    }
}
