package io.bittern.torrent;

import io.bittern.torrent.Connections.Connection;
import io.bittern.wire.PexMessage;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which peer is told when of whom (BEP 11): those who want it, at most once a minute, of those to whom we are connected,
 * and then that we no longer are. Times are monotonic nanoseconds.
 *
 * @param <R> how a connection's actor is referred to
 */
final class Exchange<R> {

    /** The most that one message adds, and the most that one drops; the rest waits for the next. */
    private static final int MOST = 50;

    private static final long EVERY = TimeUnit.MINUTES.toNanos(1);
    private static final long LOOK = TimeUnit.SECONDS.toNanos(1);

    private static final class Listener {
        private final Set<InetSocketAddress> told = new LinkedHashSet<>();
        private long notBefore = Long.MIN_VALUE;
    }

    private final Connections<R> connections;
    private Map<Integer, Listener> listeners = Map.of();
    private long lookedAt = Long.MIN_VALUE;

    Exchange(Connections<R> connections) {
        this.connections = connections;
    }

    /** What is to be said now, and to whom; who has nothing to hear hears of the next change at once. */
    Map<Connection<R>, PexMessage> due(long now) {
        if (lookedAt != Long.MIN_VALUE && now - lookedAt < LOOK) {
            return Map.of();
        }
        lookedAt = now;
        List<Connection<R>> here = connections.here().toList();
        listeners = listeners.isEmpty() ? new HashMap<>() : listeners;
        listeners.keySet().removeIf(number -> connections.get(number) == null);
        Map<InetSocketAddress, PexMessage.Contact> contacts = contacts(here);
        Map<Connection<R>, PexMessage> said = new LinkedHashMap<>();
        for (Connection<R> one : here) {
            if (one.exchanges()) {
                Listener listener = listeners.computeIfAbsent(one.number(), unused -> new Listener());
                news(listener, one, contacts, now).ifPresent(message -> said.put(one, message));
            }
        }
        return said;
    }

    private static <R> Map<InetSocketAddress, PexMessage.Contact> contacts(List<Connection<R>> here) {
        Map<InetSocketAddress, PexMessage.Contact> contacts = new LinkedHashMap<>();
        for (Connection<R> one : here) {
            one.endpoint().ifPresent(endpoint -> contacts.put(endpoint, new PexMessage.Contact(endpoint, flags(one))));
        }
        return contacts;
    }

    private static int flags(Connection<?> one) {
        return (one.content() ? PexMessage.UPLOAD_ONLY : 0) | (one.dialed() ? PexMessage.REACHABLE : 0);
    }

    private static Optional<PexMessage> news(
            Listener listener, Connection<?> to, Map<InetSocketAddress, PexMessage.Contact> contacts, long now) {
        if (now < listener.notBefore) {
            return Optional.empty();
        }
        List<PexMessage.Contact> added = contacts.values().stream()
                .filter(contact -> !listener.told.contains(contact.address()))
                .filter(contact -> !to.endpoint().equals(Optional.of(contact.address())))
                .limit(MOST)
                .toList();
        List<InetSocketAddress> dropped = listener.told.stream()
                .filter(address -> !contacts.containsKey(address))
                .limit(MOST)
                .toList();
        if (added.isEmpty() && dropped.isEmpty()) {
            return Optional.empty();
        }
        added.forEach(contact -> listener.told.add(contact.address()));
        dropped.forEach(listener.told::remove);
        listener.notBefore = now + EVERY;
        return Optional.of(new PexMessage(added, dropped));
    }
}
