package io.bittern.webseed;

import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules of a web seed: which leases it wants, what it asks the server for, and what it makes of the answers.
 *
 * <p>It speaks to the world through {@link World} only. After every call that changes something {@link #settle} is due.
 * Times are monotonic nanoseconds.
 */
final class Harvest {

    /* Leases that lie side by side make one stretch, a stretch is fetched by one exchange, and an exchange sends one
     * request after the other on a connection that is kept. A server that knows no ranges sends whole files: then there
     * is one exchange at a time, and more leases, since every block of the file that is wanted comes by. */

    /** All that a harvest may ask of the world. */
    interface World {

        /** Sends a request; its answers come to {@link #heard} with this number. */
        WebSource.Get get(int exchange, WebSource.Ask ask);

        /** Hands blocks to the store, which answers with {@link #stored}, in order. */
        void write(List<PieceStoreActor.Block> blocks);

        void tell(WebSeedActor.Event event);
    }

    private static final long LONGEST_STRETCH = 4L << 20;
    private static final long BUDGET_PATIENCE = Duration.ofMillis(50).toNanos();

    private final int seed;
    private final WebPlan plan;
    private final WebSeedActor.Limits limits;
    private final WebSeedActor.Settings settings;
    private final World world;
    private final Basket basket;
    private final Rest rest;
    private final Ledger ledger;
    private final List<Exchange> exchanges = new ArrayList<>();
    private final Deliveries deliveries;
    private final Offer offer;
    private final Appetite appetite;
    private Optional<String> uselessness = Optional.empty();
    private boolean whole;
    private int numbers;

    Harvest(int seed, WebPlan plan, WebSeedActor.Limits limits, WebSeedActor.Settings settings, World world) {
        this.seed = seed;
        this.plan = plan;
        this.limits = limits;
        this.settings = settings;
        this.world = world;
        this.basket = new Basket(plan.sizes());
        this.rest = new Rest(settings.firstRest(), settings.longestRest());
        this.ledger = new Ledger(seed, limits.download());
        this.deliveries = new Deliveries(basket, ledger, world::write);
        this.offer = new Offer(plan);
        this.appetite = new Appetite(plan.sizes().blocks(0), settings.connections());
    }

    void grant(List<Lease> leases) {
        appetite.fed(leases);
        returned(leases.stream().filter(lease -> !offer.has(lease.piece())).toList());
        basket.add(leases.stream().filter(lease -> offer.has(lease.piece())).toList());
    }

    void revoke(List<Lease> leases) {
        basket.revoke(leases);
        fetched(basket.settle());
    }

    /** The store has answered the oldest write. */
    void stored(PieceStoreActor.Stored answer) {
        fetched(deliveries.answered(answer));
    }

    private void fetched(List<Lease> leases) {
        leases.forEach(lease -> world.tell(new WebSeedActor.Fetched(seed, lease)));
    }

    private void returned(List<Lease> leases) {
        if (!leases.isEmpty()) {
            world.tell(new WebSeedActor.Returned(seed, leases));
        }
    }

    /** The server has answered; what comes from requests that are over is dropped. */
    void heard(int number, WebSource.Event event, long now) {
        for (Exchange exchange : List.copyOf(exchanges)) {
            Part part = exchange.part();
            if (part != null && exchange.number() == number) {
                if (event instanceof WebSource.Answered answered) {
                    judge(exchange, Verdict.of(part, answered), now);
                } else if (event instanceof WebSource.Came came) {
                    came(exchange, came.buffers(), now);
                } else if (event instanceof WebSource.Ended ended) {
                    ended(exchange, ended.failure(), now);
                }
            }
        }
    }

    private void judge(Exchange exchange, Verdict verdict, long now) {
        if (verdict instanceof Verdict.Take take) {
            whole |= take.whole();
            ledger.wasted(exchange.take(take, now));
        } else if (verdict instanceof Verdict.Later later) {
            failed(exchange, later.reason(), later.pause(), now);
        } else if (verdict instanceof Verdict.Missing lacks) {
            missing(exchange, lacks.reason());
        } else if (verdict instanceof Verdict.Useless useless) {
            useless(useless.reason());
        }
    }

    private void came(Exchange exchange, List<ByteBuffer> buffers, long now) {
        long bytes = exchange.came(buffers, now);
        if (bytes < 0) {
            useless("sends more than was asked for");
            return;
        }
        ledger.down(bytes, now);
        deliveries.cut(exchange, buffers);
    }

    private void ended(Exchange exchange, Optional<String> failure, long now) {
        if (failure.isPresent() || !exchange.answered() || exchange.left() > 0) {
            failed(exchange, failure.orElse("the answer ended early"), Optional.empty(), now);
        } else {
            rest.succeeded();
            appetite.grow();
            exchange.next(Math.min(exchange.bodyAt(), exchange.stretch().to()));
        }
    }

    private void failed(Exchange exchange, String reason, Optional<Duration> wait, long now) {
        end(exchange);
        rest.failed(wait, now);
        appetite.shrink();
        world.tell(new WebSeedActor.Failed(seed, reason));
    }

    private void missing(Exchange exchange, String reason) {
        Part part = exchange.part();
        if (part == null || part.file() < 0) {
            useless(reason);
            return;
        }
        offer.lacks(part.file());
        if (offer.isEmpty()) {
            useless(reason);
            return;
        }
        List.copyOf(exchanges).forEach(this::end);
        giveUp();
        world.tell(new WebSeedActor.Failed(seed, "lacks a file: " + reason));
        world.tell(new WebSeedActor.HasOnly(seed, offer.pieces()));
    }

    private void useless(String reason) {
        close();
        giveUp();
        uselessness = Optional.of(reason);
        world.tell(new WebSeedActor.Gone(seed, reason));
    }

    /** Why the server is of no use, if that is so: nothing more happens then. */
    Optional<String> uselessness() {
        return uselessness;
    }

    private void end(Exchange exchange) {
        ledger.wasted(exchange.end());
        exchanges.remove(exchange);
        basket.release(exchange.stretch());
    }

    private void giveUp() {
        List<Lease> back = basket.giveUp();
        appetite.sated().ifPresent(this::wants);
        returned(back);
        fetched(basket.settle());
    }

    /** Does all that is to be done now. */
    void settle(long now) {
        if (uselessness.isPresent()) {
            return;
        }
        List.copyOf(exchanges).stream()
                .filter(one -> one.deadline(settings.silence()) <= now)
                .forEach(silent -> failed(silent, "no answer in time", Optional.empty(), now));
        List.copyOf(exchanges).forEach(exchange -> advance(exchange, now));
        boolean more = true;
        while (more && rest.over(now) && exchanges.size() < connections()) {
            more = begin(now);
        }
        if (rest.over(now)) {
            appetite.wants(basket.wanted(), whole).ifPresent(this::wants);
        } else if (exchanges.isEmpty()) {
            giveUp();
        }
        if (exchanges.stream().noneMatch(Exchange::wantsMore)) {
            ledger.rest();
        }
        ledger.report(now).ifPresent(world::tell);
    }

    private void wants(int blocks) {
        world.tell(new WebSeedActor.Wants(seed, blocks));
    }

    private int connections() {
        return whole ? 1 : settings.connections();
    }

    private boolean begin(long now) {
        Optional<Basket.Stretch> stretch = basket.claim(whole ? Verdict.WHOLE : LONGEST_STRETCH);
        stretch.map(found -> new Exchange(found, plan.sizes(), basket, limits.budget()))
                .ifPresent(exchange -> {
                    exchanges.add(exchange);
                    advance(exchange, now);
                });
        return stretch.isPresent();
    }

    private void advance(Exchange exchange, long now) {
        skip(exchange);
        while (exchange.part() == null && !exchange.done() && rest.over(now) && exchange.takeShare()) {
            request(exchange, now);
            skip(exchange);
        }
        boolean idle = exchange.part() == null;
        if (idle && (exchange.done() || !rest.over(now))) {
            if (exchange.done() && !exchange.useful() && basket.wants(exchange.stretch())) {
                rest.failed(Optional.empty(), now);
            }
            end(exchange);
        } else if (exchange.wantsMore() && ledger.mayAsk(now)) {
            exchange.more(now);
        }
    }

    private void request(Exchange exchange, long now) {
        Part part = plan.first(exchange.at(), exchange.stretch().to() - exchange.at());
        int number = numbers++;
        WebSource.Get get = part.url()
                .map(url -> world.get(number, new WebSource.Ask(url, part.from(), part.length(), part.ranged())))
                .orElse(null);
        exchange.begin(part, number, get, now);
        if (get == null) {
            ledger.wasted(exchange.take(new Verdict.Take(part.offset(), part.length(), false), now));
        }
    }

    /** Fills in zeros that nobody sends, and hangs up on what is not wanted any more. */
    private void skip(Exchange exchange) {
        Part part = exchange.part();
        if (part != null && part.url().isEmpty()) {
            deliveries.zeros(exchange);
        } else if (part != null && exchange.answered() && exchange.left() > 0) {
            if (!basket.wants(exchange.bodyAt(), exchange.bodyEnd())) {
                long next = Math.min(exchange.bodyEnd(), exchange.stretch().to());
                exchange.hangUp();
                exchange.next(next);
            }
        } else if (part == null
                && !basket.wants(exchange.at(), exchange.stretch().to())) {
            exchange.next(exchange.stretch().to());
        }
    }

    /** When {@link #settle} is due if nothing happens until then. */
    long deadline(long now) {
        long deadline = rest.over(now) ? Long.MAX_VALUE : rest.until();
        for (Exchange exchange : exchanges) {
            boolean idle = exchange.part() == null && !exchange.waitsForServer();
            deadline = Math.min(deadline, idle ? now + BUDGET_PATIENCE : exchange.deadline(settings.silence()));
        }
        return Math.min(deadline, ledger.deadline());
    }

    /** Ends everything, whatever was under way; what was taken goes back. */
    void close() {
        List.copyOf(exchanges).forEach(this::end);
        deliveries.close();
        ledger.close();
        ledger.unreported(0).ifPresent(world::tell);
    }
}
