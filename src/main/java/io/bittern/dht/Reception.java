package io.bittern.dht;

import io.bittern.dht.Message.Query;
import io.bittern.dht.Message.Refusal;
import io.bittern.dht.Message.Reply;
import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The queries of others: who is answered, and by how many bytes. */
final class Reception {

    /* The address that a packet comes from may be forged, to have us flood whoever is there. So what goes to an address
     * that has proven nothing is never more than what came from it, packet by packet:
     *
     * - An address is proven for 15 minutes by an answer to a query of ours, whose transaction nobody can guess, and for
     *   the one packet by a token that was given to it.
     * - A query that wants contacts, peers or an item, asks for far more bytes than it has. The first such query from an
     *   address is parked and a ping is sent in its place, which is shorter than the query; the query is answered in
     *   full when the ping is, and so are those that come meanwhile, since a node that begins asks for several things at
     *   once. That costs an honest node one round trip, once. Since a packet may be lost, the same goes for the next
     *   query if the ping has not been answered by then.
     * - Everybody else gets an answer that is cut to the length of the query: nodes that do not answer pings, read-only
     *   ones (BEP 43) who never do, and who asks for too much while his ping is under way. There is always room for the
     *   id, the token and, if the asker says his version or needs no token, a contact or some peers.
     * - Refusals are cut too; what is no message at all has no answer.
     *
     * What remains are our own queries to addresses that others name to us. They do not follow from a single packet, and
     * are bounded by the rate of our own queries, by three candidates of a network in a lookup, and by leaving silent
     * addresses alone (Exchange). */

    /** Bytes of an answer (BEP 32): no network on the way cuts it up. */
    private static final int LARGEST_ANSWER = 1024;
    /** Bytes of an answer with an item, which may have 1000 bytes itself (BEP 44). */
    private static final int LARGEST_ITEM = 1400;

    private static final long PROVEN_NANOS = 15 * 60_000_000_000L;
    private static final int REMEMBERED = 4096;
    private static final int MOST_PINGS = 2;
    private static final double PROBES_PER_SECOND = 50;
    private static final int PARKED_OF_AN_ADDRESS = 8;
    /* Less than it takes anybody to ask once more, since what he lacks may be our ping. */
    private static final long PARKING_NANOS = 500_000_000;
    private static final double BURST_SECONDS = 2;

    private enum Proof {
        PENDING,
        GIVEN,
        REFUSED
    }

    /** How an address has proven itself, after so many pings. */
    private record Standing(Proof proof, long since, int pings) {}

    private final boolean readOnly;
    private final RoutingTable table;
    private final Answering answering;
    private final Exchange exchange;
    private final Counters counters;
    private final Visitors visitors;
    private final Throttle throttle;
    private final Throttle probes;
    private final Memory<InetSocketAddress, Standing> standings = new Memory<>(REMEMBERED);
    private final Map<InetSocketAddress, Parked> parked = new HashMap<>();

    Reception(
            DhtSettings settings,
            RoutingTable table,
            Answering answering,
            Exchange exchange,
            Counters counters,
            long now) {
        this.readOnly = settings.readOnly();
        this.table = table;
        this.answering = answering;
        this.exchange = exchange;
        this.counters = counters;
        this.visitors = new Visitors(settings.packetsPerSecond(), now);
        this.throttle = new Throttle(settings.bytesPerSecond(), BURST_SECONDS * settings.bytesPerSecond(), now);
        this.probes = new Throttle(PROBES_PER_SECOND, PROBES_PER_SECOND, now);
    }

    /** An address has answered a query of ours. */
    void proven(InetSocketAddress address, long now) {
        standings.put(address, new Standing(Proof.GIVEN, now, 0));
    }

    /** A query that came in so many bytes. */
    void received(Query query, InetSocketAddress from, int length, long now) {
        counters.queries++;
        if (exchange.isStranger(from) && !Addresses.isLocal(from.getAddress())) {
            counters.strangers++;
        }
        if (readOnly) {
            return;
        }
        if (!visitors.admit(from, now)) {
            counters.dropped++;
            return;
        }
        if (!query.readOnly()) {
            table.asked(new Contact(query.id(), from), now);
        }
        Standing standing = standing(from, now);
        if (standing.proof == Proof.GIVEN || answering.hasToken(query, from, now)) {
            answer(query, from, LARGEST_ITEM, now);
        } else if (query.ask() instanceof Ask.Near
                && !query.readOnly()
                && standing.proof == Proof.PENDING
                && (join(query, from, now) || probe(query, from, length, standing.pings + 1, now))) {
            counters.parked++;
        } else {
            answer(query, from, length, now);
        }
    }

    /** Tells the sender of a query that it is wrong. */
    void wrong(Refusal refusal, InetSocketAddress from, int length, long now) {
        if (readOnly) {
            return;
        }
        if (visitors.admit(from, now)) {
            send(KrpcWriter.refusal(refusal, length), from, now);
        } else {
            counters.dropped++;
        }
    }

    private Standing standing(InetSocketAddress from, long now) {
        Standing standing = standings.get(from);
        return standing == null || now - standing.since >= PROVEN_NANOS
                ? new Standing(Proof.PENDING, now, 0)
                : standing;
    }

    private boolean join(Query query, InetSocketAddress from, long now) {
        Parked waiting = parked.get(from);
        return waiting != null && waiting.isYoung(now) && waiting.add(query);
    }

    private boolean probe(Query query, InetSocketAddress from, int length, int ping, long now) {
        Parked before = parked.get(from);
        if (ping > MOST_PINGS || (before != null && before.isYoung(now))) {
            return false;
        }
        Contact asker = new Contact(query.id(), from);
        Parked waiting = new Parked(from, now, ping);
        if (!probes.take(1, now) || !exchange.probe(table.own(), asker, length, waiting, now)) {
            return false;
        }
        standings.put(from, new Standing(Proof.PENDING, now, ping));
        parked.put(from, waiting);
        return waiting.add(query);
    }

    private void answer(Query query, InetSocketAddress from, int limit, long now) {
        Message answer = answering.answer(query, from, now);
        if (answer instanceof Reply reply) {
            boolean item = reply.answer().stored().isPresent();
            send(KrpcWriter.reply(reply, Math.min(limit, item ? LARGEST_ITEM : LARGEST_ANSWER)), from, now);
        } else {
            send(KrpcWriter.refusal((Refusal) answer, limit), from, now);
        }
    }

    private void send(Optional<byte[]> packet, InetSocketAddress to, long now) {
        packet.ifPresent(bytes -> {
            if (throttle.take(bytes.length, now)) {
                exchange.send(to, bytes);
            } else {
                counters.dropped++;
            }
        });
    }

    /** Queries that wait for their sender to answer a ping. */
    private final class Parked implements Call.Caller {

        private final InetSocketAddress from;
        private final long since;
        private final int ping;
        private final List<Query> queries = new ArrayList<>();

        Parked(InetSocketAddress from, long since, int ping) {
            this.from = from;
            this.since = since;
            this.ping = ping;
        }

        /** Whether its sender would not ask again yet. */
        boolean isYoung(long now) {
            return now - since < PARKING_NANOS;
        }

        boolean add(Query query) {
            return queries.size() < PARKED_OF_AN_ADDRESS && queries.add(query);
        }

        @Override
        public void answered(Call call, Reply reply, long now) {
            proven(now);
        }

        @Override
        public void refused(Call call, Refusal refusal, long now) {
            proven(now);
        }

        private void proven(long now) {
            parked.remove(from, this);
            queries.forEach(query -> answer(query, from, LARGEST_ITEM, now));
        }

        @Override
        public void lost(Call call, long now) {
            parked.remove(from, this);
            Standing standing = standing(from, now);
            if (standing.proof == Proof.PENDING && standing.pings == ping) {
                standings.put(from, new Standing(Proof.REFUSED, now, ping));
            }
        }
    }
}
