package io.bittern.dht;

import io.bittern.dht.Answer.Samples;
import io.bittern.dht.Answer.Scrape;
import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/** The peers that were announced to us, one for each host and torrent (BEP 5, BEP 33); bounded in every direction. */
final class PeerStore {

    private static final long TERM_NANOS = 30 * 60_000_000_000L;
    private static final int MOST_TORRENTS = 2000;
    private static final int MOST_PEERS = 500;
    private static final int MOST_TORRENTS_OF_A_HOST = 100;
    private static final int MOST_SAMPLES = 20;
    private static final long SAMPLE_SECONDS = 6 * 3600;

    private record Peer(InetSocketAddress address, boolean seed, long since) {}

    private final RandomGenerator random;
    /* Peers of a torrent in the order of their last announce, so that the stalest comes first. */
    private final Map<NodeId, Map<Object, Peer>> torrents = new LinkedHashMap<>();
    private final Map<Object, Integer> torrentsOfHost = new HashMap<>();
    private List<NodeId> samples = List.of();
    private long sampledAt;

    PeerStore(RandomGenerator random) {
        this.random = random;
    }

    /** Keeps a peer for half an hour; false if its host has announced too many torrents. */
    boolean announce(NodeId torrent, InetSocketAddress peer, boolean seed, long now) {
        Object host = Origin.host(peer);
        Map<Object, Peer> peers = torrents.get(torrent);
        boolean known = peers != null && peers.containsKey(host);
        if (!known && torrentsOfHost.getOrDefault(host, 0) >= MOST_TORRENTS_OF_A_HOST) {
            return false;
        }
        if (peers == null) {
            peers = room(torrent);
        }
        if (peers.remove(host) == null) {
            torrentsOfHost.merge(host, 1, Integer::sum);
        }
        peers.put(host, new Peer(peer, seed, now));
        if (peers.size() > MOST_PEERS) {
            Object stalest = peers.keySet().iterator().next();
            peers.remove(stalest);
            left(stalest);
        }
        return true;
    }

    /** A place for another torrent; if there is none, that of the torrent with the fewest peers. */
    private Map<Object, Peer> room(NodeId torrent) {
        if (torrents.size() >= MOST_TORRENTS) {
            torrents.entrySet().stream()
                    .min(Comparator.comparingInt(entry -> entry.getValue().size()))
                    .ifPresent(least -> {
                        least.getValue().keySet().forEach(this::left);
                        torrents.remove(least.getKey());
                    });
        }
        return torrents.computeIfAbsent(torrent, any -> new LinkedHashMap<>());
    }

    private void left(Object host) {
        torrentsOfHost.computeIfPresent(host, (same, count) -> count == 1 ? null : count - 1);
    }

    /** Forgets what is older than half an hour. */
    void expire(long now) {
        torrents.values().removeIf(peers -> {
            peers.entrySet().removeIf(entry -> {
                boolean old = now - entry.getValue().since >= TERM_NANOS;
                if (old) {
                    left(entry.getKey());
                }
                return old;
            });
            return peers.isEmpty();
        });
    }

    /**
     * Some peers of a torrent, any of them if there are more than so many; peers on our own network only for those who
     * are there too, and the asker himself not.
     */
    List<InetSocketAddress> peers(NodeId torrent, boolean noSeeds, InetSocketAddress asker, int most) {
        boolean local = Addresses.isLocal(asker.getAddress());
        List<InetSocketAddress> found = new ArrayList<>();
        for (Peer peer : torrents.getOrDefault(torrent, Map.of()).values()) {
            boolean useful = !(noSeeds && peer.seed)
                    && (local || !Addresses.isLocal(peer.address.getAddress()))
                    && !peer.address.getAddress().equals(asker.getAddress());
            if (useful || isNeighbour(peer.address, asker)) {
                found.add(peer.address);
            }
        }
        Collections.shuffle(found, new Random(random.nextLong()));
        return List.copyOf(found.subList(0, Math.min(most, found.size())));
    }

    /** Another client on the asker's own machine. */
    private static boolean isNeighbour(InetSocketAddress peer, InetSocketAddress asker) {
        return Addresses.isLocal(peer.getAddress())
                && peer.getAddress().equals(asker.getAddress())
                && peer.getPort() != asker.getPort();
    }

    /** The sets of those who share a torrent; empty if we know none. */
    Optional<Scrape> scrape(NodeId torrent) {
        Map<Object, Peer> all = torrents.get(torrent);
        if (all == null) {
            return Optional.empty();
        }
        BloomFilter seeds = BloomFilter.empty();
        BloomFilter peers = BloomFilter.empty();
        all.values().forEach(peer -> (peer.seed ? seeds : peers).add(peer.address.getAddress()));
        return Optional.of(new Scrape(seeds, peers));
    }

    /** Some torrents, the same ones for six hours, so that asking often gains nothing (BEP 51). */
    Samples samples(long now) {
        long age = (now - sampledAt) / 1_000_000_000;
        if (samples.isEmpty() || age >= SAMPLE_SECONDS) {
            List<NodeId> all = new ArrayList<>(torrents.keySet());
            Collections.shuffle(all, new Random(random.nextLong()));
            samples = List.copyOf(all.subList(0, Math.min(MOST_SAMPLES, all.size())));
            sampledAt = now;
            age = 0;
        }
        return new Samples(samples, (int) (SAMPLE_SECONDS - age), torrents.size());
    }

    /** How many torrents have peers here. */
    int size() {
        return torrents.size();
    }
}
