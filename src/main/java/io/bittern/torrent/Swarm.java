package io.bittern.torrent;

import io.bittern.net.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that we know in a swarm, whom of them to dial, and whom to let in. Times are monotonic nanoseconds.
 *
 * <p>Those of better sources go first, of these the ones that BEP 40 puts first. A tenth of the connections is left to
 * those who dial us: a swarm whose peers all dial as much as they can would let no newcomer in.
 */
final class Swarm {

    /** How a connection came to be and ended, as far as the next dial is concerned. */
    enum Outcome {
        /** It gave us data, or took some. */
        USEFUL,
        /** It could not be reached, or brought nothing. */
        USELESS,
        /** We had no room for the connection after all. */
        CROWDED,
        /** It had to make room for others. */
        REPLACED,
        /** It has everything, as we do: there is no reason to meet again soon. */
        BOTH_SEEDS,
        /** We hung up for a reason that has nothing to do with it. */
        PARTED,
        /** It is ourselves. */
        SELF
    }

    /** Ports that are remembered of one address: more would let anybody turn a swarm against it. */
    private static final int MOST_PORTS = 8;

    private final TorrentParts.Limits limits;
    private final BanList bans;
    private final Crowd known = new Crowd();
    private final Crowd dialling = new Crowd();
    private final Crowd open = new Crowd();
    private Map<InetSocketAddress, Candidate> candidates = Map.of();
    private int connections;
    private int halfOpen;

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
        boolean full = false;
        for (InetSocketAddress address : addresses) {
            if (address.isUnresolved() || address.getPort() == 0 || bans.isBanned(address)) {
                continue;
            }
            @Nullable Candidate candidate = candidates.get(address);
            if (candidate != null) {
                candidate.named(source);
            } else if (!full && known.at(address) < MOST_PORTS) {
                full = candidates.size() >= limits.known() && !forgetOne(source);
                if (!full) {
                    candidates = candidates.isEmpty() ? new LinkedHashMap<>() : candidates;
                    candidates.put(address, new Candidate(address, source));
                    known.add(address, 1);
                    added++;
                }
            }
        }
        return added;
    }

    /** The addresses to dial now; each counts as half-open until {@link #opened} or {@link #ended}. */
    List<InetSocketAddress> dial(long now) {
        int room = Math.min(diallable() - connections, limits.halfOpen() - halfOpen);
        if (room <= 0 || limits.dials().next(now) > now) {
            return List.of();
        }
        List<Candidate> due = chosen(room, now);
        int begun = limits.dials().begin(due.size(), now);
        List<InetSocketAddress> dialed = new ArrayList<>(begun);
        for (Candidate candidate : due.subList(0, begun)) {
            candidate.dialed(now);
            dialling.add(candidate.address(), 1);
            dialed.add(candidate.address());
        }
        connections += begun;
        halfOpen += begun;
        return dialed;
    }

    private int diallable() {
        return limits.connections() - limits.connections() / 10;
    }

    private List<Candidate> chosen(int room, long now) {
        List<Candidate> due = new ArrayList<>();
        for (Candidate candidate : candidates.values()) {
            if (candidate.due(now) && welcome(candidate)) {
                due.add(candidate);
            }
        }
        if (due.size() > room) {
            Map<Candidate, Long> priorities = new HashMap<>();
            due.forEach(one -> priorities.put(one, limits.priority().applyAsLong(one.address())));
            due.sort(Comparator.comparing(Candidate::source)
                    .thenComparing(Comparator.<Candidate>comparingLong(one -> priorities.getOrDefault(one, 0L))
                            .reversed()));
        }
        Crowd more = new Crowd();
        List<Candidate> chosen = new ArrayList<>();
        for (Candidate candidate : due) {
            if (chosen.size() < room && more.at(candidate.address()) < free(candidate.address())) {
                more.add(candidate.address(), 1);
                chosen.add(candidate);
            }
        }
        return chosen;
    }

    private boolean welcome(Candidate candidate) {
        return free(candidate.address()) > 0 && !bans.isBanned(candidate.address());
    }

    /** Connections that there may be to the same address besides those that are or may come. */
    private int free(InetSocketAddress address) {
        return limits.perAddress() - open.at(address) - dialling.at(address);
    }

    /** When {@link #dial} may have something again, empty if only news can bring it. */
    OptionalLong nextDial(long now) {
        if (connections >= diallable() || halfOpen >= limits.halfOpen()) {
            return OptionalLong.empty();
        }
        long soonest = Long.MAX_VALUE;
        for (Candidate candidate : candidates.values()) {
            if (candidate.waits() && welcome(candidate)) {
                soonest = Math.min(soonest, candidate.dueAt(now));
            }
        }
        return soonest == Long.MAX_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(soonest, limits.dials().next(now)));
    }

    /** Whether somebody could be dialled now if there was room. */
    boolean waiting(long now) {
        return candidates.values().stream().anyMatch(one -> one.due(now) && welcome(one));
    }

    /** A dialled address answered. */
    void opened(InetSocketAddress address) {
        answered(address);
        open.add(address, 1);
    }

    private void answered(InetSocketAddress address) {
        halfOpen--;
        dialling.add(address, -1);
        @Nullable Candidate candidate = candidates.get(address);
        if (candidate != null) {
            limits.dials().ended(candidate.dialedAt());
        }
    }

    /**
     * Whether an incoming connection may be taken; if so it counts. Dials of ours to the same address do not, since two who
     * dial each other would both be refused.
     */
    boolean accept(InetSocketAddress from) {
        if (connections >= limits.connections() || open.at(from) >= limits.perAddress() || bans.isBanned(from)) {
            return false;
        }
        connections++;
        open.add(from, 1);
        return true;
    }

    /** One who has dialled us says where it listens: it need not be dialled now, but it can be later. */
    void met(InetSocketAddress endpoint) {
        learn(List.of(endpoint), PeerSource.PEX);
        Optional.ofNullable(candidates.get(endpoint)).ifPresent(Candidate::met);
    }

    /** An incoming connection has ended; {@code endpoint} is where the peer listens, if it has said so. */
    void acceptedEnded(InetSocketAddress from, Optional<InetSocketAddress> endpoint, Outcome outcome, long now) {
        connections--;
        open.add(from, -1);
        endpoint.map(candidates::get).ifPresent(candidate -> candidate.ended(outcome, now));
    }

    /** A dialled connection has ended, or did not come to be. */
    void ended(InetSocketAddress address, boolean wasOpen, Outcome outcome, long now) {
        connections--;
        if (wasOpen) {
            open.add(address, -1);
        } else {
            answered(address);
        }
        @Nullable Candidate candidate = candidates.get(address);
        if (candidate != null) {
            candidate.ended(outcome, now);
        }
    }

    /** We lack something again: those from whom we parted as seeds are of use. */
    void wantSeeds() {
        candidates.values().forEach(Candidate::wantSeed);
    }

    /** Every address that this source or a better one has named and that may be dialled again. */
    List<InetSocketAddress> addresses(PeerSource worst) {
        return candidates.values().stream()
                .filter(one -> one.other() && one.source().compareTo(worst) <= 0)
                .map(Candidate::address)
                .filter(address -> !bans.isBanned(address))
                .toList();
    }

    /** Connections that there may be besides those that there are. */
    int room() {
        return Math.max(0, limits.connections() - connections);
    }

    int known() {
        return candidates.size();
    }

    /** Makes room for news of a source. */
    private boolean forgetOne(PeerSource by) {
        Optional<InetSocketAddress> worst = candidates.values().stream()
                .filter(one -> one.yields(by))
                .min(Candidate.WORTH)
                .map(Candidate::address);
        worst.ifPresent(address -> {
            candidates.remove(address);
            known.add(address, -1);
        });
        return worst.isPresent();
    }

    /** How many are at a site; on loopback, where one address is many peers, always none. */
    private static final class Crowd {

        private Map<InetAddress, Integer> counts = Map.of();

        private int at(InetSocketAddress endpoint) {
            return counts.getOrDefault(Addresses.site(endpoint.getAddress()), 0);
        }

        private void add(InetSocketAddress endpoint, int more) {
            InetAddress site = Addresses.site(endpoint.getAddress());
            int count = counts.getOrDefault(site, 0) + more;
            counts = counts.isEmpty() ? new HashMap<>() : counts;
            if (count <= 0) {
                counts.remove(site);
            } else if (!site.isLoopbackAddress()) {
                counts.put(site, count);
            }
        }
    }
}
