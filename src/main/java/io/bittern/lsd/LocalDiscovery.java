package io.bittern.lsd;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Addresses;
import io.bittern.net.Agenda;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is announced to the local network and when, and what is believed of what comes from there (BEP 14).
 *
 * <p>Pure: time is the monotonic nanoseconds that its caller gives.
 */
final class LocalDiscovery {

    /** Between two announcements of a torrent. */
    static final Duration EVERY = Duration.ofMinutes(5);

    /** Between two datagrams of ours, so that thousands of torrents make no storm. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** Datagrams in a second that are looked at; the rest of a flood is dropped unread. */
    static final int HEARD_PER_SECOND = 10;

    private final String cookie;
    private final Agenda<InfoHash> agenda = new Agenda<>(PAUSE);
    private final Deque<Long> heard = new ArrayDeque<>();

    /** @param cookie marks what we send ourselves, which comes back to us */
    LocalDiscovery(String cookie) {
        this.cookie = cookie;
    }

    /** A torrent is to be announced from now on. */
    void add(InfoHash torrent, long now) {
        agenda.put(torrent, now);
    }

    void remove(InfoHash torrent) {
        agenda.remove(torrent);
    }

    /** When {@link #announce} has something to say next. */
    OptionalLong nextDue() {
        return agenda.next();
    }

    /** The announcement that is due, if any; {@code port} is where we listen. */
    Optional<LsdMessage> announce(int port, long now) {
        List<InfoHash> torrents = agenda.take(perDatagram(), now);
        torrents.forEach(torrent -> agenda.put(torrent, now + EVERY.toNanos()));
        return torrents.isEmpty() ? Optional.empty() : Optional.of(new LsdMessage(port, torrents, cookie));
    }

    /** As few as let each have its turn in time: of several Transmission reads the first, and aria2 none. */
    private int perDatagram() {
        long turns = EVERY.dividedBy(PAUSE);
        return (int) Math.min(LsdMessage.MOST_TORRENTS, 1 + (agenda.size() - 1) / turns);
    }

    /** A peer that has announced itself, with those of its torrents that are ours as well. */
    record Neighbour(InetSocketAddress peer, List<InfoHash> torrents) {}

    /** What a datagram tells; empty if it is ours, of no use, or too much. */
    Optional<Neighbour> hear(InetSocketAddress from, byte[] datagram, long now) {
        while (!heard.isEmpty()
                && now - heard.peekFirst() >= Duration.ofSeconds(1).toNanos()) {
            heard.removeFirst();
        }
        if (heard.size() == HEARD_PER_SECOND) {
            return Optional.empty();
        }
        heard.addLast(now);
        return LsdMessage.parse(datagram)
                .filter(message -> !message.cookie().equals(cookie))
                .map(message -> new Neighbour(
                        new InetSocketAddress(from.getAddress(), message.port()), common(message.torrents())))
                .filter(found -> !found.torrents().isEmpty() && !Addresses.isMartian(found.peer()));
    }

    private List<InfoHash> common(List<InfoHash> theirs) {
        List<InfoHash> common = new ArrayList<>(theirs);
        common.removeIf(torrent -> !agenda.contains(torrent));
        return List.copyOf(common);
    }
}
