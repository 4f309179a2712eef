package io.bittern.dht;

import java.net.InetSocketAddress;

/** How much strangers may ask: a host that asks too fast is not heard for five minutes, and all together have a limit. */
final class Visitors {

    private static final double PER_SECOND = 5;
    private static final double BURST = 50;
    private static final long BLOCK_NANOS = 5 * 60_000_000_000L;
    private static final int REMEMBERED = 4096;

    private static final class Visitor {
        final Throttle throttle;
        boolean blocked;
        long blockedAt;

        Visitor(long now) {
            throttle = new Throttle(PER_SECOND, BURST, now);
        }
    }

    private final Memory<Object, Visitor> visitors = new Memory<>(REMEMBERED);
    private final Throttle everybody;

    /** Packets a second from all together. */
    Visitors(double perSecond, long now) {
        everybody = new Throttle(perSecond, perSecond, now);
    }

    /** Counts a packet that nobody asked for, and says whether to look at it. */
    boolean admit(InetSocketAddress from, long now) {
        Visitor visitor = visitors.computeIfAbsent(Origin.host(from), host -> new Visitor(now));
        if (visitor.blocked && now - visitor.blockedAt < BLOCK_NANOS) {
            return false;
        }
        visitor.blocked = !visitor.throttle.take(1, now);
        visitor.blockedAt = now;
        return !visitor.blocked && everybody.take(1, now);
    }
}
