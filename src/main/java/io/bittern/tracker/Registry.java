package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Who is in which swarm, in memory and bounded: the tracker's side of an announce; pure, safe for many threads. */
final class Registry {

    private static final long SWEEP = Duration.ofMinutes(1).toNanos();

    /** A peer of a swarm. */
    record Peer(PeerId id, InetSocketAddress address) {}

    /** The answer to an announce. */
    record Answer(RegistrySwarm.Counts counts, List<Peer> peers) {}

    private final TrackerServer.Settings settings;
    private final RandomGenerator random;
    private final Map<InfoHash, RegistrySwarm> swarms = new HashMap<>();
    private long swept = Long.MIN_VALUE;
    private int peers;

    Registry(TrackerServer.Settings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /**
     * Takes an announce and chooses other peers for it.
     *
     * @param from where the announce came from, the only address that is believed
     * @param sameFamily whether only peers with an address of the same family are of use
     * @param now monotonic nanoseconds
     */
    synchronized Answer announce(AnnounceRequest request, InetAddress from, boolean sameFamily, long now)
            throws TrackerException {
        sweep(now);
        InetSocketAddress address = new InetSocketAddress(from, request.port());
        boolean leaving = request.event() == AnnounceEvent.STOPPED;
        RegistrySwarm swarm = leaving || request.port() == 0 ? known(request.infoHash()) : joined(request.infoHash());
        int before = swarm.size();
        if (leaving) {
            swarm.leave(address);
        } else if (request.port() != 0) {
            swarm.join(new Peer(request.peerId(), address), request, now);
            swarm.trim(settings.mostPeersPerTorrent());
        }
        peers += swarm.size() - before;
        int wanted = leaving ? 0 : Math.min(request.numWant(), settings.mostWanted());
        return new Answer(swarm.counts(), swarm.choose(wanted, address, sameFamily, random));
    }

    /** The sizes of those of the swarms that are known. */
    synchronized Map<InfoHash, RegistrySwarm.Counts> scrape(Collection<InfoHash> hashes, long now) {
        sweep(now);
        Map<InfoHash, RegistrySwarm.Counts> counts = new LinkedHashMap<>();
        for (InfoHash hash : hashes) {
            RegistrySwarm swarm = swarms.get(hash);
            if (swarm != null) {
                counts.put(hash, swarm.counts());
            }
        }
        return counts;
    }

    private RegistrySwarm known(InfoHash hash) {
        return swarms.getOrDefault(hash, new RegistrySwarm());
    }

    private RegistrySwarm joined(InfoHash hash) throws TrackerException {
        boolean full = peers >= settings.mostPeers()
                || (!swarms.containsKey(hash) && swarms.size() >= settings.mostTorrents());
        if (full) {
            throw new TrackerException("this tracker is full");
        }
        return swarms.computeIfAbsent(hash, unused -> new RegistrySwarm());
    }

    /** Once a minute: forgets who has not announced for two intervals, and swarms without anybody. */
    private void sweep(long now) {
        if (swept != Long.MIN_VALUE && now - swept < SWEEP) {
            return;
        }
        swept = now;
        long life = 2 * settings.interval().toNanos();
        swarms.values().removeIf(swarm -> {
            int before = swarm.size();
            swarm.expire(life, now);
            peers += swarm.size() - before;
            return swarm.size() == 0;
        });
    }
}
