package io.bittern.torrent;

import io.bittern.torrent.Swarm.Outcome;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/**
 * An address in a swarm: who has named it, and when it may be dialled.
 *
 * <p>It is tried again after 5 s, doubled with each try in a row that brought nothing, at most an hour: who starts at the same
 * time as we do soon listens. A peer that gave us data starts again at 5 s. Times are monotonic nanoseconds.
 */
final class Candidate {

    /** Whoever may go first when there is no room: of the worst source, and there that which has failed most. */
    static final Comparator<Candidate> WORTH = Comparator.<Candidate, PeerSource>comparing(one -> one.source)
            .thenComparing(one -> one.failures)
            .reversed();

    private static final long FIRST_BACK_OFF = TimeUnit.SECONDS.toNanos(5);
    private static final long LAST_BACK_OFF = TimeUnit.HOURS.toNanos(1);

    /** Our own connections were all taken; that does not change soon. */
    private static final long CROWDED = TimeUnit.SECONDS.toNanos(30);

    /** Who has made room for others waits until these have had three rounds of turnover. */
    private static final long REPLACED = TimeUnit.MINUTES.toNanos(15);

    private final InetSocketAddress address;
    private PeerSource source;
    private long notBefore = Long.MIN_VALUE;
    private long dialedAt;
    private int failures;
    private int uses;
    private boolean never;
    private boolean seed;

    Candidate(InetSocketAddress address, PeerSource source) {
        this.address = address;
        this.source = source;
    }

    InetSocketAddress address() {
        return address;
    }

    PeerSource source() {
        return source;
    }

    /** Somebody else has named it, too. */
    void named(PeerSource by) {
        source = by.compareTo(source) < 0 ? by : source;
    }

    /** Whether it may go for an address that {@code by} has named: one of a worse source, or one that failed. */
    boolean yields(PeerSource by) {
        return waits() && (source.compareTo(by) > 0 || (source == by && failures > 0));
    }

    /** Whether it can be dialled, now or later. */
    boolean waits() {
        return uses == 0 && !never;
    }

    /** Whether it is not ourselves. */
    boolean other() {
        return !never;
    }

    boolean due(long now) {
        return waits() && notBefore <= now;
    }

    /** When it may be dialled. */
    long dueAt(long now) {
        return Math.max(notBefore, now);
    }

    void dialed(long now) {
        uses++;
        dialedAt = now;
    }

    long dialedAt() {
        return dialedAt;
    }

    /** It has dialled us. */
    void met() {
        uses++;
    }

    /** A connection has ended, or did not come to be. */
    void ended(Outcome outcome, long now) {
        uses = Math.max(0, uses - 1);
        seed = outcome == Outcome.BOTH_SEEDS;
        switch (outcome) {
            case USEFUL -> {
                failures = 0;
                notBefore = now + FIRST_BACK_OFF;
            }
            case USELESS -> {
                int doublings = Math.min(failures++, 10);
                notBefore = now + Math.min(FIRST_BACK_OFF << doublings, LAST_BACK_OFF);
            }
            case CROWDED -> notBefore = now + CROWDED;
            case REPLACED -> notBefore = now + REPLACED;
            case BOTH_SEEDS -> notBefore = now + LAST_BACK_OFF;
            case PARTED -> notBefore = now;
            case SELF -> never = true;
        }
    }

    /** We lack something again: one from whom we parted as seeds is of use. */
    void wantSeed() {
        if (seed) {
            seed = false;
            notBefore = Long.MIN_VALUE;
        }
    }
}
