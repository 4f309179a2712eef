package io.bittern.dht;

import io.bittern.dht.Answer.Scrape;
import io.bittern.net.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** To find the peers of a torrent, and perhaps to announce ourselves (BEP 5, BEP 33). */
final class PeersGoal implements Goal {

    private static final int MOST_PEERS = 2000;

    private final NodeId torrent;
    private final Family family;
    private final boolean scrape;
    private final Wanted.@Nullable Announce announcement;
    private final Consumer<List<InetSocketAddress>> found;
    private final Set<InetSocketAddress> known = new HashSet<>();
    private final BloomFilter seeds = BloomFilter.empty();
    private final BloomFilter peers = BloomFilter.empty();
    private boolean scraped;

    private PeersGoal(
            NodeId torrent,
            Family family,
            boolean scrape,
            Wanted.@Nullable Announce announcement,
            Consumer<List<InetSocketAddress>> found) {
        this.torrent = torrent;
        this.family = family;
        this.scrape = scrape;
        this.announcement = announcement;
        this.found = found;
    }

    /** To find peers; {@code found} is told of new ones. */
    static PeersGoal of(Wanted.Peers wanted, Family family, Consumer<List<InetSocketAddress>> found) {
        return new PeersGoal(NodeId.of(wanted.torrent()), family, wanted.scrape(), null, found);
    }

    /** To find peers and be found by them. */
    static PeersGoal of(Wanted.Announce wanted, Family family, Consumer<List<InetSocketAddress>> found) {
        return new PeersGoal(NodeId.of(wanted.torrent()), family, false, wanted, found);
    }

    @Override
    public NodeId target() {
        return torrent;
    }

    @Override
    public Ask.Near ask() {
        boolean noSeeds = announcement != null && announcement.seed();
        return new Ask.GetPeers(torrent, Set.of(), noSeeds, scrape);
    }

    @Override
    public void heard(Contact from, Answer answer) {
        boolean local = Addresses.isLocal(from.address().getAddress());
        List<InetSocketAddress> fresh = answer.values().stream()
                .filter(peer -> Family.of(peer) == family && !Addresses.isMartian(peer))
                .filter(peer -> local || !Addresses.isLocal(peer.getAddress()))
                .filter(peer -> known.size() < MOST_PEERS && known.add(peer))
                .toList();
        if (!fresh.isEmpty()) {
            found.accept(fresh);
        }
        answer.scrape().ifPresent(this::heard);
    }

    private void heard(Scrape scrapeOfOne) {
        scraped = true;
        seeds.add(scrapeOfOne.seeds());
        peers.add(scrapeOfOne.peers());
    }

    @Override
    public Optional<Ask> store(Lookup.Found at) {
        Wanted.Announce ours = announcement;
        return ours == null
                ? Optional.empty()
                : at.token()
                        .map(token ->
                                new Ask.AnnouncePeer(torrent, ours.port(), ours.impliedPort(), ours.seed(), token));
    }

    /** Nodes that know nothing of filters count by the peers they named. */
    @Override
    public Optional<DhtEvent.SwarmSize> swarm() {
        if (!scrape || (!scraped && known.isEmpty())) {
            return Optional.empty();
        }
        known.stream().map(InetSocketAddress::getAddress).filter(this::isNoSeed).forEach(peers::add);
        return Optional.of(new DhtEvent.SwarmSize(seeds.estimate(), peers.estimate()));
    }

    private boolean isNoSeed(InetAddress address) {
        return !seeds.mayHave(address);
    }
}
