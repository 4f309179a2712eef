package io.bittern.dht;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** One search: a lookup of the nodes nearest to a target, and then, perhaps, storing something there. */
final class Search implements Call.Caller {

    private static final int STORE_TRIES = 3;

    private enum Phase {
        LOOKING,
        STORING,
        OVER
    }

    /** Something that a node is to store; over when it was acknowledged, refused or tried often enough. */
    private static final class Storing {
        final Contact at;
        final Ask ask;
        int tries;
        boolean over;

        Storing(Contact at, Ask ask) {
            this.at = at;
            this.ask = ask;
        }
    }

    private final long number;
    private final Goal goal;
    private final Lookup lookup;
    private final Deque<Storing> waiting = new ArrayDeque<>();
    private List<Storing> storings = List.of();
    private Phase phase = Phase.LOOKING;
    private int storesUnderWay;
    private int stored;
    private int hops;

    Search(long number, Goal goal, NodeId own) {
        this.number = number;
        this.goal = goal;
        this.lookup = new Lookup(goal.target(), own);
    }

    /** Begins at these contacts, and at addresses of nodes whose ids are not known. */
    void begin(Collection<Contact> known, Collection<InetSocketAddress> addresses) {
        known.forEach(lookup::seed);
        addresses.forEach(lookup::seed);
    }

    /** Sends one query; false if there is none to be sent now. */
    boolean step(Exchange exchange, NodeId own, long now) {
        if (phase == Phase.LOOKING) {
            if (!goal.isReached()) {
                Optional<Contact> next = lookup.next();
                next.ifPresent(contact -> look(contact, exchange, own, now));
                if (next.isPresent()) {
                    return true;
                }
            }
            if (goal.isReached() || lookup.isDone()) {
                found();
            }
        }
        return phase == Phase.STORING && store(exchange, own, now);
    }

    private void look(Contact contact, Exchange exchange, NodeId own, long now) {
        if (exchange.isHopeless(contact.address(), now)) {
            lookup.failed(contact);
        } else {
            exchange.ask(own, contact, goal.ask(), this, now);
        }
    }

    private void found() {
        List<Lookup.Found> nearest = lookup.nearest();
        hops = nearest.isEmpty() ? 0 : nearest.get(0).hops();
        storings = nearest.stream()
                .flatMap(each -> goal.store(each).map(ask -> new Storing(each.contact(), ask)).stream())
                .toList();
        waiting.addAll(storings);
        phase = Phase.STORING;
        endIfStored();
    }

    private boolean store(Exchange exchange, NodeId own, long now) {
        Storing next = storesUnderWay < Lookup.ALPHA ? waiting.poll() : null;
        if (next == null) {
            return false;
        }
        next.tries++;
        storesUnderWay++;
        exchange.ask(own, next.at, next.ask, this, now);
        return true;
    }

    @Override
    public void answered(Call call, Message.Reply reply, long now) {
        if (isStore(call)) {
            storing(call).filter(each -> !each.over).ifPresent(each -> {
                stored++;
                end(each);
            });
        } else {
            lookup.answered(call.to, reply.id(), reply.answer());
            if (phase != Phase.OVER) {
                goal.heard(new Contact(reply.id(), call.to.address()), reply.answer());
            }
        }
    }

    @Override
    public void refused(Call call, Message.Refusal refusal, long now) {
        if (isStore(call)) {
            storing(call).ifPresent(this::end);
        } else {
            lookup.failed(call.to);
        }
    }

    @Override
    public void slow(Call call, long now) {
        if (isStore(call)) {
            storing(call).filter(each -> !each.over).ifPresent(each -> {
                storesUnderWay--;
                if (each.tries < STORE_TRIES) {
                    waiting.add(each);
                } else {
                    each.over = true;
                    endIfStored();
                }
            });
        } else {
            lookup.slow(call.to);
        }
    }

    @Override
    public void lost(Call call, long now) {
        if (!isStore(call)) {
            lookup.failed(call.to);
        }
    }

    private static boolean isStore(Call call) {
        return call.ask instanceof Ask.AnnouncePeer || call.ask instanceof Ask.Put;
    }

    private Optional<Storing> storing(Call call) {
        return storings.stream().filter(each -> each.at.equals(call.to)).findFirst();
    }

    /** Between its tries a storing is among those that wait, not under way. */
    private void end(Storing storing) {
        if (!storing.over) {
            storing.over = true;
            if (!waiting.remove(storing)) {
                storesUnderWay--;
            }
            endIfStored();
        }
    }

    private void endIfStored() {
        if (storings.stream().allMatch(each -> each.over)) {
            phase = Phase.OVER;
        }
    }

    /** Ends it whatever it has found. */
    void cancel() {
        phase = Phase.OVER;
        waiting.clear();
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    NodeId target() {
        return goal.target();
    }

    long number() {
        return number;
    }

    /** What has come of it. */
    DhtEvent.Finished outcome() {
        return new DhtEvent.Finished(number, lookup.answers(), stored, hops, goal.swarm());
    }
}
