package io.bittern.dht;

import io.bittern.dht.Message.Query;
import io.bittern.dht.Message.Refusal;
import io.bittern.dht.Message.Reply;
import io.bittern.net.Addresses;
import io.bittern.net.ExternalAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A node of the DHT (BEP 5) in one address family, pure: packets and time go in; packets, events and the next deadline
 * come out.
 *
 * <p>After each call the caller sends {@link #packets}, deals with {@link #events}, and calls {@link #tick} when
 * {@link #deadline} has come. Times are monotonic nanoseconds. Torrents that are private (BEP 27) must not be searched
 * or announced here.
 */
public final class Dht {

    /* The class holds the parts together. Exchange has our queries, Reception those of others, which Answering answers;
     * Searches are what users want, Upkeep what the node needs itself, and both end as queries. */

    private static final int SEEDS = 2 * RoutingTable.K;

    /** A datagram to be sent. */
    public record Packet(InetSocketAddress to, byte[] payload) {}

    private final DhtSettings settings;
    private final RandomGenerator random;
    private final Counters counters = new Counters();
    private final RoutingTable table;
    private final Answering answering;
    private final Exchange exchange;
    private final Reception reception;
    private final Searches searches;
    private final Upkeep upkeep;
    private final ExternalAddress external = new ExternalAddress();
    private final List<Contact> known = new ArrayList<>();
    private final List<InetSocketAddress> routers = new ArrayList<>();
    private List<DhtEvent> events = new ArrayList<>();
    private long lastSearch;
    private @Nullable InetAddress ourAddress;
    private @Nullable Search bootstrap;
    private boolean bootstrapped;

    /**
     * A node with nobody to talk to yet.
     *
     * @param id any, or that of the last time; it changes when others say what our address is (BEP 42)
     * @param random must not be predictable: tokens and transactions come from it
     */
    public Dht(NodeId id, DhtSettings settings, RandomGenerator random, long now) {
        this.settings = settings;
        this.random = random;
        this.table = new RoutingTable(id, now);
        this.answering = new Answering(settings.family(), table, random, now);
        this.exchange = new Exchange(settings, random, counters, now);
        this.reception = new Reception(settings, table, answering, exchange, counters, now);
        this.searches = new Searches(settings.searches());
        this.upkeep = new Upkeep(table, answering, exchange, random, now);
    }

    /**
     * Looks for other nodes, beginning with these.
     *
     * @param saved nodes of the last time
     * @param bootstrap addresses of nodes that are always there; they are asked again whenever too few nodes are known
     */
    public void start(Collection<Contact> saved, Collection<InetSocketAddress> bootstrap, long now) {
        saved.stream().filter(contact -> isOurs(contact.address())).forEach(known::add);
        bootstrap.stream().filter(this::isOurs).forEach(routers::add);
        lookUp(table.own());
        run(now);
    }

    /** Somebody says that there is a node at this address: a peer, or a torrent's {@code nodes}. */
    public void suggest(InetSocketAddress address, long now) {
        if (isOurs(address) && exchange.delay(now) == 0 && !exchange.isHopeless(address, now)) {
            exchange.ask(table.own(), new Contact(table.own().opposite(), address), Ask.Ping.INSTANCE, upkeep, now);
        }
    }

    /** Nodes of the other family, which askers that want such are told of (BEP 32). */
    public void tellOf(List<Contact> ofOtherFamily) {
        answering.tellOf(ofOtherFamily);
    }

    /** Begins a search, which ends at once while no node is known. Returns its number. */
    public long search(Wanted wanted, long now) {
        long number = ++lastSearch;
        Goal goal = goal(wanted, number);
        // with few nodes, what is wanted may be stored here
        InetSocketAddress ourselves = settings.family().ourselves();
        goal.heard(new Contact(table.own(), ourselves), answering.known(goal.ask(), ourselves, now));
        Search search = new Search(number, goal, table.own());
        if (!searches.add(search)) {
            events.add(search.outcome());
        }
        run(now);
        return number;
    }

    private Goal goal(Wanted wanted, long number) {
        if (wanted instanceof Wanted.Get get) {
            return ItemGoal.get(get.target(), get.salt(), item -> events.add(new DhtEvent.ItemFound(number, item)));
        } else if (wanted instanceof Wanted.Put put) {
            return ItemGoal.put(put.item(), put.cas());
        }
        Consumer<List<InetSocketAddress>> found = peers -> events.add(new DhtEvent.PeersFound(number, peers));
        return wanted instanceof Wanted.Announce announce
                ? PeersGoal.of(announce, settings.family(), found)
                : PeersGoal.of((Wanted.Peers) wanted, settings.family(), found);
    }

    /** Ends a search; it says nothing more. */
    public void cancel(long search, long now) {
        searches.cancel(search);
        events.removeIf(event -> event instanceof DhtEvent.OfSearch of && of.search() == search);
        run(now);
    }

    /** A datagram came. It is not kept. */
    public void received(InetSocketAddress from, byte[] payload, long now) {
        counters.packetsIn++;
        counters.bytesIn += payload.length;
        if (!isOurs(from)) {
            counters.malformed++;
            return;
        }
        try {
            Message message = KrpcReader.read(payload);
            if (message instanceof Query query) {
                reception.received(query, from, payload.length, now);
            } else {
                answered(message, from, now);
            }
        } catch (KrpcException e) {
            counters.malformed++;
            e.refusal().ifPresent(refusal -> reception.wrong(refusal, from, payload.length, now));
        }
        run(now);
    }

    private boolean isOurs(InetSocketAddress address) {
        return !Addresses.isMartian(address) && Family.of(address) == settings.family();
    }

    private void answered(Message message, InetSocketAddress from, long now) {
        Optional<Call> call = exchange.answered(from, message.transaction(), now);
        if (call.isEmpty()) {
            counters.unasked++;
            return;
        }
        reception.proven(from, now);
        if (message instanceof Reply reply) {
            table.answered(new Contact(reply.id(), from), now);
            if (!bootstrapped) {
                lookUp(table.own()); // the first node that we hear of leads to others
            }
            reply.seenAs().ifPresent(seen -> seen(from, seen.getAddress(), now));
            call.get().caller.answered(call.get(), reply, now);
        } else {
            call.get().caller.refused(call.get(), (Refusal) message, now);
        }
    }

    /** Others may see us at an address that our id does not fit; of a network the last word counts. */
    private void seen(InetSocketAddress by, InetAddress address, long now) {
        external.says(Origin.network(by), address);
        if (Family.of(address) == settings.family() && !address.equals(ourAddress)) {
            external.external(address.getClass()).filter(address::equals).ifPresent(agreed -> moved(agreed, now));
        }
    }

    private void moved(InetAddress to, long now) {
        ourAddress = to;
        events.add(new DhtEvent.AddressLearned(to));
        if (!BoundIds.fits(table.own(), to)) {
            table.move(BoundIds.random(to, random), now);
            lookUp(table.own());
        }
    }

    /** Time has passed. */
    public void tick(long now) {
        exchange.expire(call -> table.failed(call.to.address(), now), now);
        upkeep.turn(bootstrap != null, now).ifPresent(this::lookUp);
        run(now);
    }

    /** Looks for nodes, unless that is under way already. */
    private void lookUp(NodeId target) {
        if (bootstrap == null) {
            bootstrap = new Search(0, new NodesGoal(target), table.own());
            searches.addFirst(bootstrap);
        }
    }

    private void run(long now) {
        searches.run(exchange, table.own(), search -> seed(search, now), this::over, now);
    }

    /** A search begins at the nearest nodes that are known, and at all others of the last time if these are few. */
    private void seed(Search search, long now) {
        List<Contact> nearest = table.nearest(search.target(), SEEDS, now);
        boolean few = nearest.size() < RoutingTable.K;
        search.begin(nearest, List.of());
        search.begin(few ? known : List.of(), few ? routers : List.of());
    }

    private void over(Search search) {
        if (search != bootstrap) {
            events.add(search.outcome());
            return;
        }
        bootstrap = null;
        if (!bootstrapped && table.size() > 0) {
            bootstrapped = true;
            events.add(new DhtEvent.Bootstrapped(table.size()));
        }
    }

    /** When {@link #tick} is due. */
    public long deadline(long now) {
        long deadline = exchange.deadline(upkeep.deadline());
        long delay = exchange.delay(now);
        return delay > 0 && searches.isBusy() && now + delay - deadline < 0 ? now + delay : deadline;
    }

    /** What is to be sent, since the last time. */
    public List<Packet> packets() {
        return exchange.packets();
    }

    /** What was found out, since the last time. */
    public List<DhtEvent> events() {
        List<DhtEvent> taken = events;
        events = new ArrayList<>();
        return taken;
    }

    /** What to know again next time. */
    public SavedNodes saved(long now) {
        return new SavedNodes(table.own(), table.contacts(now));
    }

    /** Our own id; it may change. */
    public NodeId id() {
        return table.own();
    }

    /** Our address as others see it, once they agree (BEP 42). */
    public Optional<InetAddress> address() {
        return Optional.ofNullable(ourAddress);
    }

    /** How it fares. */
    public DhtStatistics statistics(long now) {
        return counters.statistics(
                table.size(),
                table.goodNodes(now),
                searches.size(),
                answering.torrents(),
                answering.items(),
                exchange.underWay());
    }
}
