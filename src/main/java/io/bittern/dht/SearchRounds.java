package io.bittern.dht;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Agenda;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * When which torrent is announced to the DHT: at once, then every quarter of an hour, and sooner while nobody is found,
 * since who announced a moment after us is missed by the first search. Times are monotonic nanoseconds.
 */
public final class SearchRounds {

    /** Between two announcements of a torrent that has found somebody; nodes forget peers after half an hour. */
    static final Duration EVERY = Duration.ofMinutes(15);

    /** Before the second search of a torrent that has found nobody; doubled each time. */
    static final Duration AGAIN = Duration.ofSeconds(5);

    /** Between two searches of ours, so that thousands of torrents take turns. */
    static final Duration PAUSE = Duration.ofMillis(500);

    private final Agenda<InfoHash> agenda = new Agenda<>(PAUSE);
    private final Map<InfoHash, Integer> misses = new HashMap<>();

    /** A torrent is to be announced from now on. */
    public void add(InfoHash torrent, long now) {
        misses.put(torrent, 0);
        agenda.put(torrent, now);
    }

    /** Nobody wants its peers any more. */
    public void remove(InfoHash torrent) {
        misses.remove(torrent);
        agenda.remove(torrent);
    }

    /** When {@link #poll} has something next; a torrent that is being searched is not waited for. */
    public OptionalLong nextDue() {
        return agenda.next();
    }

    /** The torrent to search and announce, if one is due; {@link #over} is to be told of its end. */
    public Optional<InfoHash> poll(long now) {
        return agenda.take(1, now).stream().findFirst();
    }

    /** There are nodes to ask that there were not before: who has found nobody is searched at once. */
    public void again(long now) {
        misses.replaceAll((torrent, before) -> {
            if (before > 0 && agenda.contains(torrent)) {
                agenda.put(torrent, now);
            }
            return 0;
        });
    }

    /** A search has ended, and has found peers or not. */
    public void over(InfoHash torrent, boolean found, long now) {
        Integer before = misses.get(torrent);
        if (before == null) {
            return;
        }
        misses.put(torrent, found ? 0 : before + 1);
        long wait = found ? EVERY.toNanos() : Math.min(EVERY.toNanos(), AGAIN.toNanos() << Math.min(before, 20));
        agenda.put(torrent, now + wait);
    }
}
