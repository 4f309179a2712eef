package io.bittern.dht;

import io.bittern.bencode.BString;
import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks ever nearer nodes until the nearest to a target have all answered (BEP 5). */
final class Lookup {

    /* What counts is the window: the k nearest candidates with an id that fits their address (BEP 42), one of a network,
     * and up to k others that are nearer than the last of these. Ids that fit cannot be chosen, so whoever names nodes as
     * near to the target as he likes makes the window wider, but pushes nobody out; and only so many of his are asked.
     * A candidate that says nothing is passed over after a second; asked twice more while it is near, it may come back
     * into the window whenever it answers.
     *
     * Of the queries under way, at most half ask nodes named by the same node, while others are left: a liar at the
     * start of a path does not get all of the lookup. */

    /** Queries under way. */
    static final int ALPHA = 4;

    private static final int TRIES = 3;
    private static final int OF_A_SOURCE = ALPHA / 2;
    private static final int OF_A_NETWORK = 3;
    private static final int OF_AN_ANSWER = 16;
    private static final int MOST_CANDIDATES = 256;
    private static final int MOST_QUERIES = 200;
    private static final int MOST_UNBOUND_QUERIES = 4 * RoutingTable.K;

    /** A node that answered, how many steps away it was found, and the token it gave. */
    record Found(Contact contact, int hops, Optional<BString> token) {}

    private enum State {
        FRESH,
        ASKED,
        SLOW,
        ANSWERED,
        FAILED
    }

    /** Candidates whose ids fit have places of their own, so that others cannot take them by false names. */
    private record Place(Object network, boolean bound) {}

    private static final class Candidate {
        final Contact contact;
        final @Nullable Candidate source;
        final int hops;
        final boolean bound;
        final Place place;
        State state = State.FRESH;
        int tries;
        int named;
        Optional<BString> token = Optional.empty();

        Candidate(Contact contact, @Nullable Candidate source) {
            this.contact = contact;
            this.source = source;
            this.hops = source == null ? 0 : source.hops + 1;
            this.bound = BoundIds.fits(contact.id(), contact.address().getAddress());
            this.place = new Place(Origin.network(contact.address()), bound);
        }

        boolean isHopeful() {
            return state != State.FAILED && state != State.SLOW;
        }

        boolean isFair() {
            return source == null || source.named < OF_A_SOURCE;
        }

        /** Counts the queries under way to those that its source has named. */
        void become(State next) {
            if (source != null) {
                source.named += (next == State.ASKED ? 1 : 0) - (state == State.ASKED ? 1 : 0);
            }
            state = next;
        }
    }

    private final NodeId target;
    private final NodeId own;
    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<Contact, Candidate> byContact = new HashMap<>();
    private final Map<Place, Integer> ofNetwork = new HashMap<>();
    private int underWay;
    private int queries;
    private int unboundQueries;
    private int answers;

    Lookup(NodeId target, NodeId own) {
        this.target = target;
        this.own = own;
    }

    /** How many nodes have answered. */
    int answers() {
        return answers;
    }

    /** Begins at a node that is known. */
    void seed(Contact contact) {
        offer(contact, null);
    }

    /** Begins at an address whose id is not known: it is asked last, and whatever id it has will do. */
    void seed(InetSocketAddress address) {
        offer(nameless(address), null);
    }

    private Contact nameless(InetSocketAddress address) {
        return new Contact(target.opposite(), address);
    }

    private @Nullable Candidate offer(Contact contact, @Nullable Candidate source) {
        Candidate known = byContact.get(contact);
        if (known != null || contact.id().equals(own)) {
            return known;
        }
        Candidate candidate = new Candidate(contact, source);
        if (ofNetwork.merge(candidate.place, 1, Integer::sum) > OF_A_NETWORK && source != null) {
            return null;
        }
        byContact.put(contact, candidate);
        insert(candidate);
        return candidate;
    }

    private void insert(Candidate candidate) {
        int at = candidates.size();
        while (at > 0
                && target.compareDistance(
                                candidate.contact.id(),
                                candidates.get(at - 1).contact.id())
                        < 0) {
            at--;
        }
        candidates.add(at, candidate);
        if (candidates.size() > MOST_CANDIDATES) {
            candidates.remove(MOST_CANDIDATES);
        }
    }

    /** Whom to ask now; empty while enough queries are under way, or nobody is left. */
    Optional<Contact> next() {
        if (underWay >= ALPHA || queries >= MOST_QUERIES) {
            return Optional.empty();
        }
        List<Candidate> fresh = window().stream()
                .filter(candidate -> candidate.state == State.FRESH)
                .toList();
        return fresh.stream()
                .min(Comparator.comparing((Candidate candidate) -> !candidate.bound)
                        .thenComparing(candidate -> !candidate.isFair()))
                .map(this::ask);
    }

    private Contact ask(Candidate candidate) {
        candidate.become(State.ASKED);
        candidate.tries++;
        queries++;
        unboundQueries += candidate.bound ? 0 : 1;
        underWay++;
        return candidate.contact;
    }

    /**
     * A node answered.
     *
     * @param asked the contact as it was asked
     * @param id what the node calls itself
     */
    void answered(Contact asked, NodeId id, Answer answer) {
        Candidate candidate = byContact.get(asked);
        if (candidate == null || candidate.state == State.ANSWERED) {
            return;
        }
        if (!asked.id().equals(id)) {
            fail(candidate);
            candidate = offer(new Contact(id, asked.address()), candidate.source);
            if (candidate == null || candidate.state == State.ANSWERED) {
                return;
            }
        }
        settle(candidate, State.ANSWERED);
        candidate.token = answer.token();
        answers++;
        boolean local = Addresses.isLocal(asked.address().getAddress());
        for (Contact contact :
                answer.nodes().subList(0, Math.min(OF_AN_ANSWER, answer.nodes().size()))) {
            boolean sameFamily = Family.of(contact.address()) == Family.of(asked.address());
            if (sameFamily && (local || !Addresses.isLocal(contact.address().getAddress()))) {
                offer(contact, candidate);
            }
        }
    }

    /** A node has not answered yet: others are asked meanwhile. */
    void slow(Contact contact) {
        Candidate candidate = byContact.get(contact);
        if (candidate != null && candidate.state == State.ASKED) {
            settle(candidate, candidate.tries < TRIES ? State.FRESH : State.SLOW);
        }
    }

    /** A node will not answer, or not what was asked. */
    void failed(Contact contact) {
        Candidate candidate = byContact.get(contact);
        if (candidate != null && candidate.state != State.ANSWERED) {
            fail(candidate);
        }
    }

    private void fail(Candidate candidate) {
        if (candidate.state != State.FAILED) {
            settle(candidate, State.FAILED);
            ofNetwork.merge(candidate.place, -1, Integer::sum);
        }
    }

    private void settle(Candidate candidate, State state) {
        underWay -= candidate.state == State.ASKED ? 1 : 0;
        candidate.become(state);
    }

    /** Whether the nearest have all answered. */
    boolean isDone() {
        if (queries >= MOST_QUERIES) {
            return underWay == 0;
        }
        return window().stream().noneMatch(each -> each.state == State.FRESH || each.state == State.ASKED);
    }

    /** The nearest that answered, nearest first. */
    List<Found> nearest() {
        return window().stream()
                .filter(candidate -> candidate.state == State.ANSWERED)
                .map(candidate -> new Found(candidate.contact, candidate.hops, candidate.token))
                .toList();
    }

    private List<Candidate> window() {
        List<Candidate> window = new ArrayList<>(2 * RoutingTable.K);
        Set<Place> places = new HashSet<>();
        int bound = 0;
        for (Candidate candidate : candidates) {
            if (bound == RoutingTable.K) {
                break;
            }
            boolean counts = candidate.bound || mayCount(candidate, window.size() - bound);
            if (counts && candidate.isHopeful() && places.add(candidate.place)) {
                window.add(candidate);
                bound += candidate.bound ? 1 : 0;
            }
        }
        return window;
    }

    private boolean mayCount(Candidate unbound, int others) {
        return others < RoutingTable.K && (unbound.state != State.FRESH || unboundQueries < MOST_UNBOUND_QUERIES);
    }
}
