package io.bittern.net;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * What is due when: each thing once, the earliest first, those of one time in the order they were put there; with a pause
 * between two turns, so that many things that are due together come one after another. Times are monotonic nanoseconds.
 */
public final class Agenda<T> {

    private record Entry<T>(T what, long when, long order) {}

    private final Map<T, Entry<T>> entries = new HashMap<>();
    private final TreeSet<Entry<T>> byTime = new TreeSet<>(Agenda::compare);
    private final long pause;
    private OptionalLong last = OptionalLong.empty();
    private long orders;

    /** @param pause between two turns in which something was taken */
    public Agenda(Duration pause) {
        this.pause = pause.toNanos();
    }

    private static int compare(Entry<?> one, Entry<?> other) {
        // a difference, because a monotonic clock may start anywhere and wrap
        int byTime = Long.signum(one.when() - other.when());
        return byTime != 0 ? byTime : Long.compare(one.order(), other.order());
    }

    /** Sets when something is due, in the place of an earlier date. */
    public void put(T what, long when) {
        remove(what);
        Entry<T> entry = new Entry<>(what, when, orders++);
        entries.put(what, entry);
        byTime.add(entry);
    }

    /** Crosses something out. */
    public void remove(T what) {
        Entry<T> entry = entries.remove(what);
        if (entry != null) {
            byTime.remove(entry);
        }
    }

    /** Whether something is on the agenda. */
    public boolean contains(T what) {
        return entries.containsKey(what);
    }

    /** How many things are on the agenda. */
    public int size() {
        return entries.size();
    }

    /** When there is something to take. */
    public OptionalLong next() {
        if (byTime.isEmpty()) {
            return OptionalLong.empty();
        }
        long first = byTime.first().when();
        long earliest = last.orElse(first - pause) + pause;
        return OptionalLong.of(first - earliest > 0 ? first : earliest);
    }

    /** Takes what is due, so many at most; none during a pause. */
    public List<T> take(int most, long now) {
        OptionalLong next = next();
        if (next.isEmpty() || next.getAsLong() - now > 0) {
            return List.of();
        }
        last = OptionalLong.of(now);
        List<T> due = byTime.stream()
                .takeWhile(entry -> entry.when() - now <= 0)
                .limit(most)
                .map(Entry::what)
                .toList();
        due.forEach(this::remove);
        return due;
    }
}
