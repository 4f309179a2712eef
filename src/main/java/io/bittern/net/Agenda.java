package io.bittern.net;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** What is due when: each thing once, the earliest first, those of one time in the order they were put there. Times are monotonic nanoseconds. */
public final class Agenda<T> {

    private record Entry<T>(T what, long when, long order) {}

    private final Map<T, Entry<T>> entries = new HashMap<>();
    private final TreeSet<Entry<T>> byTime = new TreeSet<>(Agenda::compare);
    private long orders;

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

    /** When the first is due. */
    public OptionalLong next() {
        return byTime.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(byTime.first().when());
    }

    /** Takes the first, if it is due. */
    public Optional<T> poll(long now) {
        if (byTime.isEmpty() || byTime.first().when() - now > 0) {
            return Optional.empty();
        }
        T what = byTime.first().what();
        remove(what);
        return Optional.of(what);
    }
}
