package io.bittern.portmap;

import io.bittern.portmap.PortMapEvent.Mapped;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** One protocol by which a gateway can be asked, and what it has granted by it. */
abstract class Way {

    /** How it goes. */
    enum State {
        /** No mapping yet. */
        ASKING,
        /** At least one mapping, which is renewed. */
        WORKING,
        /** No mapping, and nothing more is tried. */
        FAILED,
        /** Another way works: nothing more is asked, and what was granted is left to end. */
        RETIRED,
        /** What was granted is taken back. */
        RELEASING
    }

    /** Between two tries of a question; doubled after each (RFC 6886 and 6887). */
    static final Duration FIRST_WAIT = Duration.ofMillis(250);

    /** Tries of a question; the last has failed after 32 s. */
    static final int TRIES = 7;

    /** The shortest time after which a mapping is renewed, whatever the gateway says. */
    static final Duration SHORTEST = Duration.ofSeconds(30);

    /** The longest lifetime that is believed. */
    static final Duration LONGEST = Duration.ofHours(24);

    private final String name;
    private final Outbox out;
    private final Map<Protocol, Mapped> granted = new EnumMap<>(Protocol.class);
    private List<PortMapEvent> news = new ArrayList<>();
    private State state = State.FAILED;
    private String reason = "";

    Way(String name, Outbox out) {
        this.name = name;
        this.out = out;
    }

    /** Asks from the beginning. */
    final void start(long now) {
        state = State.ASKING;
        begin(now);
    }

    /** Another way works. */
    final void retire() {
        if (state != State.FAILED) {
            state = State.RETIRED;
        }
    }

    /** Takes back what was granted, once and for all. */
    final void release(long now) {
        if (state != State.RELEASING) {
            state = State.RELEASING;
            takeBack(now);
        }
    }

    abstract void begin(long now);

    abstract void takeBack(long now);

    /** A datagram has come, from anybody. */
    abstract void received(InetSocketAddress from, byte[] payload, long now);

    /** A question was answered; with status 0 it was not. */
    void answered(long number, int status, byte[] body, long now) {}

    /** Does what is due. */
    abstract void tick(long now);

    /** When something is due. */
    abstract OptionalLong deadline();

    /** Whether everything that was granted was taken back. */
    abstract boolean isReleased();

    /** Notes a mapping; returns when it is to be renewed. */
    final long grant(Protocol protocol, InetAddress external, int port, long seconds, long now) {
        long lifetime =
                Math.min(seconds, LONGEST.toSeconds()) * Duration.ofSeconds(1).toNanos();
        Mapped mapped = new Mapped(protocol, external, port, now + lifetime, name);
        granted.put(protocol, mapped);
        news.add(mapped);
        if (state == State.ASKING) {
            state = State.WORKING;
        }
        return now + Math.max(lifetime / 2, SHORTEST.toNanos());
    }

    /** A mapping is no more. */
    final void lose(Protocol protocol) {
        if (granted.remove(protocol) != null) {
            news.add(new PortMapEvent.Lost(protocol));
        }
    }

    /** There is no mapping to be had. */
    final void fail(String why) {
        if (state == State.ASKING || state == State.WORKING) {
            state = State.FAILED;
            reason = why;
        }
    }

    final boolean hasGrants(long now) {
        return granted.values().stream().anyMatch(mapped -> mapped.until() - now > 0);
    }

    /** A mapping that was not renewed is no more when its time is over. */
    final void expire(Protocol protocol, long now) {
        Mapped mapped = granted.get(protocol);
        if (mapped != null && mapped.until() - now <= 0) {
            lose(protocol);
        }
    }

    final Map<Protocol, Mapped> granted() {
        return granted;
    }

    final boolean isActive() {
        return state == State.ASKING || state == State.WORKING;
    }

    final Outbox out() {
        return out;
    }

    final String name() {
        return name;
    }

    final State state() {
        return state;
    }

    /** Why it has failed. */
    final String reason() {
        return reason;
    }

    /** What was granted or lost since this was asked last. */
    final List<PortMapEvent> takeNews() {
        List<PortMapEvent> taken = news;
        news = new ArrayList<>();
        return taken;
    }

    /** How long after a try the next one follows; {@code tries} counts those before. */
    static long waitAfter(int tries) {
        return FIRST_WAIT.toNanos() << tries;
    }
}
