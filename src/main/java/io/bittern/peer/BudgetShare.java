package io.bittern.peer;

import io.bittern.net.Backlog;
import io.bittern.net.ByteBudget;

/** What one peer has taken of the client's budget, so that all of it comes back however the peer ends. */
final class BudgetShare {

    private final ByteBudget budget;
    private long taken;

    BudgetShare(ByteBudget budget) {
        this.budget = budget;
    }

    Backlog backlog() {
        return budget.backlog();
    }

    boolean take(int bytes) {
        if (!budget.take(bytes)) {
            return false;
        }
        taken += bytes;
        return true;
    }

    /** Gives back, never more than was taken: after {@link #giveBackAll} there is nothing to give. */
    void giveBack(long bytes) {
        long back = Math.min(bytes, taken);
        taken -= back;
        budget.giveBack(back);
    }

    void giveBackAll() {
        giveBack(taken);
    }

    long taken() {
        return taken;
    }
}
