package io.bittern.torrent;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that we know in a swarm, and when each may be dialled.
 *
 * <p>An address is tried again after 30 s, doubled with each try in a row that brought nothing, at most an hour. A peer
 * that gave us data starts again at 30 s. Times are monotonic nanoseconds.
 */
final class Swarm {

    /** How a connection came to be and ended, as far as the next dial is concerned. */
    enum Outcome {
        /** It gave us data, or took some. */
        USEFUL,
        /** It could not be reached, or brought nothing. */
        USELESS,
        /** It has everything, as we do: there is no reason to meet again soon. */
        BOTH_SEEDS,
        /** We hung up for a reason that has nothing to do with it. */
        PARTED,
        /** It is ourselves. */
        SELF
    }

    private static final long FIRST_BACK_OFF = TimeUnit.SECONDS.toNanos(30);
    private static final long LAST_BACK_OFF = TimeUnit.HOURS.toNanos(1);

    private static final class Candidate {
        private PeerSource source;
        private long notBefore = Long.MIN_VALUE;
        private int failures;
        private boolean inUse;
        private boolean never;
        private boolean seed;

        private Candidate(PeerSource source) {
            this.source = source;
        }

        private void named(PeerSource by) {
            source = by.compareTo(source) < 0 ? by : source;
        }

        /** Whether it may go for an address that {@code by} has named: one of a worse source, or one that failed. */
        private boolean yields(PeerSource by) {
            return !inUse && !never && (source.compareTo(by) > 0 || (source == by && failures > 0));
        }
    }

    private final TorrentParts.Limits limits;
    private final BanList bans;
    private final Map<InetSocketAddress, Candidate> candidates = new LinkedHashMap<>();
    private int connections;
    private int halfOpen;
    private long dialAllowance;
    private long allowanceSince = Long.MIN_VALUE;

    Swarm(TorrentParts.Limits limits, BanList bans) {
        this.limits = limits;
        this.bans = bans;
    }

    /**
     * Learns of addresses; those that are banned, known, or over the bound are passed over. Nobody can push out what a
     * better source has named. Returns how many were new.
     */
    int learn(Collection<InetSocketAddress> addresses, PeerSource source) {
        int added = 0;
        for (InetSocketAddress address : addresses) {
            if (address.isUnresolved() || address.getPort() == 0 || bans.isBanned(address)) {
                continue;
            }
            @Nullable Candidate known = candidates.get(address);
            if (known != null) {
                known.named(source);
            } else if (candidates.size() < limits.known() || forgetOne(source)) {
                candidates.put(address, new Candidate(source));
                added++;
            }
        }
        return added;
    }

    /** The addresses to dial now; each counts as half-open until {@link #opened} or {@link #ended}. */
    List<InetSocketAddress> dial(long now) {
        List<InetSocketAddress> chosen = new ArrayList<>();
        int room = Math.min(limits.connections() - connections, limits.halfOpen() - halfOpen);
        room = Math.min(room, allowance(now));
        for (Map.Entry<InetSocketAddress, Candidate> entry : candidates.entrySet()) {
            if (chosen.size() >= room) {
                break;
            }
            if (mayDial(entry, now)) {
                entry.getValue().inUse = true;
                chosen.add(entry.getKey());
            }
        }
        connections += chosen.size();
        halfOpen += chosen.size();
        dialAllowance -= chosen.size();
        return chosen;
    }

    /** When {@link #dial} may have something again, empty if only news can bring it. */
    OptionalLong nextDial(long now) {
        if (connections >= limits.connections() || halfOpen >= limits.halfOpen()) {
            return OptionalLong.empty();
        }
        long soonest = Long.MAX_VALUE;
        for (Map.Entry<InetSocketAddress, Candidate> entry : candidates.entrySet()) {
            Candidate candidate = entry.getValue();
            if (!candidate.inUse && !candidate.never && !bans.isBanned(entry.getKey())) {
                soonest = Math.min(soonest, candidate.notBefore == Long.MIN_VALUE ? now : candidate.notBefore);
            }
        }
        if (soonest == Long.MAX_VALUE) {
            return OptionalLong.empty();
        }
        long rateAllows = allowance(now) > 0 ? now : allowanceSince + TimeUnit.SECONDS.toNanos(1);
        return OptionalLong.of(Math.max(Math.max(soonest, now), rateAllows));
    }

    /** A dialled address answered. */
    void opened() {
        halfOpen--;
    }

    /** Whether an incoming connection may be taken; if so it counts. */
    boolean accept(InetSocketAddress from) {
        if (connections >= limits.connections() || bans.isBanned(from)) {
            return false;
        }
        connections++;
        return true;
    }

    /** An incoming connection has ended. */
    void acceptedEnded() {
        connections--;
    }

    /** A dialled connection has ended, or did not come to be. */
    void ended(InetSocketAddress address, boolean wasOpen, Outcome outcome, long now) {
        connections--;
        halfOpen -= wasOpen ? 0 : 1;
        @Nullable Candidate candidate = candidates.get(address);
        if (candidate == null) {
            return;
        }
        candidate.inUse = false;
        candidate.seed = outcome == Outcome.BOTH_SEEDS;
        switch (outcome) {
            case USEFUL -> {
                candidate.failures = 0;
                candidate.notBefore = now + FIRST_BACK_OFF;
            }
            case USELESS -> {
                int doublings = Math.min(candidate.failures++, 7);
                candidate.notBefore = now + Math.min(FIRST_BACK_OFF << doublings, LAST_BACK_OFF);
            }
            case BOTH_SEEDS -> candidate.notBefore = now + LAST_BACK_OFF;
            case PARTED -> candidate.notBefore = now;
            case SELF -> candidate.never = true;
        }
    }

    /** We lack something again: those from whom we parted as seeds are of use. */
    void wantSeeds() {
        for (Candidate candidate : candidates.values()) {
            if (candidate.seed) {
                candidate.seed = false;
                candidate.notBefore = Long.MIN_VALUE;
            }
        }
    }

    /** Every address that this source or a better one has named and that may be dialled again. */
    List<InetSocketAddress> addresses(PeerSource worst) {
        return candidates.entrySet().stream()
                .filter(entry -> !entry.getValue().never && !bans.isBanned(entry.getKey()))
                .filter(entry -> entry.getValue().source.compareTo(worst) <= 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Connections that there may be besides those that there are. */
    int room() {
        return Math.max(0, limits.connections() - connections);
    }

    int known() {
        return candidates.size();
    }

    private boolean mayDial(Map.Entry<InetSocketAddress, Candidate> entry, long now) {
        Candidate candidate = entry.getValue();
        return !candidate.inUse && !candidate.never && candidate.notBefore <= now && !bans.isBanned(entry.getKey());
    }

    private int allowance(long now) {
        if (allowanceSince == Long.MIN_VALUE || now - allowanceSince >= TimeUnit.SECONDS.toNanos(1)) {
            allowanceSince = now;
            dialAllowance = limits.dialsPerSecond();
        }
        return (int) dialAllowance;
    }

    /** Makes room for news of a source: forgets an address of the worst source, that which has failed most. */
    private boolean forgetOne(PeerSource by) {
        Optional<InetSocketAddress> worst = candidates.entrySet().stream()
                .filter(entry -> entry.getValue().yields(by))
                .max(Map.Entry.comparingByValue(Comparator.<Candidate, PeerSource>comparing(one -> one.source)
                        .thenComparing(one -> one.failures)))
                .map(Map.Entry::getKey);
        worst.ifPresent(candidates::remove);
        return worst.isPresent();
    }
}
