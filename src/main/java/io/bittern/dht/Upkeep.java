package io.bittern.dht;

import java.util.Optional;
import java.util.random.RandomGenerator;

/** What a node does by itself: pings doubtful nodes, asks into quiet parts of the space, and forgets what is too old. */
final class Upkeep implements Call.Caller {

    /* At most one ping and one lookup a turn: a table of 300 nodes is gone through in the 15 minutes it has. */

    private static final long TURN_NANOS = 3_000_000_000L;
    private static final long EXPIRY_NANOS = 60_000_000_000L;
    private static final int FEW = RoutingTable.K;
    private static final long FIRST_REST = 15_000_000_000L;
    private static final long LONGEST_REST = 300_000_000_000L;

    private final RoutingTable table;
    private final Answering answering;
    private final Exchange exchange;
    private final RandomGenerator random;
    private long nextTurn;
    private long nextExpiry;
    private long nextBootstrap;
    private long rest = FIRST_REST;

    Upkeep(RoutingTable table, Answering answering, Exchange exchange, RandomGenerator random, long now) {
        this.table = table;
        this.answering = answering;
        this.exchange = exchange;
        this.random = random;
        // the first turn at any time, so that nodes that start together do not act together
        this.nextTurn = now + random.nextLong(TURN_NANOS);
        this.nextExpiry = now + EXPIRY_NANOS;
        this.nextBootstrap = now + FIRST_REST;
    }

    /** When there is something to do. */
    long deadline() {
        return nextTurn;
    }

    /** What to look up now, if anything, and unless something still is. */
    Optional<NodeId> turn(boolean lookingUp, long now) {
        if (now - nextTurn < 0) {
            return Optional.empty();
        }
        nextTurn = now + TURN_NANOS;
        if (now - nextExpiry >= 0) {
            nextExpiry = now + EXPIRY_NANOS;
            answering.expire(now);
        }
        if (exchange.delay(now) == 0) {
            table.questionable(now)
                    .ifPresent(contact -> exchange.ask(table.own(), contact, Ask.Ping.INSTANCE, this, now));
        }
        if (lookingUp) {
            return Optional.empty();
        }
        return table.size() < FEW ? again(now) : table.stale(random, now);
    }

    /** With few nodes, as many more as there are near to us; ever more seldom, since the network may be that small. */
    private Optional<NodeId> again(long now) {
        if (now - nextBootstrap < 0) {
            return Optional.empty();
        }
        nextBootstrap = now + rest;
        rest = Math.min(2 * rest, LONGEST_REST);
        return Optional.of(table.own());
    }

    @Override
    public void answered(Call call, Message.Reply reply, long now) {}

    @Override
    public void lost(Call call, long now) {}
}
