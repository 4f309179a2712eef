package io.bittern.dht;

import io.bittern.bencode.BString;
import io.bittern.dht.Answer.Stored;
import io.bittern.dht.Message.Query;
import io.bittern.dht.Message.Refusal;
import io.bittern.dht.Message.Reply;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What a node knows and answers: its neighbours, and what others have stored here. */
final class Answering {

    private static final int MOST_PEERS = 100;
    /* Checking a signature costs more than anything else that a packet can make us do. */
    private static final double SIGNATURES_PER_SECOND = 20;

    private final Family family;
    private final RoutingTable table;
    private final TokenBox tokens;
    private final PeerStore peers;
    private final ItemStore items = new ItemStore();
    private final Throttle signatures;
    private List<Contact> foreigners = List.of();

    Answering(Family family, RoutingTable table, RandomGenerator random, long now) {
        this.family = family;
        this.table = table;
        this.tokens = new TokenBox(random, now);
        this.peers = new PeerStore(random);
        this.signatures = new Throttle(SIGNATURES_PER_SECOND, SIGNATURES_PER_SECOND, now);
    }

    /** Nodes of the other family, for those who want some (BEP 32). */
    void tellOf(List<Contact> ofOtherFamily) {
        foreigners = List.copyOf(ofOtherFamily);
    }

    /** Whether a query brings a token back that only somebody at its address can have. */
    boolean hasToken(Query query, InetSocketAddress from, long now) {
        if (query.ask() instanceof Ask.AnnouncePeer announce) {
            return tokens.accepts(announce.token(), from.getAddress(), announce.target(), now);
        }
        return query.ask() instanceof Ask.Put put
                && tokens.accepts(put.token(), from.getAddress(), put.item().target(), now);
    }

    /** A reply or a refusal. */
    Message answer(Query query, InetSocketAddress from, long now) {
        Ask ask = query.ask();
        if (ask instanceof Ask.Near near) {
            return reply(query, known(near, from, now), from);
        }
        if (ask == Ask.Ping.INSTANCE) {
            return reply(query, Answer.EMPTY, from);
        }
        if (!hasToken(query, from, now)) {
            return new Refusal(query.transaction(), Refusal.PROTOCOL, "bad token");
        }
        return ask instanceof Ask.Put put ? put(query, put, from, now) : announce(query, from, now);
    }

    private Reply reply(Query query, Answer answer, InetSocketAddress from) {
        return new Reply(query.transaction(), table.own(), answer, Optional.of(from));
    }

    /** What is known here about a target. */
    Answer known(Ask.Near ask, InetSocketAddress from, long now) {
        Answer answer = Answer.EMPTY.withNodes(nodes(ask.target(), ask.want(), from, now));
        if (ask instanceof Ask.SampleInfohashes) {
            return answer.withSamples(peers.samples(now));
        }
        if (ask instanceof Ask.FindNode) {
            return answer;
        }
        answer = answer.withToken(tokens.token(from.getAddress(), ask.target(), now));
        if (ask instanceof Ask.Get get) {
            Optional<Stored> stored = items.get(get.target()).map(item -> stored(item, get.seq()));
            return stored.map(answer::withStored).orElse(answer);
        }
        Ask.GetPeers get = (Ask.GetPeers) ask;
        answer = answer.withValues(peers.peers(get.target(), get.noSeeds(), from, MOST_PEERS));
        return get.scrape() ? peers.scrape(get.target()).map(answer::withScrape).orElse(answer) : answer;
    }

    private List<Contact> nodes(NodeId target, Set<Family> want, InetSocketAddress from, long now) {
        List<Contact> ours =
                want.isEmpty() || want.contains(family) ? table.nearest(target, RoutingTable.K, from, now) : List.of();
        if (want.isEmpty() || (want.size() == 1 && want.contains(family))) {
            return ours;
        }
        Nearest all = new Nearest(target, RoutingTable.K);
        foreigners.forEach(all::offer);
        all.contacts().addAll(0, ours);
        return all.contacts();
    }

    private static Stored stored(Item item, Optional<Long> known) {
        if (item instanceof Item.Mutable mutable) {
            Optional<Long> seq = Optional.of(mutable.seq());
            return known.isPresent() && known.get() >= mutable.seq()
                    ? new Stored(Optional.empty(), Optional.empty(), seq, Optional.empty())
                    : new Stored(
                            Optional.of(item.value()),
                            Optional.of(mutable.key()),
                            seq,
                            Optional.of(mutable.signature()));
        }
        return new Stored(Optional.of(item.value()), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Message announce(Query query, InetSocketAddress from, long now) {
        Ask.AnnouncePeer announce = (Ask.AnnouncePeer) query.ask();
        int port = announce.impliedPort() ? from.getPort() : announce.port();
        InetSocketAddress peer = new InetSocketAddress(from.getAddress(), port);
        return peers.announce(announce.target(), peer, announce.seed(), now)
                ? reply(query, Answer.EMPTY, from)
                : new Refusal(query.transaction(), Refusal.SERVER, "too many");
    }

    private Message put(Query query, Ask.Put put, InetSocketAddress from, long now) {
        BString transaction = query.transaction();
        OptionalInt objection = items.objection(put.item(), put.cas(), from);
        if (objection.isPresent()) {
            return new Refusal(transaction, objection.getAsInt(), "not stored");
        }
        if (put.item() instanceof Item.Mutable mutable) {
            if (!signatures.take(1, now)) {
                return new Refusal(transaction, Refusal.SERVER, "busy");
            }
            if (!mutable.isGenuine()) {
                return new Refusal(transaction, Refusal.BAD_SIGNATURE, "bad signature");
            }
        }
        items.put(put.item(), from, table.own(), now);
        return reply(query, Answer.EMPTY, from);
    }

    /** Forgets what is too old. */
    void expire(long now) {
        peers.expire(now);
        items.expire(now);
    }

    int torrents() {
        return peers.size();
    }

    int items() {
        return items.size();
    }
}
