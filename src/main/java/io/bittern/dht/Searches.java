package io.bittern.dht;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The searches of a node: some at a time, the others in a line, each with its turn to send. */
final class Searches {

    private static final int MOST_WAITING = 4096;

    private final int most;
    private final Deque<Search> waiting = new ArrayDeque<>();
    private final List<Search> running = new ArrayList<>();

    Searches(int most) {
        this.most = most;
    }

    /** Takes a search, unless too many wait. */
    boolean add(Search search) {
        return waiting.size() < MOST_WAITING && waiting.add(search);
    }

    /** Before all that wait. */
    void addFirst(Search search) {
        waiting.addFirst(search);
    }

    void cancel(long number) {
        Predicate<Search> meant = search -> search.number() == number;
        waiting.removeIf(meant);
        running.stream().filter(meant).forEach(Search::cancel);
        running.removeIf(meant);
    }

    /** Sends what may be sent, a query for each search in turn. */
    void run(Exchange exchange, NodeId own, Consumer<Search> begun, Consumer<Search> over, long now) {
        boolean sent = true;
        while (sent) {
            sent = false;
            while (running.size() < most && !waiting.isEmpty()) {
                Search search = waiting.poll();
                begun.accept(search);
                running.add(search);
            }
            for (Iterator<Search> each = running.iterator(); each.hasNext() && exchange.delay(now) == 0; ) {
                Search search = each.next();
                sent |= search.step(exchange, own, now);
                if (search.isOver()) {
                    each.remove();
                    over.accept(search);
                    sent = true;
                }
            }
        }
    }

    /** Whether any search is under way, so that there may be something to send when the rate allows. */
    boolean isBusy() {
        return !running.isEmpty() || !waiting.isEmpty();
    }

    int size() {
        return running.size() + waiting.size();
    }
}
