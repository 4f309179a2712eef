package io.bittern.peer;

import io.bittern.net.Backlog;
import io.bittern.net.RateShare;

/** What a request needs before it goes to the peer: room in the client's budget for its block, and its turn under the rate limits. */
final class Allowance {

    private static final long BUDGET_RETRY = 50_000_000L;

    /** What the peer sends besides the bytes of a block. */
    private static final int HEADER = 13;

    private final BudgetShare budget;
    private final RateShare rate;
    private long budgetAt = Long.MAX_VALUE;

    Allowance(BudgetShare budget, RateShare rate) {
        this.budget = budget;
        this.rate = rate;
    }

    /** What waits for the disk, of all who share the budget. */
    Backlog backlog() {
        return budget.backlog();
    }

    /** Whether a rate limit holds us now. */
    boolean limited() {
        return rate.limited();
    }

    /** Takes what a new request needs; false if it has to wait, which it does in the queue until {@link #rest}. */
    boolean take(int length, long now) {
        if (!keep(length, now)) {
            rate.rest();
            return false;
        }
        if (!rate.take(HEADER + length, now)) {
            budget.giveBack(length);
            return false;
        }
        return true;
    }

    /** Takes what a block needs that comes anyway; false if there is no room for it. */
    boolean keep(int length, long now) {
        boolean room = budget.take(length);
        budgetAt = room ? Long.MAX_VALUE : now + BUDGET_RETRY;
        return room;
    }

    /** There is nothing to ask for now. */
    void rest() {
        budgetAt = Long.MAX_VALUE;
        rate.rest();
    }

    /** A request was taken back, or refused; if its block comes all the same, its bytes are paid for as they come. */
    void withdraw(int length) {
        budget.giveBack(length);
        rate.giveBack(HEADER + length);
    }

    /** The peer lets us wait: others may use the rate meanwhile. */
    void lend() {
        rate.giveBackAll();
    }

    /** The store has blocks of so many bytes. */
    void stored(long bytes) {
        budget.giveBack(bytes);
    }

    /** When to try again. */
    long retryAt() {
        return Math.min(budgetAt, rate.retryAt());
    }

    void close() {
        budget.giveBackAll();
        rate.close();
    }
}
