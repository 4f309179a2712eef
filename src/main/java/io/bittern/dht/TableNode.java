package io.bittern.dht;

/** A node in the routing table: it has answered at least once. */
final class TableNode {

    /** A node that neither answered nor asked for so long is questionable (BEP 5), in nanoseconds. */
    static final long FRESH_NANOS = 15 * 60_000_000_000L;

    /** So many queries in a row without an answer make a node bad. */
    static final int BAD = 3;

    /* A ping before that keeps a node good. */
    private static final long DOUBT_NANOS = 12 * 60_000_000_000L;
    /* Longer than any query waits for its answer. */
    private static final long PAUSE_NANOS = 30_000_000_000L;

    final Contact contact;
    final boolean bound;
    private long lastHeard;
    private long lastDoubted;
    private int failures;

    TableNode(Contact contact, long now) {
        this.contact = contact;
        this.bound = BoundIds.fits(contact.id(), contact.address().getAddress());
        this.lastHeard = now;
        this.lastDoubted = now;
    }

    /** The node answered, or asked us something. */
    void heard(boolean answered, long now) {
        lastHeard = now;
        failures = answered ? 0 : failures;
    }

    void failed() {
        failures++;
    }

    int failures() {
        return failures;
    }

    boolean isBad() {
        return failures >= BAD;
    }

    boolean isGood(long now) {
        return failures == 0 && silence(now) < FRESH_NANOS;
    }

    /** Whether it wants a ping. */
    boolean isDoubtful(long now) {
        return (failures > 0 || silence(now) >= DOUBT_NANOS) && now - lastDoubted >= PAUSE_NANOS;
    }

    /** A ping is on its way. */
    void doubted(long now) {
        lastDoubted = now;
    }

    /** Nanoseconds since it was heard of. */
    long silence(long now) {
        return now - lastHeard;
    }
}
